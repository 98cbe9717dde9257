"""What an audit found, and its verdicts, as a page of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.html import html_page, html_table
from welfarestats.output.markup import html_heading, html_list, html_paragraph
from welfarestats.output.wording import number_text
from welfarestats.published.claims import Verdict
from welfarestats.published.findings import (
    KINDS,
    SEVERITIES,
    Audit,
    Finding,
    findings_text,
    verdicts_text,
)
from welfarestats.published.page import write_whole
from welfarestats.published.quantities import words_of
from welfarestats.published.report import Report
from welfarestats.published.transcription import PublishedNumber

HOW_TO_READ = (
    "Each finding says that numbers or words, as they are printed and were transcribed, do not go "
    "together. It does not say which of them is right, nor how they came about. Lines are those "
    "of the transcribed text."
)
_HEADINGS = {
    "contradiction": "Contradictions: these cannot all be true",
    "contradiction-if": "Contradictions under an assumption",
    "implausible": "Implausible: these would be odd",
    "wording": "Wording that a reader can misunderstand",
}
_VERDICTS = (
    "always: the difference is significant for everything that the print allows",
    "never: it is significant for nothing that the print allows (in a two-sided test of this pair)",
    "depends: it is significant up to the design effect named (at worst, as printed, at best)",
    "untestable: a number is missing, the groups may overlap, or one of them may be too small",
)
_TESTED_COLUMNS = (
    "Comparison", "Line", "Claimed", "Verdict", "Design effect at worst", "As printed", "At best",
    "Bases needed",
)  # fmt: skip
_UNTESTED_COLUMNS = ("Comparison", "Line", "Claimed", "Why not")
_WORDS = ("Claimed", "Verdict", "Why not")
_NOT_AVAILABLE = ("[x]", "not available")


def findings_page(result: Audit) -> str:
    """Return an HTML page with every finding and every verdict of an audit.

    Parameters
    ----------
    result : Audit
        The audit.

    Returns
    -------
    str
        A whole document without scripts, that loads nothing and means nothing by colour.
    """
    report = result.report
    fragments = [html_paragraph(HOW_TO_READ), html_paragraph(findings_text(result.counts()))]
    for kind in KINDS:
        found = [finding for finding in result.findings if finding.kind == kind]
        if found:
            fragments.append(html_heading(f"{_HEADINGS[kind]} (severity: {SEVERITIES[kind]})"))
        for finding in found:
            fragments += _finding_fragments(finding, report)
    if result.verdicts:
        fragments += [
            html_heading("Comparisons in words"),
            html_paragraph(verdicts_text(result.verdict_counts())),
            html_list(_VERDICTS),
            *_claim_fragments(result),
        ]
    if report.caveats:
        fragments += [html_heading("What the report says of its own numbers")]
        fragments += [html_list(caveat.text for caveat in report.caveats)]
    footer = [str(report.about[key]) for key in ("attribution", "licence") if key in report.about]
    return html_page(f"{report.title}: audit", fragments, footer=footer)


def _finding_fragments(finding: Finding, report: Report) -> Iterator[str]:
    place = finding.place[:1].upper() + finding.place[1:]
    yield html_heading(f"{place}: {finding.finding}", level=3)
    yield html_paragraph(finding.explanation)
    yield html_paragraph(finding.arithmetic)
    if finding.assumption:
        yield html_paragraph(f"Assumption: {finding.assumption}.")
    numbers = {number.item: number for number in report.numbers}
    yield html_list(
        _number_text(numbers[item], report) for item in finding.items if item in numbers
    )


def _number_text(number: PublishedNumber, report: Report) -> str:
    unit = {"percent": "per cent"}.get(number.statistic, f"({number.statistic.replace('_', ' ')})")
    words = words_of(number, report)
    return f"Line {number.line}: {number.printed} {unit}; {words} [{number.item}]"


def _claim_fragments(result: Audit) -> Iterator[str]:
    """Return for each survey the comparisons that can be tested, and those that cannot.

    Why a verdict is what it is stands below the table, where it has room.
    """
    rows = list(zip(result.report.claims_made, result.verdicts, strict=True))
    for survey in result.report.surveys:
        own = [(claim, verdict) for claim, verdict in rows if claim["survey"] == survey]
        tested = [_tested_row(*row) for row in own if row[1].verdict != "untestable"]
        untested = [_untested_row(*row) for row in own if row[1].verdict == "untestable"]
        if tested:
            title = f"{survey}: comparisons in words, and whether they are significant in a test"
            yield html_table(_claim_grid(title, _TESTED_COLUMNS, tested, result.report))
            yield html_list(
                f"{claim['claim']} (line {claim['line']}): {verdict.verdict}. {verdict.explanation}"
                for claim, verdict in own
                if verdict.verdict != "untestable"
            )
        if untested:
            title = f"{survey}: comparisons in words that cannot be tested"
            yield html_table(_claim_grid(title, _UNTESTED_COLUMNS, untested, result.report))


def _claim_grid(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], report: Report
) -> Grid:
    marked = any("[x]" in row for row in rows)
    return plain_grid(
        title,
        columns,
        rows,
        text_columns=[column for column in columns if column in _WORDS],
        legend=[_NOT_AVAILABLE] if marked else [],
        source=f"{report.title}. Lines are those of the transcribed text.",
    )


def _compared(claim: Mapping[str, Any]) -> tuple[str, str, str]:
    than = {"more": "more than", "less": "less than", "same": "as much as"}[claim["direction"]]
    sides = f"{claim['group_a']} {than} {claim['group_b']}"
    return (
        f"{claim['outcome']}: {sides} [{claim['claim']}]",
        str(claim["line"]),
        {"none": "no test"}.get(claim["claimed"], claim["claimed"]),
    )


def _tested_row(claim: Mapping[str, Any], verdict: Verdict) -> tuple[str, ...]:
    return (
        *_compared(claim),
        verdict.verdict,
        _limit_text(verdict.break_even_low),
        _limit_text(verdict.break_even_design_effect),
        _limit_text(verdict.break_even_high),
        "[x]" if verdict.bases_needed is None else number_text(verdict.bases_needed),
    )


def _untested_row(claim: Mapping[str, Any], verdict: Verdict) -> tuple[str, ...]:
    return (*_compared(claim), verdict.explanation)


def _limit_text(design_effect: float) -> str:
    return "any" if math.isinf(design_effect) else number_text(design_effect, 2)


def write_audit_page(result: Audit, folder: Path) -> Path:
    """Write the page of an audit as ``NAME-audit.html`` in a folder.

    Parameters
    ----------
    result : Audit
        The audit.
    folder : Path
        Made if it does not exist.

    Returns
    -------
    Path
        The file; an old one is replaced only when the new one is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.report.name}-audit.html"
    write_whole(path, findings_page(result))
    return path
