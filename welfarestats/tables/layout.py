"""From cells to a page: one decision a cell, then a grid of words with bases and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.wording import BASE_LABELS, join_words, number_text
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.passes import Facts
from welfarestats.survey.survey import Survey
from welfarestats.tables.bands import Decisions
from welfarestats.tables.blocks import Block, Plan
from welfarestats.tables.letters import letters_note
from welfarestats.tables.table import Table

_PRINTED = ("shown", "flagged", "count-only", "rounds-to-zero", "zero")

FRAME_COLUMNS = [
    "stub",
    "stub_category",
    "is_net",
    "statistic",
    "banner",
    "banner_category",
    "column_key",
    "estimate",
    "proportion",
    "standard_error",
    "ci_low",
    "ci_high",
    "count",
    "weighted_count",
    "base",
    "weighted_base",
    "effective_base",
    "design_effect",
    "letters",
    "state",
    "reason",
    "display",
    "origin",
]

_PERCENT_WORDS = {
    "column": "Column percentages",
    "row": "Row percentages",
    "total": "Percentages of all respondents in the table",
}


@dataclass(frozen=True)
class Source:
    """What a page says of the survey: its facts, and how other questions are labelled."""

    facts: Facts
    codebook: Codebook


def arrange(
    survey: Survey,
    questions: Mapping[str, Question],
    frame: pd.DataFrame,
    pairs: pd.DataFrame,
    blocks: tuple[Block, ...],
    plan: Plan,
) -> Table:
    """Return the finished table; its words are put together when they are first shown."""
    legend, caveats = _decide(frame, plan)
    title = plan.title or _title(frame, questions)
    source = Source(survey.facts, survey.codebook)
    notes = tuple(caveats)

    def draw() -> Grid:
        return _drawn(source, questions, frame, pairs, plan, (title, tuple(legend), notes))

    cells = frame[FRAME_COLUMNS].reset_index(drop=True)
    text = ["stub", "stub_category", "banner", "banner_category", "column_key", "letters"]
    cells = cells.astype(dict.fromkeys([*text, "state", "reason", "display", "origin"], "str"))
    return Table(title, plan.style, survey.origin, cells, pairs, blocks, draw)


def _drawn(
    source: Source,
    questions: Mapping[str, Question],
    frame: pd.DataFrame,
    pairs: pd.DataFrame,
    plan: Plan,
    words: tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]],
) -> Grid:
    title, legend, caveats = words
    notes = [*_notes(source, frame, questions, pairs, plan), *caveats, *plan.style.notes]
    notes += source.facts.caveats
    return Grid(
        title=title,
        column_headers=_headers(frame, questions, plan),
        groups=_groups(source, frame, questions, plan),
        subtitle=_subtitle(source, questions, frame, plan),
        legend=legend,
        notes=tuple(dict.fromkeys(notes)),
        origin=source.facts.origin,
    )


def _decide(frame: pd.DataFrame, plan: Plan) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
    mean = frame["statistic"].to_numpy() == "mean"
    made = []
    frame["state"], frame["reason"], frame["display"] = "", "", ""
    for here in (~mean, mean):
        if not here.any():
            continue
        part = frame.loc[here]
        bases = {"effective_base": part["effective_base"].to_numpy()}
        bases |= {word: part[f"_{word}"].to_numpy(dtype=bool) for word in ("asked", "applicable")}
        base, estimate = part["base"].to_numpy(), part["estimate"].to_numpy()
        if here is mean:
            decided = plan.style.decide_means(estimate, base, **bases)
        else:
            count = part["count"].to_numpy()
            decided = plan.style.decide(estimate, count, base, **bases)
        frame.loc[here, "state"] = decided.state
        frame.loc[here, "reason"] = decided.reason
        frame.loc[here, "display"] = decided.display
        made.append(decided)
    return Decisions.together(made)


def _title(frame: pd.DataFrame, questions: Mapping[str, Question]) -> str:
    stubs = list(dict.fromkeys(frame["stub"]))
    banners = [name for name in dict.fromkeys(frame["banner"]) if name != "Total"]
    title = "; ".join(questions[name].label for name in stubs[:3])
    if len(stubs) > 3:
        title += f" and {len(stubs) - 3} more question{'s' if len(stubs) > 4 else ''}"
    if banners:
        by = join_words([f"by {_lower(questions[name].label)}" for name in banners])
        title += f" B{by[1:]}" if title[-1] in ".?!" else f", {by}"
    return title


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _subtitle(
    source: Source, questions: Mapping[str, Question], frame: pd.DataFrame, plan: Plan
) -> str:
    who = "all respondents with an answer"
    if source.facts.domain:
        who = f"respondents with {' and '.join(source.facts.domain)}"
    stubs = list(dict.fromkeys(frame["stub"]))
    if len(stubs) == 1 and questions[stubs[0]].asked_if:
        who += f", {_routing(source, questions[stubs[0]])}"
    return f"Base: {who}. {_PERCENT_WORDS[plan.percent]}."


def _routing(source: Source, question: Question) -> str:
    """Return who was asked a question, in the words of the questions that led to it."""
    routes = []
    for name, codes in (question.asked_if or {}).items():
        other = source.codebook[name]
        labels = {one.code: one.label for one in other.categories}
        answers = join_words([labels.get(code, str(code)) for code in codes], "or")
        routes.append(f"{other.label}: {answers}")
    return f"asked of those with {join_words(routes)}"


def _headers(
    frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> tuple[tuple[ColumnHeader, ...], ...]:
    columns = frame.drop_duplicates(["banner", "banner_category"])
    banners = list(dict.fromkeys(columns["banner"]))
    keyed = plan.percent == "column" and plan.versus in ("pairs", "previous", "total")
    shown = keyed and plan.style.letters != "none"
    row_bases = [heading for *_, heading in _row_bases(frame, questions, plan)]
    if banners == ["Total"]:
        return ((ColumnHeader("Total"), *(ColumnHeader(text) for text in row_bases)),)
    top, bottom = [], []
    for banner in banners:
        own = columns[columns["banner"] == banner]
        if banner == "Total":
            top.append(ColumnHeader("Total", depth=2))
            continue
        top.append(ColumnHeader(questions[banner].label, span=len(own)))
        nets = {net.label for net in questions[banner].nets}
        bottom += [
            ColumnHeader(_net(label, nets), key=key if shown else "")
            for label, key in zip(own["banner_category"], own["column_key"], strict=True)
        ]
    top += [ColumnHeader(text, depth=2) for text in row_bases]
    return tuple(top), tuple(bottom)


def _net(label: str, nets: set[str]) -> str:
    """Return the heading of a column; a net says that it is one, as a row does."""
    return f"Net: {label}" if label in nets and not label.lower().startswith("net") else label


def _row_bases(
    frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> list[tuple[str, str, str]]:
    """Return banner, base and heading of the columns that hold the bases of row percentages."""
    if plan.percent != "row":
        return []
    shares = frame[frame["statistic"] == "proportion"]
    banners = [name for name in dict.fromkeys(frame["banner"]) if name != "Total"] or ["Total"]
    bases = {
        name: shares[shares["banner"] == name].groupby(["stub", "_row"])["base"].first().tolist()
        for name in banners
    }
    if all(one == bases[banners[0]] for one in bases.values()):
        return [(banners[0], base, BASE_LABELS[base]) for base in plan.style.bases]
    return [
        (name, base, f"{BASE_LABELS[base]}, {_lower(questions[name].label)}")
        for name in banners
        for base in plan.style.bases
    ]


def _groups(
    source: Source, frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> tuple[RowGroup, ...]:
    stubs = list(dict.fromkeys(frame["stub"]))
    row_bases = _row_bases(frame, questions, plan)
    groups = []
    for stub in stubs:
        own = frame[frame["stub"] == stub]
        rows = [_row(part, row_bases) for _, part in own.groupby("_row", sort=True)]
        for statistic, part in own.groupby("statistic", sort=False):
            alone = (own["statistic"] == statistic).all()
            if statistic == "proportion" and plan.percent == "column":
                rows += _base_rows(part[part["_row"] == part["_row"].iloc[0]], plan, row_bases)
            elif statistic == "mean" and not (plan.percent == "column" and _same_bases(own)):
                rows += _base_rows(part, plan, row_bases, "" if alone else " of the mean")
        header = questions[stub].label if len(stubs) > 1 else ""
        if header and questions[stub].asked_if:
            header += f" ({_routing(source, questions[stub])})"
        groups.append(RowGroup(tuple(rows), header))
    return tuple(groups)


def _same_bases(own: pd.DataFrame) -> bool:
    first = own[own["_row"] == own["_row"].iloc[0]]
    if (first["statistic"] == "mean").all():
        return False
    mean = own[own["statistic"] == "mean"]["base"].to_numpy()
    return bool(np.array_equal(first["base"].to_numpy(), mean))


def _row(part: pd.DataFrame, row_bases: Sequence[tuple[str, str, str]]) -> Row:
    first = part.iloc[0]
    cells = [
        Cell(display, letters if state in _PRINTED else "", state)
        for display, letters, state in zip(
            part["display"], part["_printed"], part["state"], strict=True
        )
    ]
    mean = first["statistic"] == "mean"
    for banner, base, _ in row_bases:
        # A mean is no share of a row; its own bases stand below it.
        found = part[part["banner"] == banner][base]
        cells.append(Cell("" if mean else number_text(found.iloc[0])))
    kind = "statistic" if mean else "net" if first["is_net"] else "category"
    return Row(str(first["stub_category"]), tuple(cells), kind)


def _base_rows(
    part: pd.DataFrame,
    plan: Plan,
    row_bases: Sequence[tuple[str, str, str]],
    suffix: str = "",
) -> list[Row]:
    rows = []
    for base in plan.style.bases:
        cells = [Cell(number_text(value)) for value in part[base]]
        cells += [Cell("")] * len(row_bases)
        rows.append(Row(BASE_LABELS[base] + suffix, tuple(cells), "base"))
    return rows


def _total_bases(frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan) -> list[str]:
    """Return what 100 per cent is of each question by each other one, in a sentence a base."""
    shares = frame[frame["statistic"] == "proportion"]
    notes = []
    for base in plan.style.bases:
        found: dict[str, dict[str, str]] = {}
        for stub, banner, value in zip(shares["stub"], shares["banner"], shares[base], strict=True):
            found.setdefault(stub, {})[banner] = number_text(value)
        parts = []
        for stub, by in found.items():
            what = f" ({questions[stub].label})" if len(found) > 1 else ""
            if len(set(by.values())) == 1:
                parts.append(by[next(iter(by))] + what)
                continue
            names = {n: "total" if n == "Total" else f"by {_lower(questions[n].label)}" for n in by}
            parts.append(", ".join(f"{names[n]} {value}" for n, value in by.items()) + what)
        notes += [f"{BASE_LABELS[base]}: {'; '.join(parts)}."] if parts else []
    return notes


def _overlaps(frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan) -> list[str]:
    """Return what must be known of questions with several answers a respondent."""
    several = {name: one.label for name, one in questions.items() if one.kind == "multiple"}
    stubs = [label for name, label in several.items() if (frame["stub"] == name).any()]
    banners = [label for name, label in several.items() if (frame["banner"] == name).any()]
    notes = []
    if stubs and plan.percent != "row":
        notes.append(
            f"Respondents could give several answers ({'; '.join(stubs)}): percentages need not add"
            " to 100."
        )
    if banners:
        notes.append(f"Respondents can be in several columns ({'; '.join(banners)}).")
    return notes


def _notes(
    source: Source,
    frame: pd.DataFrame,
    questions: Mapping[str, Question],
    pairs: pd.DataFrame,
    plan: Plan,
) -> list[str]:
    notes = []
    if source.facts.weighted:
        notes.append("Figures are weighted.")
    if plan.percent == "total":
        notes += _total_bases(frame, questions, plan)
    notes += _overlaps(frame, questions, plan)
    blank = source.facts.origin == "synthetic" and not plan.synthetic_inference
    if len(pairs) and not blank and plan.style.letters != "none":
        how = (plan.rules.test, plan.adjust, plan.versus, plan.style.letters)
        indicative = source.facts.indicative
        notes.append(letters_note(plan.rules.level, *how, indicative=indicative))
        notes += _test_notes(pairs, plan)
    if source.facts.sample_note:
        notes.append(source.facts.sample_note)
    if blank:
        notes.append("No standard errors, limits or tests are given for synthetic records.")
    return notes


def _test_notes(pairs: pd.DataFrame, plan: Plan) -> list[str]:
    notes = []
    tested = pairs["tested"].to_numpy(dtype=bool)
    if (~tested).any():
        notes.append(
            f"{int((~tested).sum()):,} of {tested.size:,} comparisons of columns were not made"
            " (bases or expected counts too small, or no variation)."
        )
    smaller = pairs[["effective_base_a", "effective_base_b"]].to_numpy(float).min(axis=1)
    caution = tested & (smaller < plan.style.flag_test_base)
    if caution.any():
        notes.append(
            f"{_comparisons(caution)} an effective base below {plan.style.flag_test_base:g}: read"
            " letters there with caution."
        )
    away = (pairs["ci_low"].to_numpy(float) > 0) | (pairs["ci_high"].to_numpy(float) < 0)
    disagree = tested & (away != pairs["significant"].to_numpy(dtype=bool))
    if disagree.any() and plan.adjust is None:
        notes.append(
            f"{_comparisons(disagree)} confidence limits and a test that disagree:"
            " the difference stands on the border."
        )
    return notes


def _comparisons(those: NDArray[np.bool_]) -> str:
    count = int(those.sum())
    return f"{count:,} comparison{' has' if count == 1 else 's have'}"
