"""Microdata that satisfy the published numbers: invented people who answer as was published."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from welfarestats.errors import ReportError
from welfarestats.output.files import replaced_when_whole
from welfarestats.published.conflicts import contradicted
from welfarestats.published.feasibility import statements_of
from welfarestats.published.inventing import NODE_LIMIT, invent, refuse_conflicts
from welfarestats.published.polytope import Polytope
from welfarestats.published.report import Report
from welfarestats.published.statements import Statement, statement_of
from welfarestats.published.transcription import CONTRADICTED, mismatch

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

_STATEMENT = "Invented records that satisfy the published numbers; not the department's data."


def reconstruct(
    report: Report,
    *,
    seed: int | None = None,
    node_limit: int = NODE_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Survey]:
    """Return invented respondents for each reconstructed survey of a report.

    Questions are dealt one after the other: a linear model of all published numbers says how each
    must turn out so that the others can still hold, and an integer programme deals it to single
    people, as random as that allows. The same report and seed give the same people every time.

    Parameters
    ----------
    report : Report
        The report; surveys whose ``origin`` in ``spec.toml`` is ``"collected"`` are left alone.
    seed : int, optional
        Another seed than that of ``spec.toml``: other people who give the same numbers.
    node_limit : int
        How many branches the search for whole answers may look at, for each question.
    progress : callable, optional
        Called with the name of each survey and question before it is dealt.

    Returns
    -------
    dict of str to Survey
        By name of the survey; their ``origin`` is ``"synthetic"``.

    Raises
    ------
    ReportError
        If the published numbers cannot all be true together, naming a few that conflict.

    Notes
    -----
    What was not published does not hold in these people, except by chance: no relation between
    two questions, no subgroup and no variance. Do not model or cite them.

    Examples
    --------
    >>> import welfarestats as ws
    >>> people = ws.reconstruct(ws.load_report("ehd-2025"))
    >>> people["wave1"].base, people["wave1"].origin
    (82, 'synthetic')
    """
    return {
        name: report.survey_of(
            name, invented_people(report, name, seed=seed, node_limit=node_limit, progress=progress)
        )
        for name, survey in report.specifications.items()
        if survey.origin == "synthetic"
    }


def invented_people(
    report: Report,
    name: str,
    *,
    seed: int | None = None,
    node_limit: int = NODE_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return a frame of invented people who give the published numbers of a survey.

    Parameters
    ----------
    report : Report
        The report.
    name : str
        The survey.
    seed : int, optional
        Another seed than that of ``spec.toml``.
    node_limit : int
        How many branches the search may look at, for each question.
    progress : callable, optional
        Called with the name of the survey and of each question.

    Returns
    -------
    DataFrame
        One row a person in random order, without any number of the person; codes as in the
        codebook, missing where a question was not asked.

    Raises
    ------
    ReportError
        If the numbers cannot all be true together, or the survey has no recipe.
    """
    survey = report.specification(name)
    if survey.recipe is None:
        raise ReportError(
            f"spec.toml has no [reconstruction.{name}], so nobody can be invented. Add it, if only "
            f"with a seed."
        )
    if survey.recipe.weights and survey.weights is None:
        raise ReportError(
            f"spec.toml, [reconstruction.{name}] has weights, but [surveys.{name}] names no column "
            f'for them. Add weights = "weight".'
        )
    _check_tokens(report, name)
    check_marks(report, name)
    chosen = survey.recipe.seed if seed is None else seed
    people = invent(
        survey,
        report.codebook(name),
        statements_of(report, name, inferred=True),
        seed=chosen,
        node_limit=node_limit,
        progress=lambda question: progress(f"{name}: {question}"),
    )
    columns = people.columns(survey, np.random.default_rng(chosen).permutation(people.size))
    whole = {key: _codes(values) for key, values in columns.items() if key != survey.weights}
    frame = pd.DataFrame(whole)
    if survey.weights is not None:
        frame[survey.weights] = columns[survey.weights]
    return frame


def _check_tokens(report: Report, name: str) -> None:
    """Raise if the value of a number is not what its token stands for."""
    for number in report.numbers:
        if number.survey == name and (wrong := mismatch(number)):
            raise ReportError(f"published.csv, item {number}: {wrong}")


def check_marks(report: Report, name: str) -> None:
    """Raise unless every number that is marked as contradicted is proven to be."""
    survey, codebook = report.specification(name), report.codebook(name)
    others = statements_of(report, name)
    for number, note in zip(report.numbers, report.notes, strict=True):
        if number.survey != name or not note.startswith(CONTRADICTED):
            continue
        marked: Statement = statement_of(number, survey, codebook)
        if not contradicted(Polytope(survey, codebook, [*others, marked]), marked):
            refuse_conflicts(Polytope(survey, codebook, others))
            raise ReportError(
                f"{number} is marked as contradicted, but it is not proven that it cannot be true "
                f"together with the other numbers of survey {name!r}. Take the mark out of its "
                f"note."
            )


def _codes(values: list[Any]) -> pd.Series[Any]:
    kinds = {type(value) for value in values if value is not None}
    return pd.Series(values, dtype="Int16" if kinds <= {int} else "object")


def write_reconstruction(
    report: Report,
    *,
    folder: Path | None = None,
    seed: int | None = None,
    node_limit: int = NODE_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write invented respondents of a report as Parquet files in its folder.

    Parameters
    ----------
    report : Report
        The report.
    folder : Path, optional
        Another folder for the files.
    seed : int, optional
        Another seed than that of ``spec.toml``.
    node_limit : int
        How many branches the search may look at, for each question.
    progress : callable, optional
        Called with the name of each survey and question before it is dealt.

    Returns
    -------
    list of Path
        The files, each as named in ``spec.toml``; an old file is replaced only by a whole one.

    Raises
    ------
    ReportError
        If the numbers cannot all be true together, or a file would not be named synthetic.
    """
    paths = []
    for name, survey in report.specifications.items():
        if survey.origin != "synthetic":
            continue
        path = (report.folder if folder is None else folder) / survey.microdata
        if "synthetic" not in path.name:
            raise ReportError(
                f"spec.toml, [surveys.{name}]: the file {survey.microdata!r} must have 'synthetic' "
                f"in its name, because its people are invented."
            )
        frame = invented_people(report, name, seed=seed, node_limit=node_limit, progress=progress)
        write_synthetic(frame, path, report.name)
        paths.append(path)
    return paths


def write_synthetic(frame: pd.DataFrame, path: Path, report: str) -> None:
    """Write invented people to a Parquet file that says what they are.

    Parameters
    ----------
    frame : DataFrame
        The people.
    path : Path
        The file; an old one is replaced only when the new one is whole.
    report : str
        The name of the report.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    said = {"origin": "synthetic", "report": report, "statement": _STATEMENT}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    metadata = {b"welfarestats": json.dumps(said).encode()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced_when_whole(path) as partial:
        pq.write_table(table.replace_schema_metadata(metadata), partial)
