"""Facts from tables, books, printed tables and published reports."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.published.evidence import INDICATIVE, Evidence, Fact, PairKey, PairTest
from welfarestats.published.printed import printed_decimals
from welfarestats.published.quantities import population_of, quantity_of
from welfarestats.published.report import Report
from welfarestats.published.transcription import PublishedNumber
from welfarestats.tables.books import Book
from welfarestats.tables.phrasing import plain_label
from welfarestats.tables.table import Table

_MEANS = ("mean", "total", "median")
_STATISTICS = {
    "proportion": "percent",
    "percent": "percent",
    "column %": "percent",
} | dict.fromkeys(_MEANS, "mean")


def evidence_of(tables: Any, equivalence_margin: float | None = None) -> Evidence:
    """Return what numbers can be tied to, from everything that holds numbers.

    Parameters
    ----------
    tables : Table, Book, Report, PrintedTables, or a list of them
        Where the numbers of the text come from.
    equivalence_margin : float, optional
        A difference of proportions too small to matter.

    Returns
    -------
    Evidence
        Their facts and tests.

    Raises
    ------
    OptionError
        If something is none of these, or nothing holds a number.
    """
    facts: list[Fact] = []
    tests: dict[PairKey, PairTest] = {}
    labels: dict[tuple[str, str], tuple[str, ...]] = {}
    tested, asides = False, set[str]()
    each = list(_each(tables))
    names = _table_names([one for one in each if isinstance(one, Table)])
    for one in each:
        if isinstance(one, Table):
            name = names.pop(0)
            facts += _table_facts(one, name)
            tests |= _table_tests(one, name, equivalence_margin)
            tested = tested or not one.pairs.empty
            asides |= set(one.recipe.survey.facts.domain)
        elif isinstance(one, Report):
            facts += _report_facts(one)
            labels |= _report_labels(one)
        else:
            facts += _printed_facts(one.to_frame())
    if not facts:
        raise OptionError("the tables hold no number to tie the text to. Pass the tables of it.")
    return Evidence(facts, tests, tested, asides, labels)


def origin_of(tables: Any) -> str:
    """Return ``"synthetic"`` if any of the tables is of invented records, else nothing.

    A report's numbers are those it prints, whatever its respondents are.
    """
    origins = {one.origin for one in _each(tables) if isinstance(one, Table)}
    return "synthetic" if "synthetic" in origins else ""


def _each(tables: Any) -> Iterable[Any]:
    """Return single tables and reports out of whatever was passed."""
    if isinstance(tables, (Table, Report)):
        yield tables
    elif isinstance(tables, Book):
        yield from tables.tables.values()
    elif isinstance(tables, (list, tuple)):
        for one in tables:
            yield from _each(one)
    elif isinstance(tables, Mapping):
        for one in tables.values():
            yield from _each(one)
    elif hasattr(tables, "to_frame") and set(tables.to_frame().columns) >= _PRINTED:
        yield tables
    else:
        raise OptionError(
            f"tables cannot be a {type(tables).__name__}. Pass a Table, a Book, a Report, what "
            f"read_tables returns, or a list of them."
        )


# ---------------------------------------------------------------- our own tables


def _table_names(tables: Sequence[Table]) -> list[str]:
    """Return what tells each table from the others: its title, as short as it can be, or its place."""
    titles = [table.title for table in tables]
    short = [title.partition(", by ")[0] for title in titles]
    names = [s if short.count(s) == 1 else t for s, t in zip(short, titles, strict=True)]
    return [
        name if names.count(name) == 1 else f"{name} (table {at})"
        for at, name in enumerate(names, start=1)
    ]


def _table_facts(table: Table, name: str) -> list[Fact]:
    """Return a table's percentages, means, counts and bases; hidden cells are none."""
    labels = _labels(table)
    facts: list[Fact] = []
    bases: dict[tuple[str, ...], Fact] = {}
    for row in table.frame.to_dict("records"):
        kind = _STATISTICS.get(row["statistic"])
        if kind is None or row["state"] == "confidential":
            continue
        common = _common({str(key): value for key, value in row.items()}, name, labels)
        place = (row["stub"], row["stub_category"], row["banner"], row["banner_category"])
        cell = (*place, str(row["base"]))  # of a filtered table it is another number
        value = float(row["estimate"]) * (100 if kind == "percent" else 1)
        common |= {"base": float(row["base"]), "letters": row["letters"], "state": row["state"]}
        if row["state"] in _SHOWN and not math.isnan(value):
            facts.append(Fact(**common, kind=kind, value=value, quantity=(kind, *cell)))
            if kind == "percent":
                count = float(row["count"])
                facts.append(
                    Fact(**common, kind="count", value=count, decimals=0, quantity=("n", *cell))
                )
        where = (row["stub"], row["banner"], row["banner_category"], str(row["base"]))
        common |= {"stub_category": "", "category": "", "letters": ""}
        bases.setdefault(
            where,
            Fact(
                **common, kind="base", value=float(row["base"]), decimals=0, quantity=("b", *where)
            ),
        )
    return facts + list(bases.values())


_SHOWN = ("shown", "flagged", "count-only", "rounds-to-zero", "zero")


def _common(row: Mapping[str, Any], name: str, labels: _Labels) -> dict[str, Any]:
    total = row["banner"] == "Total"
    category = row["stub_category"] if isinstance(row["stub_category"], str) else ""
    return {
        "table": name,
        "stub": row["stub"],
        "stub_category": category,
        "banner": row["banner"],
        "banner_category": row["banner_category"],
        "category": category,
        "question": f"{row['stub'].replace('_', ' ')} {labels.stubs[row['stub']]}",
        "question_label": labels.stubs[row["stub"]],
        "banner_label": "" if total else labels.banners.get(row["banner"], ""),
        "group": "" if total else f"{row['banner_category']}",
        "caveats": labels.caveats.get((row["stub"], row["banner"]), ()),
    }


@dataclass(frozen=True)
class _Labels:
    """The labels of a table's stub and banner questions, by their names in its frame.

    ``caveats`` are those of a stub and a banner question together.
    """

    stubs: Mapping[str, str]
    banners: Mapping[str, str]
    caveats: Mapping[tuple[str, str], tuple[str, ...]]


def _labels(table: Table) -> _Labels:
    """Return the labels of a table's questions; two nested banner questions have one together."""
    survey = table.recipe.survey

    def label(name: str) -> str:
        return plain_label(survey.describe_question(name).label)

    banners = {}
    for banner in table.recipe.banners:
        names = (banner,) if isinstance(banner, str) else banner
        banners[" > ".join(names)] = " and ".join(label(name) for name in names)
    stubs = {str(stub): label(str(stub)) for stub in table.frame["stub"].unique()}
    told = {
        (stub, banner): tuple(survey.facts.notes_on({stub, banner}))
        for stub in stubs
        for banner in ("Total", *banners)
    }
    return _Labels(stubs, banners, told)


def _table_tests(table: Table, name: str, margin: float | None) -> dict[PairKey, PairTest]:
    """Return the tests of a table's pairs of columns; with a margin, whether they are alike."""
    found = {}
    level = float(table.recipe.options.get("level", 0.95))
    pairs = table.comparisons(equivalence_margin=margin)
    for row in pairs.to_dict("records"):
        category = row["category"] if isinstance(row["category"], str) else ""
        key = (name, row["variable"], category, row["by"], row["group_a"], row["group_b"])
        p_value = float(row["p_adjusted"])
        significant = row["significant"] is not None and bool(row["significant"])
        tested, reason = bool(row["tested"]), str(row["reason"])
        if table.recipe.survey.facts.indicative:
            tested, significant, reason = False, False, INDICATIVE
        known: dict[str, Any] = {}
        if margin is not None:
            alike = row["equivalence_low"], row["equivalence_high"]
            known = {"margin": margin, "alike": alike, "equivalent": bool(row["equivalent"])}
        found[key] = PairTest(
            tested,
            significant,
            p_value,
            reason,
            (row["ci_low"], row["ci_high"]),
            level,
            row["least_significant_difference"],
            row["minimum_detectable_difference"],
            **known,
        )
    return found


# ---------------------------------------------------------------- printed tables

_PRINTED = {"table", "cell", "stub", "stub_category", "statistic", "banner_category", "value"}
_PRINTED_TEXTS = (
    "table", "title", "cell", "stub", "stub_category", "banner", "banner_category", "letters",
)  # fmt: skip
#: The statistics of printed cells that a text may tell; an effective base is none of them.
_PRINTED_KINDS = {
    "percent": "percent", "count": "count", "mean": "mean", "base": "base",
    "weighted_base": "base",
}  # fmt: skip


def _printed_facts(frame: pd.DataFrame) -> list[Fact]:
    """Return the cells of an agency's workbook that hold a number."""
    facts = []
    bases = _printed_bases(frame)
    for row in frame.to_dict("records"):
        value, kind = row["value"], _PRINTED_KINDS.get(row["statistic"])
        if kind is None or not isinstance(value, (int, float)) or math.isnan(value):
            continue
        texts = {name: _text(row.get(name)) for name in _PRINTED_TEXTS}
        decimals = row.get("decimals")
        total = texts["banner_category"].casefold() in ("total", "all", "")
        facts.append(
            Fact(
                table=texts["table"],
                stub=texts["stub"],
                stub_category=texts["stub_category"],
                banner="Total" if total else texts["banner"],
                banner_category=texts["banner_category"],
                letters=texts["letters"],
                kind=kind,
                value=float(value),
                decimals=None if decimals is None or pd.isna(decimals) else int(decimals),
                base=bases.get(_column(row), math.nan) if kind != "base" else math.nan,
                cell=texts["cell"],
                category=texts["stub_category"],
                question_label=texts["stub"],
                question=f"{texts['stub']} {texts['title']}".replace("_", " ").strip(),
                group="" if total else texts["banner_category"],
                quantity=(texts["table"], texts["cell"]),
            )
        )
    return facts


def _printed_bases(frame: pd.DataFrame) -> dict[Hashable, float]:
    """Return the unweighted base printed for each column of a table, where there is one only."""
    found: dict[Hashable, set[float]] = {}
    for row in frame[frame["statistic"] == "base"].to_dict("records"):
        found.setdefault(_column(row), set()).add(float(row["value"]))
    return {column: bases.pop() for column, bases in found.items() if len(bases) == 1}


def _column(row: Mapping[Hashable, Any]) -> Hashable:
    return tuple(_text(row.get(name)) for name in ("table", "stub", "banner", "banner_category"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# ---------------------------------------------------------------- published reports


def _report_facts(report: Report) -> list[Fact]:
    """Return a report's numbers, each quantity with each of its values once."""
    found: dict[tuple[Hashable, str, float], Fact] = {}
    for number, note in zip(report.numbers, report.notes, strict=True):
        if number.value is None:
            continue
        fact = _report_fact(number, note, report)
        key = (fact.quantity, fact.kind, fact.value)
        if key in found:
            other = found[key]
            fact = Fact(**{**other.__dict__, "sources": (*other.sources, number.item)})
        found[key] = fact
    percentages = {fact.quantity for fact in found.values() if fact.kind == "percent"}
    return [
        fact
        for fact in found.values()
        if fact.kind != "approximate" or fact.quantity not in percentages
    ]


def _report_labels(report: Report) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the labels of every answer of a report's questions, by table and question."""
    return {
        (_report_table(report, survey), question.name): tuple(
            one.label for one in question.categories
        )
        for survey in report.surveys
        for question in report.codebook(survey)
    }


def _report_table(report: Report, survey: str) -> str:
    return " ".join(part for part in (report.name, survey) if part)


def _report_fact(number: PublishedNumber, note: str, report: Report) -> Fact:
    kinds = {"base": "base", "weighted_base": "base", "count": "count", "percent": "percent"}
    kind = kinds.get(number.statistic, number.statistic)
    population, question = None, ""
    quantity: Hashable = (number.survey, number.statistic, note, tuple(number.group.items()))
    if number.survey:
        population = population_of(number, report)
        labels = {one.name: one.label for one in report.codebook(number.survey)}
        question = labels.get(number.variable, "")
        if kind != "stated":
            share = "percent" if kind == "approximate" else None
            quantity = quantity_of(number, report, statistic=share)
    group = " ".join(number.group.values())
    everyone = population is None or population.name == "all"
    words = re.split(r"[;:]", note)[0] if kind == "stated" else question
    return Fact(
        table=_report_table(report, number.survey),
        stub=number.variable or (words if kind == "stated" else ""),
        stub_category=number.category,
        banner=" & ".join(number.group) or "Total",
        banner_category=group or "Total",
        kind=kind,
        value=float(number.value or 0),
        decimals=printed_decimals(number.printed) if kind != "approximate" else 0,
        base=math.nan if population is None or not population.base else float(population.base),
        category=number.category,
        question=words,
        question_label=question,
        group=group,
        people="" if everyone or population is None else population.label,
        quantity=quantity,
        sources=(number.item,),
        caveats=_report_caveats(number, report),
    )


def _report_caveats(number: PublishedNumber, report: Report) -> tuple[str, ...]:
    """Return the caveats of a report that are about a number, or about its group."""
    if not number.survey:
        return ()
    asked = {number.variable, *number.group}
    return tuple(str(one) for one in report.caveats_of(number.survey) if one.applies_to(asked))
