"""Random dirty files go through reading, describing and a book: nothing breaks, nobody is lost.

``python -m proofs.dirty_files`` writes 500 files as agencies and Excel send them and worse: CSV in
several encodings, Parquet and SPSS files; codes and texts, mixed types, missing codes, odd and very
long labels, empty categories, hostile strings, repeated rows, weights that are extreme, zero,
negative, missing or no numbers, files cut off or empty. Each is read, described, checked for its
routing and tabulated. Whatever is refused must be refused in a sentence of the library. Wherever a
table is made, its base, the respondents described as having no answer, and those of weight zero
must add up to the rows that were written. The result goes to ``proofs/results``.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import welfarestats as ws
from tests.random_files import DirtyFile, dirty_file
from welfarestats.errors import WelfareStatsError, WelfareStatsWarning

RESULTS = Path(__file__).parent / "results" / "dirty_files.txt"
T = TypeVar("T")
_MOST_MISTAKES = 50


@dataclass
class Outcome:
    """What became of one file."""

    seed: int
    words: str
    rows: int = 0
    reached: str = ""
    tables: int = 0
    people: int = 0
    recounted: int = 0
    refused: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    seconds: float = 0.0


class _Way:
    """One file's way: every step may refuse in a sentence, and nothing else."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def step(self, name: str, act: Callable[[], T]) -> T | None:
        """Return what a step gives, or nothing when the library refuses; note all else."""
        made = None
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                made = act()
            except WelfareStatsError as error:
                self.outcome.refused.append(f"{name}: {_kind_of(error)}")
            except Exception as error:  # noqa: BLE001 - whatever it is, the proof looks for it
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(place.filename).name}:{place.lineno}"
                fact = f"{name}: {type(error).__name__} at {where}: {error}"
                self.outcome.mistakes.append(fact[:300])
        self.outcome.mistakes += [
            f"{name}: warning {one.category.__name__}: {one.message}"
            for one in told
            if not issubclass(one.category, WelfareStatsWarning)
        ]
        return made


def tried(seed: int, read: Callable[..., ws.Survey] = ws.read_survey) -> Outcome:
    """Return what became of one random dirty file that ``read`` turns into a survey."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = dirty_file(Path(folder), seed)
        outcome = Outcome(seed, file.words, len(file.frame))
        way = _Way(outcome)
        outcome.reached = "not read"
        survey = way.step("read", lambda: read(file.path, **_codebook(file)))
        if survey is not None:
            _describe(way, survey, file)
            _tabulate(way, survey, file, read)
    outcome.seconds = time.perf_counter() - start
    return outcome


def _codebook(file: DirtyFile) -> dict[str, Any]:
    return {"codebook": file.codebook} if len(file.codebook) else {}


def _describe(way: _Way, survey: ws.Survey, file: DirtyFile) -> None:
    """Describe the file as it is, before its weights are used."""
    weights = file.weights if file.weights in _columns(survey) else None
    identifier = "id" if "id" in _columns(survey) else None
    description = way.step(
        "describe", lambda: survey.describe(weights=weights, identifier=identifier)
    )
    if description is None:
        return
    way.outcome.reached = "described"
    way.step("describe, shown", lambda: (description.to_html(), repr(description)))
    routing = way.step("routing", survey.check_routing)
    if file.whole and description.respondents != len(file.frame):
        way.outcome.mistakes.append(
            f"{description.respondents} rows described, {len(file.frame)} written"
        )
    frame = description.to_frame()
    lost = frame[_missing(frame) + frame["answered"] != description.respondents]
    way.outcome.mistakes += [f"column {name!r} does not add up" for name in lost["column"]]
    if routing is not None:
        _check_routing(way, routing, description.respondents)


def _check_routing(way: _Way, routing: ws.RoutingCheck, rows: int) -> None:
    table = routing.to_frame().dropna(subset=["asked"])
    whole = (table["asked"] + table["not_asked"] == rows).all()
    if not whole or not (table["answered"] + table["asked_empty"] == table["asked"]).all():
        way.outcome.mistakes.append("routing does not add up")


def _tabulate(
    way: _Way, survey: ws.Survey, file: DirtyFile, read: Callable[..., ws.Survey]
) -> None:
    """Make a book of every question that can be tabulated, weighted where weights allow it."""
    if file.weights is not None and file.weights in _columns(survey):
        weighted = way.step(
            "weights",
            lambda: read(file.path, weights=file.weights, **_codebook(file)),
        )
        survey = weighted or survey
    names = [question.name for question in survey.codebook]
    known = {column for question in survey.codebook for column in question.stored_in}
    names += [name for name in _columns(survey) if name not in {*known, "id", "weight"}]
    names = list(dict.fromkeys(names))
    good = [
        name
        for name in names
        if way.step("table", lambda name=name: ws.crosstab(survey, name)) is not None  # type: ignore[misc]
    ]
    if not good:
        return
    singles = [
        name for name in good if name != "Total" and survey.describe_question(name).kind == "single"
    ]
    banner = singles[file.frame.shape[0] % len(singles)] if singles else None
    book = way.step("book", lambda: ws.book(survey, good, banner))
    if book is None:
        return
    way.outcome.reached = "tabulated"
    html = way.step("book, shown", book.to_html)
    if html is not None and "<script" in html.lower():
        way.outcome.mistakes.append("a script stands in a page")
    for name in good:
        _count(way, survey, book[name], name, file)


def _count(way: _Way, survey: ws.Survey, table: ws.Table, name: str, file: DirtyFile) -> None:
    """Count the base of the total column twice: from the description and from what was written."""
    cells = table.to_frame()
    bases = {int(base) for base in cells[cells["banner"] == "Total"]["base"]}
    weights = survey.weights
    way.outcome.tables += 1
    way.outcome.people += len(weights)
    written = _answered(file, name) if file.whole else None
    if written is not None:
        way.outcome.recounted += 1
        if len(written) != len(weights):
            way.outcome.mistakes.append(f"{len(weights)} rows read, {len(written)} written")
            return
        expected = int((written & (weights > 0)).sum())
        if bases != {expected}:
            way.outcome.mistakes.append(f"{name!r}: bases {bases}, {expected} answers written")
    question = survey.describe_question(name)
    description = way.step("count", survey.domain(weights > 0).describe)
    if description is None or question.asked_if or len(question.stored_in) > 1:
        return
    frame = description.to_frame()
    row = frame[frame["column"] == question.stored_in[0]].iloc[0]
    missing, zero = int(_missing(frame).loc[row.name]), int((weights == 0).sum())
    if bases != {len(weights) - missing - zero}:
        way.outcome.mistakes.append(
            f"{name!r}: bases {bases} + {missing} without an answer + {zero} of weight zero are not"
            f" {len(weights)} rows"
        )


def _answered(file: DirtyFile, name: str) -> NDArray[np.bool_] | None:
    """Return who has an answer in what was written, or nothing where this is not plain numbers."""
    question = file.codebook[name] if name in file.codebook else ws.Question(name)
    columns = list(question.stored_in)
    if not set(columns) <= set(file.frame.columns):
        return None
    entries = file.frame[columns]
    if not all(pd.api.types.is_numeric_dtype(kind) for kind in entries.dtypes):
        return None
    answered = entries.notna().to_numpy().any(axis=1)
    for category in question.categories:
        if category.missing is not None:
            answered &= (entries[columns[0]] != category.code).to_numpy()
    for other, wanted in (question.asked_if or {}).items():
        asked = _answered(file, other)
        if asked is None:
            return None
        answered &= asked & file.frame[other].isin(wanted).to_numpy()
    return answered


def _missing(frame: pd.DataFrame) -> pd.Series[int]:
    return frame[["empty", "dont_know", "refused", "not_asked", "not_applicable"]].sum(axis=1)


def _columns(survey: ws.Survey) -> list[str]:
    return [str(name) for name in survey.to_frame().columns]


def _kind_of(error: Exception) -> str:
    """Return an error without what is particular to one file."""
    words = re.sub(r"'[^']*'|\"[^\"]*\"", "…", str(error).partition(". ")[0])
    return f"{type(error).__name__}: {re.sub(r'[0-9][0-9,.]*', 'n', words)[:80]}"


# ---------------------------------------------------------------- all of them


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """Return what was found, in a few lines and by kind."""
    reached = Counter(one.reached for one in outcomes)
    by_format = Counter(one.words.split(",")[0] for one in outcomes)
    refused = Counter(text for one in outcomes for text in set(one.refused))
    mistakes = [(one.seed, text) for one in outcomes for text in dict.fromkeys(one.mistakes)]
    formats = ", ".join(f"{name} {n}" for name, n in sorted(by_format.items()))
    people = sum(one.people for one in outcomes)
    lines = [
        f"{len(outcomes):,} dirty files of {sum(o.rows for o in outcomes):,} rows: {formats}.",
        f"Reached: {', '.join(f'{name} {n}' for name, n in reached.most_common())}.",
        f"Tables counted: {sum(o.tables for o in outcomes):,}, over {people:,} respondents.",
        f"Their bases against what was written: {sum(o.recounted for o in outcomes):,} tables.",
        f"Tracebacks, foreign warnings and respondents lost: {len(mistakes):,}.",
        f"Seconds a file: {sum(o.seconds for o in outcomes) / len(outcomes):.2f}.",
        "Refused in a sentence, by kind and number of files:",
    ]
    lines += [f"  {number:>4}  {text}" for text, number in refused.most_common()]
    lines += [f"Seed {seed}: {text}" for seed, text in mistakes[:_MOST_MISTAKES]]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try random dirty files, and write what was found; 1 if anything broke or anybody was lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.processes) as pool:
        outcomes = list(pool.map(tried, range(options.seed, options.seed + options.files)))
    text = summary_of(outcomes)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(f"{datetime.now(UTC):%d %B %Y}. {text}", encoding="utf-8")
    sys.stdout.write(text)
    return int(any(one.mistakes for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
