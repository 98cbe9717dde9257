"""Microdata that satisfy the published numbers: invented people who answer as was published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import ReportError
from welfarestats.published.folder import replaced_when_whole
from welfarestats.published.programme import Programme
from welfarestats.published.report import Report
from welfarestats.published.requirements import COMPUTED, require, require_populations
from welfarestats.published.solving import NODE_LIMIT, contradicts, solve
from welfarestats.published.transcription import CONTRADICTED, PublishedNumber, mismatch

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

_STATEMENT = "Invented records that satisfy the published numbers; not the department's data."


def reconstruct(report: Report, *, node_limit: int = NODE_LIMIT) -> dict[str, Survey]:
    """Return invented respondents for each reconstructed survey of a report.

    The published numbers of a survey are the conditions of one integer linear programme whose
    variables count people; a solution is dealt out to single people by seeded random
    permutations, each question by itself. The same report gives the same people every time.

    Parameters
    ----------
    report : Report
        The report; surveys whose ``origin`` in ``spec.toml`` is ``"collected"`` are left alone.
    node_limit : int
        How many branches the search for whole numbers may look at.

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
        name: report.survey_of(name, invented_people(report, name, node_limit=node_limit))
        for name, survey in report.specifications.items()
        if survey.origin == "synthetic"
    }


def numbers_to_meet(report: Report, name: str) -> list[PublishedNumber]:
    """Return the published numbers of a survey that its respondents must give.

    Parameters
    ----------
    report : Report
        The report.
    name : str
        The survey.

    Returns
    -------
    list of PublishedNumber
        Without those that are stated, approximate or proven to contradict others.

    Raises
    ------
    ReportError
        If the value of one is not what its token stands for.
    """
    numbers = [
        number
        for number, note in zip(report.numbers, report.notes, strict=True)
        if number.survey == name
        and number.statistic in COMPUTED
        and not note.startswith(CONTRADICTED)
    ]
    for number in numbers:
        if wrong := mismatch(number):
            raise ReportError(f"published.csv, item {number}: {wrong}")
    return numbers


def programme_of(
    report: Report, name: str, numbers: Iterable[PublishedNumber] | None = None
) -> Programme:
    """Return the integer linear programme of a survey.

    Parameters
    ----------
    report : Report
        The report.
    name : str
        The survey.
    numbers : iterable of PublishedNumber, optional
        The numbers to be met; by default all that are not contradicted.

    Returns
    -------
    Programme
        Ready to be solved.

    Raises
    ------
    ReportError
        If a number cannot be written as a condition on counts of people.
    """
    wanted = list(numbers_to_meet(report, name) if numbers is None else numbers)
    programme = Programme(report.specification(name), report.codebook(name), wanted)
    require_populations(programme)
    for number in wanted:
        require(programme, number)
    programme.finish()
    return programme


def invented_people(report: Report, name: str, *, node_limit: int = NODE_LIMIT) -> pd.DataFrame:
    """Return a frame of invented people who give the published numbers of a survey.

    Parameters
    ----------
    report : Report
        The report.
    name : str
        The survey.
    node_limit : int
        How many branches the search may look at.

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
    from welfarestats.published.dealing import deal

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
    programme = programme_of(report, name)
    people = solve(programme, node_limit=node_limit)
    _check_contradicted(report, name, node_limit)
    columns = deal(programme, people)
    whole = {key: _codes(values) for key, values in columns.items() if key != survey.weights}
    frame = pd.DataFrame(whole)
    if survey.weights is not None:
        frame[survey.weights] = columns[survey.weights]
    return frame


def _check_contradicted(report: Report, name: str, node_limit: int) -> None:
    """Raise unless every number that is marked as contradicted is proven to be."""
    for number, note in zip(report.numbers, report.notes, strict=True):
        marked = note.startswith(CONTRADICTED) and number.statistic in COMPUTED
        if number.survey != name or not marked:
            continue
        programme = programme_of(report, name, [*numbers_to_meet(report, name), number])
        if not contradicts(programme, str(number), node_limit=node_limit):
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
    node_limit : int
        How many branches the search may look at.
    progress : callable, optional
        Called with the name of each survey before it is reconstructed.

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
        progress(name)
        write_synthetic(invented_people(report, name, node_limit=node_limit), path, report.name)
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
