"""The transcribed numbers and comparisons of a report: ``published.csv`` and ``claims.csv``.

Every row is checked when it is read, so that later rooms can rely on it; nothing is evaluated.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError, ReportError, did_you_mean, listed
from welfarestats.published.printed import printed_value
from welfarestats.published.specification import SurveySpecification
from welfarestats.published.toml_tables import file_text
from welfarestats.survey.codebook import Codebook

PUBLISHED_COLUMNS = (
    "item", "survey", "variable", "population", "group", "category",
    "statistic", "value", "printed", "line", "note",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim", "survey", "section", "line", "outcome", "group_a", "percent_a", "group_b",
    "percent_b", "base_a", "base_b", "direction", "claimed",
)  # fmt: skip
#: Nothing is computed from respondents for these.
UNCOMPUTED = ("stated", "approximate")
#: A note begins with this if the number is proven not to be true together with the others.
CONTRADICTED = "contradicted"
#: Statistics of the design and precision of an estimate, or of a whole population.
ESTIMATED = (
    "mean", "sum", "weighted_count", "weighted_count_standard_error", "standard_error", "ci_low", "ci_high",
    "degrees_of_freedom", "strata", "psus",
)  # fmt: skip
STATISTICS = ("percent", "count", "base", "weighted_base", *ESTIMATED, *UNCOMPUTED)
_DIRECTIONS = ("more", "less", "same")
_CLAIMED = ("significant", "marginal", "none")
_ITEM = re.compile(r"[a-z0-9.-]+")
_GROUP_BREAK = re.compile(r" & (?=[A-Za-z_][A-Za-z0-9_]*=)")


@dataclass(frozen=True)
class PublishedNumber:
    """One published number: what it counts, of whom, and how and where it is printed.

    Parameters
    ----------
    item : str
        Its unique name.
    survey, variable, population, category, statistic : str
        What it is a number of.
    group : mapping of str to str
        For each banner question the label of the group.
    printed : str
        The token as it stands.
    value : float or None
        Its number.
    line : int
        The line of the seed text.
    """

    item: str
    survey: str
    variable: str
    population: str
    group: Mapping[str, str]
    category: str
    statistic: str
    printed: str
    value: float | None
    line: int

    def __str__(self) -> str:
        return f"{self.item} (line {self.line})"


def read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a CSV file of a report folder, as text.

    Parameters
    ----------
    path : Path
        The file: UTF-8, commas, a header.
    columns : tuple of str
        The columns that the header must name, in any order.

    Returns
    -------
    list of dict
        One dictionary a row.

    Raises
    ------
    ReportError
        If the file is missing, is not UTF-8, or its columns are others.
    """
    reader = csv.DictReader(io.StringIO(file_text(path), newline=""), strict=True)
    try:
        rows = list(reader)
        header = list(reader.fieldnames or [])
    except csv.Error as error:
        raise ReportError(f"{path.name} is not a valid CSV file: {error}.") from error
    _check_header(header, columns, path.name)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ReportError(
                f"{path.name}, row {number} has a different number of cells than the header. "
                f"Put text that holds a comma in double quotes."
            )
    return rows


def _check_header(header: list[str], columns: tuple[str, ...], file: str) -> None:
    if missing := [name for name in columns if name not in header]:
        raise ReportError(
            f"{file} has no column {listed(missing)}; it needs {listed(columns, len(columns))}."
            f"{did_you_mean(missing[0], [name for name in header if name not in columns])}"
        )
    if unknown := [name for name in header if name not in columns]:
        raise ReportError(
            f"{file} has the unknown column {listed(unknown)}; it needs "
            f"{listed(columns, len(columns))}."
        )


def read_published(
    path: Path,
    surveys: Mapping[str, SurveySpecification],
    codebooks: Mapping[str, Codebook],
) -> tuple[list[PublishedNumber], list[str]]:
    """Return the published numbers of a report, checked, and the note of each.

    Parameters
    ----------
    path : Path
        The file ``published.csv``.
    surveys : mapping of str to SurveySpecification
        The surveys of the report.
    codebooks : mapping of str to Codebook
        The questions of each survey.

    Returns
    -------
    list of PublishedNumber, list of str
        In the file's order.

    Raises
    ------
    ReportError
        If a row names something that does not exist, stands twice or is not what it prints.
    """
    rows = read_rows(path, PUBLISHED_COLUMNS)
    for item, times in Counter(row["item"] for row in rows).items():
        if times > 1:
            raise ReportError(
                f"{path.name}: the item {item!r} stands {times} times. Give each row its own name."
            )
    numbers = []
    for row in rows:
        number = _published_number(row, path.name)
        _check_names(number, surveys, codebooks, path.name)
        numbers.append(number)
    return numbers, [row["note"] for row in rows]


def _published_number(row: dict[str, str], file: str) -> PublishedNumber:
    place = f"{file}, item {row['item']!r} (line {row['line']})"
    if not _ITEM.fullmatch(row["item"]):
        raise ReportError(f"{place}: an item is lower case letters, digits, '.' and '-' only.")
    if not row["line"].isdigit() or int(row["line"]) < 1:
        raise ReportError(f"{place}: 'line' must be a whole number from 1.")
    if row["statistic"] not in STATISTICS:
        raise ReportError(
            f"{place}: {row['statistic']!r} is not a statistic; use one of "
            f"{listed(STATISTICS, len(STATISTICS))}.{did_you_mean(row['statistic'], STATISTICS)}"
        )
    return PublishedNumber(
        item=row["item"],
        survey=row["survey"],
        variable=row["variable"],
        population=row["population"],
        group=_group(row["group"], place),
        category=row["category"],
        statistic=row["statistic"],
        printed=row["printed"],
        value=_value(row, place),
        line=int(row["line"]),
    )


def _group(text: str, place: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in _GROUP_BREAK.split(text) if text else ():
        question, equals, label = part.partition("=")
        if not equals or not question or not label:
            raise ReportError(f"{place}: write the group {text!r} as question=Category label.")
        parts[question] = label
    return parts


def _value(row: dict[str, str], place: str) -> float | None:
    try:
        stated = float(row["value"]) if row["value"] else None
    except ValueError:
        raise ReportError(f"{place}: the value {row['value']!r} is not a number.") from None
    if row["statistic"] == "approximate":
        return stated
    try:
        value = printed_value(row["printed"])
    except ValueError as error:
        if row["statistic"] == "stated":
            return stated
        raise ReportError(
            f"{place}: printed {error}. Words such as '1 in 5' are for the statistic 'approximate'."
        ) from None
    if value != stated and row["statistic"] == "stated":
        raise ReportError(f"{place}: {_mismatch_text(stated, row['printed'])}")
    return stated


def mismatch(number: PublishedNumber) -> str:
    """Return a sentence if the value of a number is not what its token stands for, else nothing."""
    if number.statistic in UNCOMPUTED or number.value == printed_value(number.printed):
        return ""
    return _mismatch_text(number.value, number.printed)


def _mismatch_text(value: float | None, printed: str) -> str:
    found = "the empty value" if value is None else f"the value {value:g}"
    return f"{found} does not match what is printed, {printed!r}. Correct one of them."


def _check_names(
    number: PublishedNumber,
    surveys: Mapping[str, SurveySpecification],
    codebooks: Mapping[str, Codebook],
    file: str,
) -> None:
    place = f"{file}, item {number.item!r} (line {number.line})"
    if number.survey not in surveys:
        if not number.survey and number.statistic in UNCOMPUTED:
            return
        raise ReportError(
            f"{place}: there is no survey {number.survey!r} in spec.toml; the surveys are "
            f"{listed(surveys)}.{did_you_mean(number.survey, surveys)}"
        )
    populations = surveys[number.survey].populations
    if number.statistic in UNCOMPUTED and not number.population and not number.variable:
        return
    if number.population not in populations:
        raise ReportError(
            f"{place}: the survey {number.survey!r} has no population {number.population!r} in "
            f"spec.toml.{did_you_mean(number.population, populations)}"
        )
    if number.statistic in UNCOMPUTED:
        return
    try:
        for question, label in number.group.items():
            codebooks[number.survey][question].positions(label)
        _check_category(number, codebooks[number.survey])
    except CodebookError as error:
        raise ReportError(f"{place}: {error}") from None
    except ValueError as error:
        raise ReportError(f"{place}: {error}") from None


def _check_category(number: PublishedNumber, codebook: Codebook) -> None:
    wants = number.statistic in ("percent", "count")
    if not number.variable:
        if wants and number.statistic == "percent":
            raise ReportError("a per cent needs a variable and a category. Name them.")
        return
    question = codebook[number.variable]
    if wants and not number.category:
        raise ReportError(f"a {number.statistic} of {number.variable!r} needs a category. Name it.")
    if number.category:
        question.positions(number.category)


def read_claims(path: Path, surveys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the comparisons in words that a report makes, checked.

    Parameters
    ----------
    path : Path
        The file ``claims.csv``.
    surveys : mapping
        The surveys of the report, by name.

    Returns
    -------
    list of dict
        One dictionary a pair; percentages are numbers, bases numbers or None.

    Raises
    ------
    ReportError
        If a row has a word that is not allowed or a number that is none.
    """
    claims: list[dict[str, Any]] = []
    for row in read_rows(path, CLAIM_COLUMNS):
        place = f"{path.name}, claim {row['claim']!r} (line {row['line']})"
        if row["survey"] not in surveys:
            raise ReportError(
                f"{place}: there is no survey {row['survey']!r} in spec.toml; the surveys are "
                f"{listed(surveys)}.{did_you_mean(row['survey'], surveys)}"
            )
        for column, words in (("direction", _DIRECTIONS), ("claimed", _CLAIMED)):
            if row[column] not in words:
                raise ReportError(
                    f"{place}: {column!r} cannot be {row[column]!r}; it is one of {listed(words)}."
                    f"{did_you_mean(row[column], words)}"
                )
        claim: dict[str, Any] = dict(row)
        for column in ("line", "percent_a", "percent_b", "base_a", "base_b"):
            claim[column] = _number_or_none(row[column], column, place)
        claim["line"] = int(claim["line"] or 0)
        claims.append(claim)
    return claims


def _number_or_none(text: str, column: str, place: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ReportError(f"{place}: {column!r} must be a number, found {text!r}.") from None
