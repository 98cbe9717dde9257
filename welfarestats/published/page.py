"""A report's published and computed numbers side by side, as a page of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from welfarestats.output.files import replaced_when_whole
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.html import html_page, html_table
from welfarestats.output.markup import html_heading, html_list, html_paragraph
from welfarestats.output.wording import join_words
from welfarestats.published.report import Report
from welfarestats.published.reproduction import Reproduction, computed_text, counts_text
from welfarestats.published.transcription import CONTRADICTED, PublishedNumber

_COLUMNS = ("Number", "Item", "Line", "Published", "Computed", "Agrees")
_WORDS = ("Item", "Agrees")
_STATISTICS = {
    "percent": "per cent",
    "weighted_base": "weighted base",
    "weighted_count": "weighted count",
    "weighted_count_standard_error": "standard error of the weighted count",
    "standard_error": "standard error",
    "ci_low": "lower confidence limit",
    "ci_high": "upper confidence limit",
    "degrees_of_freedom": "degrees of freedom",
    "psus": "primary sampling units",
}


def reproduction_page(result: Reproduction) -> str:
    """Return an HTML page with every published number beside the computed one.

    Parameters
    ----------
    result : Reproduction
        The comparison.

    Returns
    -------
    str
        A whole document without scripts, that loads nothing and means nothing by colour.
    """
    report = result.report
    fragments = [
        html_paragraph(result.origin_statement),
        html_paragraph(counts_text(result.counts())),
    ]
    differing = result.frame[result.frame["item"].isin(result.differing["item"])]
    if len(differing):
        fragments += [
            html_heading("Numbers that differ"),
            html_table(
                _grid(result, "Printed numbers that the respondents do not give", differing)
            ),
        ]
    if report.caveats:
        fragments += [html_heading("What the report says of its own numbers")]
        fragments += [html_list(caveat.text for caveat in report.caveats)]
    if inferred := list(_inferred_bases(report)):
        fragments += [html_heading("Bases that are not printed"), html_list(inferred)]
    for name in (*report.surveys, ""):
        rows = result.frame[result.frame["survey"] == name]
        if rows.empty:
            continue
        if name:
            heading, title = f"Survey {name}", f"{name}: each number as printed and as computed"
        else:
            heading, title = "Outside the surveys", "Stated facts that belong to no survey"
        fragments += [html_heading(heading), html_table(_grid(result, title, rows))]
    footer = [str(report.about[key]) for key in ("attribution", "licence") if key in report.about]
    return html_page(f"{report.title}: published and computed", fragments, footer=footer)


def _inferred_bases(report: Report) -> Iterator[str]:
    """Return, for each base that had to be inferred, which one was used and which were possible."""
    for survey in report.specifications.values():
        for population in survey.populations.values():
            if population.base_status != "inferred":
                continue
            used = f"{population.label}: {population.base:,} is used"
            candidates = population.candidate_bases or "not recorded"
            words = candidates if isinstance(candidates, str) else join_words(map(str, candidates))
            single = words == str(population.base)
            yield f"{used}, the only possible one." if single else f"{used}; possible: {words}."


def _grid(result: Reproduction, title: str, rows: Any) -> Grid:
    specifications = result.report.specifications
    surveys = [name for name in rows["survey"].unique() if name]
    numbers = {number.item: number for number in result.report.numbers}
    listed = [
        (
            _words(result.report, numbers[row["item"]], row["note"]),
            row["item"],
            str(row["line"]),
            row["printed"],
            computed_text(_or_nan(row["computed"]), row["printed"]),
            _agreement(row),
        )
        for row in rows.astype(object).where(rows.notna(), None).to_dict("records")
    ]
    return plain_grid(
        title,
        _COLUMNS,
        listed,
        text_columns=_WORDS,
        source=f"{result.report.title}. Lines are those of the transcribed text.",
        origin="synthetic" if any(specifications[s].origin == "synthetic" for s in surveys) else "",
    )


def _words(report: Report, number: PublishedNumber, note: str) -> str:
    """Return what a number counts, in the words of the codebook and of the transcriber's note."""
    parts = [_STATISTICS.get(number.statistic, number.statistic)]
    questions = report.codebooks.get(number.survey, ())
    labels = {question.name: question.label for question in questions}
    if number.variable:
        parts.append(labels.get(number.variable, number.variable))
    if number.category:
        parts.append(number.category)
    stated = number.statistic == "stated"
    told = [note] if note not in ("", *parts) and not note.startswith(CONTRADICTED) else []
    if number.survey and not stated:
        population = report.specifications[number.survey].populations.get(number.population)
        parts += [population.label] if population else []
    groups = [f"{labels.get(name, name)}: {label}" for name, label in number.group.items()]
    parts += [*told, *groups] if stated else [*groups, *told]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _agreement(row: dict[str, Any]) -> str:
    words = {True: "Yes", False: f"No. {row['reason']}"}
    return words.get(row["agrees"], f"Not compared: {row['reason']}")


def write_page(result: Reproduction, folder: Path) -> Path:
    """Write the page of a report as ``NAME.html`` in a folder.

    Parameters
    ----------
    result : Reproduction
        The comparison.
    folder : Path
        Made if it does not exist.

    Returns
    -------
    Path
        The file; an old one is replaced only when the new one is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.report.name}.html"
    write_whole(path, reproduction_page(result))
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a text file, replacing an old one only when the new one is whole.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        Its content.
    """
    with replaced_when_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")
