"""From cells to a page: one decision a cell, then a grid of words with bases and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.wording import BASE_LABELS, number_text
from welfarestats.survey.codebook import Question
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


def arrange(
    survey: Survey,
    questions: Mapping[str, Question],
    frame: pd.DataFrame,
    pairs: pd.DataFrame,
    blocks: tuple[Block, ...],
    plan: Plan,
) -> Table:
    """Return the finished table."""
    legend, caveats = _decide(frame, questions, plan)
    title = plan.title or _title(frame, questions)
    notes = [*_notes(survey, frame, pairs, plan), *caveats, *plan.style.notes]
    notes += survey.facts.caveats
    grid = Grid(
        title=title,
        column_headers=_headers(frame, questions, plan),
        groups=_groups(frame, questions, plan),
        subtitle=_subtitle(survey, questions, frame, plan),
        legend=tuple(legend),
        notes=tuple(dict.fromkeys(notes)),
        origin=survey.origin,
    )
    cells = frame[FRAME_COLUMNS].reset_index(drop=True)
    text = ["stub", "stub_category", "banner", "banner_category", "column_key", "letters"]
    cells = cells.astype(dict.fromkeys([*text, "state", "reason", "display", "origin"], "str"))
    return Table(title, plan.style, survey.origin, cells, pairs, grid, blocks)


def _decide(
    frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
    mean = frame["statistic"].to_numpy() == "mean"
    made = []
    frame["state"], frame["reason"], frame["display"] = "", "", ""
    for here in (~mean, mean):
        if not here.any():
            continue
        part = frame.loc[here]
        routed = part["stub"].map(lambda name: questions[name].asked_if is None).to_numpy()
        asked = routed | (part["base"].to_numpy() > 0)
        bases = {"effective_base": part["effective_base"].to_numpy(), "asked": asked}
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
        title += f" and {len(stubs) - 3} more questions"
    if banners:
        title += ", by " + " and by ".join(_lower(questions[name].label) for name in banners)
    return title


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _subtitle(
    survey: Survey, questions: Mapping[str, Question], frame: pd.DataFrame, plan: Plan
) -> str:
    who = "all respondents with an answer"
    asked = {
        f"{other}: {', '.join(str(code) for code in codes)}"
        for name in dict.fromkeys(frame["stub"])
        for other, codes in (questions[name].asked_if or {}).items()
    }
    if survey.facts.domain:
        who = f"respondents with {' and '.join(survey.facts.domain)}"
    if asked:
        who += f" who were asked ({'; '.join(sorted(asked))})"
    return f"Base: {who}. {_PERCENT_WORDS[plan.percent]}."


def _headers(
    frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> tuple[tuple[ColumnHeader, ...], ...]:
    columns = frame.drop_duplicates(["banner", "banner_category"])
    banners = list(dict.fromkeys(columns["banner"]))
    keyed = plan.percent == "column" and plan.versus in ("pairs", "previous", "total")
    shown = keyed and plan.style.letters != "none"
    row_bases = _base_columns(plan)
    if banners == ["Total"]:
        return ((ColumnHeader("Total"), *(ColumnHeader(text) for text in row_bases)),)
    top, bottom = [], []
    for banner in banners:
        own = columns[columns["banner"] == banner]
        if banner == "Total":
            top.append(ColumnHeader("Total", depth=2))
            continue
        top.append(ColumnHeader(questions[banner].label, span=len(own)))
        bottom += [
            ColumnHeader(label, key=key if shown else "")
            for label, key in zip(own["banner_category"], own["column_key"], strict=True)
        ]
    top += [ColumnHeader(text, depth=2) for text in row_bases]
    return tuple(top), tuple(bottom)


def _base_columns(plan: Plan) -> list[str]:
    return [BASE_LABELS[base] for base in plan.style.bases] if plan.percent == "row" else []


def _groups(
    frame: pd.DataFrame, questions: Mapping[str, Question], plan: Plan
) -> tuple[RowGroup, ...]:
    stubs = list(dict.fromkeys(frame["stub"]))
    groups = []
    for stub in stubs:
        own = frame[frame["stub"] == stub]
        rows = [_row(part, plan) for _, part in own.groupby("_row", sort=True)]
        if plan.percent == "column":
            for statistic, part in own.groupby("statistic", sort=False):
                if statistic == "proportion" or (own["statistic"] == "mean").all():
                    rows += _base_rows(part[part["_row"] == part["_row"].iloc[0]], plan)
                elif not _same_bases(own):
                    rows += _base_rows(part, plan, " of the mean")
        header = questions[stub].label if len(stubs) > 1 else ""
        groups.append(RowGroup(tuple(rows), header))
    return tuple(groups)


def _same_bases(own: pd.DataFrame) -> bool:
    first = own[own["_row"] == own["_row"].iloc[0]]["base"].to_numpy()
    mean = own[own["statistic"] == "mean"]["base"].to_numpy()
    return bool(np.array_equal(first, mean))


def _row(part: pd.DataFrame, plan: Plan) -> Row:
    first = part.iloc[0]
    cells = [
        Cell(display, letters if state in _PRINTED else "", state)
        for display, letters, state in zip(
            part["display"], _printed_letters(part, plan), part["state"], strict=True
        )
    ]
    if plan.percent == "row":
        widest = part.iloc[-1]
        cells += [Cell(number_text(widest[base]), state="shown") for base in plan.style.bases]
    kind = "statistic" if first["statistic"] == "mean" else "net" if first["is_net"] else "category"
    return Row(str(first["stub_category"]), tuple(cells), kind)


def _printed_letters(part: pd.DataFrame, plan: Plan) -> list[str]:
    if plan.style.letters != "lower":
        letters: list[str] = part["letters"].tolist() if plan.style.letters == "higher" else []
        return letters or [""] * len(part)
    # The same pairs told from the smaller figure: who lists me is who I am lower than.
    mine = part["column_key"].tolist()
    higher = [set(text.split(" ")) if " " in text else set(text) for text in part["letters"]]
    banner = part["banner"].tolist()
    return [
        "".join(
            mine[j]
            for j in range(len(mine))
            if banner[j] == banner[i] and (mine[i] in higher[j] or {mine[i]} == higher[j])
        )
        if mine[i]
        else ""
        for i in range(len(mine))
    ]


def _base_rows(part: pd.DataFrame, plan: Plan, suffix: str = "") -> list[Row]:
    rows = []
    for base in plan.style.bases:
        cells = tuple(Cell(number_text(value)) for value in part[base])
        rows.append(Row(BASE_LABELS[base] + suffix, cells, "base"))
    return rows


def _notes(survey: Survey, frame: pd.DataFrame, pairs: pd.DataFrame, plan: Plan) -> list[str]:
    notes = []
    if survey.facts.weighted:
        notes.append("Figures are weighted.")
    if plan.percent == "total":
        base = int(frame["base"].max())
        notes.append(f"Unweighted base: {base:,}.")
    blank = survey.origin == "synthetic" and not plan.synthetic_inference
    if len(pairs) and not blank and plan.style.letters != "none":
        notes.append(letters_note(plan.rules.level, plan.rules.test, plan.adjust, plan.versus))
        notes += _test_notes(pairs, plan)
    if survey.facts.sample != "probability":
        words = {"volunteer": "volunteers", "attempted_census": "an attempted census"}
        notes.append(
            f"The respondents are {words[survey.facts.sample]}, not a random sample: limits and"
            " tests are indicative only."
        )
    if blank:
        notes.append("No standard errors, limits or tests are given for synthetic records.")
    return notes


def _test_notes(pairs: pd.DataFrame, plan: Plan) -> list[str]:
    notes = []
    tested = pairs["tested"].to_numpy(dtype=bool)
    if (~tested).any():
        notes.append(
            f"{int((~tested).sum()):,} of {tested.size:,} pairs of columns were not tested"
            " (bases or expected counts too small, or no variation)."
        )
    smaller = pairs[["effective_base_a", "effective_base_b"]].to_numpy(float).min(axis=1)
    caution = tested & (smaller < plan.style.flag_test_base)
    if caution.any():
        notes.append(
            f"{int(caution.sum()):,} pairs rest on an effective base below"
            f" {plan.style.flag_test_base:g}; read their letters with caution."
        )
    away = (pairs["ci_low"].to_numpy(float) > 0) | (pairs["ci_high"].to_numpy(float) < 0)
    disagree = tested & (away != pairs["significant"].to_numpy(dtype=bool))
    if disagree.any() and plan.adjust is None:
        notes.append(
            f"For {int(disagree.sum()):,} pairs the confidence limits of the difference and the"
            " test disagree about significance: they stand on the border of it."
        )
    return notes
