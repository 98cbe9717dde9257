"""From cells to a page: a grid of words with bases, legend and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from welfarestats.estimates.pair_facts import correlation_of_waves, detectable_differences
from welfarestats.estimates.pairs import CONVENTIONS
from welfarestats.estimates.planning import comparison_words
from welfarestats.estimates.question_medians import NOT_TESTED
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup
from welfarestats.output.wording import BASE_LABELS, join_words, number_text
from welfarestats.survey.base_lines import who_was_asked
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.passes import Facts
from welfarestats.survey.wave_codebooks import WAVE
from welfarestats.tables.bands import Decisions, reaches
from welfarestats.tables.blocks import Plan
from welfarestats.tables.chosen_tests import choice_notes
from welfarestats.tables.column_pairs import Seen, SeenPairs
from welfarestats.tables.letters import letters_note
from welfarestats.tables.sheet import Sheet, decided

#: How the note on the smallest comparison opens, which tells effective bases.
BASES_TOLD = "On effective bases of "

_PRINTED = ("shown", "flagged", "count-only", "rounds-to-zero", "zero")

_PERCENT_WORDS = {
    "column": "Column percentages",
    "row": "Row percentages",
    "total": "Percentages of all respondents in the table",
}

Questions = Mapping[str, Question]


@dataclass(frozen=True)
class Source:
    """What a page says of the survey: its facts, and how other questions are labelled."""

    facts: Facts
    codebook: Codebook


def drawn(
    source: Source,
    questions: Questions,
    sheet: Sheet,
    pairs: Sequence[SeenPairs],
    plan: Plan,
    title: str,
    seen: Seen | None,
) -> Grid:
    """Return the table as words; legend, caveats and ``pairs`` tell of what is seen."""
    legend, caveats = Decisions.together(_decisions(sheet, plan, seen))
    notes = [
        *_notes(source, sheet, questions, pairs, plan, seen),
        *caveats,
        *plan.style.notes,
    ]
    asked = {*sheet.stubs, *sheet.banners}
    notes += [one for one in source.facts.caveats if one.applies_to(asked)]
    return Grid(
        title=title,
        column_headers=_headers(sheet, questions, plan),
        groups=_groups(source, sheet, questions, plan),
        subtitle=_subtitle(source, questions, sheet, plan),
        legend=tuple(legend),
        notes=tuple(dict.fromkeys(notes)),
        origin=source.facts.origin,
    )


def _decisions(sheet: Sheet, plan: Plan, seen: Seen | None) -> list[Decisions]:
    """Return what was decided of the cells that are seen; others stand in as copies of one."""
    if seen is None:
        return decided(sheet, plan)[1]
    values = {name: value.copy() for name, value in sheet.values.items()}
    kept = np.ones(sheet.mean.size, dtype=bool)
    for rows in (sheet.mean, ~sheet.mean):
        places = np.argwhere(seen.cells & rows[:, None])
        kept &= bool(len(places)) | ~rows
        for value in values.values() if len(places) else ():
            value[~seen.cells & rows[:, None]] = value[tuple(places[0])]
    return decided(sheet.with_values(**values).rows(kept), plan)[1] if kept.any() else []


def table_title(sheet: Sheet, questions: Questions) -> str:
    """Return the title of a table, from the labels of its questions."""
    stubs = sheet.stubs
    banners = [name for name in sheet.banners if name != "Total"]
    title = "; ".join(questions[name].label for name in stubs[:3])
    if len(stubs) > 3:
        title += f" and {len(stubs) - 3} more question{'s' if len(stubs) > 4 else ''}"
    if banners:
        by = join_words([f"by {_lower(questions[name].label)}" for name in banners])
        title += f" B{by[1:]}" if title[-1] in ".?!" else f", {by}"
    return title


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _subtitle(source: Source, questions: Questions, sheet: Sheet, plan: Plan) -> str:
    who = "all respondents with an answer"
    if source.facts.domain:
        who = f"respondents with {' and '.join(source.facts.domain)}"
    stubs = sheet.stubs
    if len(stubs) == 1 and questions[stubs[0]].asked_if:
        who += f". Asked of {who_was_asked(questions[stubs[0]], source.codebook)}"
    return f"Base: {who}. {_PERCENT_WORDS[plan.percent]}."


def _headers(
    sheet: Sheet, questions: Questions, plan: Plan
) -> tuple[tuple[ColumnHeader, ...], ...]:
    keyed = plan.versus in ("pairs", "previous") or (plan.versus == "total" and _one(sheet))
    keyed &= plan.percent == "column"
    shown = keyed and plan.style.letters != "none"
    row_bases = [heading for *_, heading in _row_bases(sheet, questions, plan)]
    if sheet.banners == ["Total"]:
        return ((ColumnHeader("Total"), *(ColumnHeader(text) for text in row_bases)),)
    top, bottom = [], []
    for banner in sheet.banners:
        own = [sheet.columns[place] for place in sheet.banner(banner)]
        if banner == "Total":
            top.append(ColumnHeader("Total", depth=2))
            continue
        top.append(ColumnHeader(questions[banner].label, span=len(own)))
        nets = {net.label for net in questions[banner].nets}
        bottom += [ColumnHeader(_net(one.label, nets), key=one.key if shown else "") for one in own]
    top += [ColumnHeader(text, depth=2) for text in row_bases]
    return tuple(top), tuple(bottom)


def _one(sheet: Sheet) -> bool:
    """Return whether the total stands beside the columns of one banner question."""
    return len(sheet.banners) == 2 and sheet.banners[0] == "Total"


def _net(label: str, nets: set[str]) -> str:
    """Return the heading of a column; a net says that it is one, as a row does."""
    return f"Net: {label}" if label in nets and not label.lower().startswith("net") else label


def _row_bases(sheet: Sheet, questions: Questions, plan: Plan) -> list[tuple[str, str, str]]:
    """Return banner, base and heading of the columns that hold the bases of row percentages."""
    if plan.percent != "row":
        return []
    shares = ~sheet.mean
    banners = [name for name in sheet.banners if name != "Total"] or ["Total"]
    first = {name: sheet.values["base"][shares, sheet.banner(name)[0]].tolist() for name in banners}
    if all(one == first[banners[0]] for one in first.values()):
        return [(banners[0], base, BASE_LABELS[base]) for base in plan.style.bases]
    return [
        (name, base, f"{BASE_LABELS[base]}, {_lower(questions[name].label)}")
        for name in banners
        for base in plan.style.bases
    ]


def _groups(source: Source, sheet: Sheet, questions: Questions, plan: Plan) -> tuple[RowGroup, ...]:
    stubs = sheet.stubs
    row_bases = _row_bases(sheet, questions, plan)
    groups = []
    for stub in stubs:
        own = sheet.rows(sheet.stub == stub)
        rows = [_row(own, place, row_bases) for place in range(len(own.labels))]
        shares, means = np.flatnonzero(~own.mean), np.flatnonzero(own.mean)
        if shares.size and plan.percent == "column":
            rows += _base_rows(own, shares[0], plan, row_bases)
        if means.size and not (plan.percent == "column" and _same_bases(own)):
            suffix = " of the mean" if shares.size else ""
            rows += _base_rows(own, means[0], plan, row_bases, suffix)
        header = questions[stub].label if len(stubs) > 1 else ""
        if header and questions[stub].asked_if:
            header += f" (asked of {who_was_asked(questions[stub], source.codebook)})"
        groups.append(RowGroup(tuple(rows), header))
    return tuple(groups)


def _same_bases(own: Sheet) -> bool:
    """Return whether the mean has the bases of the percentages above it."""
    if own.mean[0]:
        return False
    base = own.values["base"]
    return bool(np.array_equal(base[0], base[own.mean][0]))


def _row(own: Sheet, place: int, row_bases: Sequence[tuple[str, str, str]]) -> Row:
    cells = [
        Cell(display, letters if state in _PRINTED else "", state)
        for display, letters, state in zip(
            own.values["display"][place],
            own.values["printed"][place],
            own.values["state"][place],
            strict=True,
        )
    ]
    mean = bool(own.mean[place])
    for banner, base, _ in row_bases:
        # A mean is no share of a row; its own bases stand below it.
        found = own.values[base][place, own.banner(banner)[0]]
        cells.append(Cell("" if mean else number_text(float(found))))
    kind = "statistic" if mean else "net" if own.is_net[place] else "category"
    return Row(str(own.labels[place]), tuple(cells), kind)


def _base_rows(
    own: Sheet,
    place: int,
    plan: Plan,
    row_bases: Sequence[tuple[str, str, str]],
    suffix: str = "",
) -> list[Row]:
    rows = []
    for base in plan.style.bases:
        cells = [Cell(number_text(float(value))) for value in own.values[base][place]]
        cells += [Cell("")] * len(row_bases)
        rows.append(Row(BASE_LABELS[base] + suffix, tuple(cells), "base"))
    return rows


def _total_bases(sheet: Sheet, questions: Questions, plan: Plan) -> list[str]:
    """Return what 100 per cent is of each question by each other one, in a sentence a base."""
    notes = []
    for base in plan.style.bases:
        parts = []
        stubs = [stub for stub in sheet.stubs if (~sheet.mean[sheet.stub == stub]).any()]
        for stub in stubs:
            values = sheet.values[base][(sheet.stub == stub) & ~sheet.mean][0]
            by = {n: number_text(float(values[sheet.banner(n)[-1]])) for n in sheet.banners}
            what = f" ({questions[stub].label})" if len(stubs) > 1 else ""
            if len(set(by.values())) == 1:
                parts.append(by[next(iter(by))] + what)
                continue
            names = {n: "total" if n == "Total" else f"by {_lower(questions[n].label)}" for n in by}
            parts.append(", ".join(f"{names[n]} {value}" for n, value in by.items()) + what)
        notes += [f"{BASE_LABELS[base]}: {'; '.join(parts)}."] if parts else []
    return notes


def _overlaps(sheet: Sheet, questions: Questions, plan: Plan) -> list[str]:
    """Return what must be known of questions with several answers a respondent."""
    several = {name: one.label for name, one in questions.items() if one.kind == "multiple"}
    stubs = [label for name, label in several.items() if name in sheet.stubs]
    banners = [label for name, label in several.items() if name in sheet.banners]
    notes = []
    if stubs and plan.percent != "row":
        notes.append(
            f"Respondents could give several answers ({'; '.join(stubs)}): percentages need not add"
            " to 100."
        )
    if banners:
        notes.append(f"Respondents can be in several columns ({'; '.join(banners)}).")
    return notes


def _over_waves(facts: Facts, sheet: Sheet) -> list[str]:
    """Return whom columns that do not keep stacked waves apart count more than once."""
    apart = all(WAVE in name.split(" > ") for name in sheet.banners)
    if apart or not facts.in_several_waves:
        return []
    several = facts.in_several_waves
    who = "1 person" if several == 1 else f"{several:,} people"
    if facts.domain:
        # How many of them are in the domain is not known here.
        return ["Columns that take the waves together count people once for each wave they are in."]
    told = f"{who} answered in more than one wave: columns that take the waves together count them"
    return [f"{told} each time."]


def _notes(
    source: Source,
    sheet: Sheet,
    questions: Questions,
    pairs: Sequence[SeenPairs],
    plan: Plan,
    seen: Seen | None,
) -> list[str]:
    notes = []
    if source.facts.weighted:
        done = "; ".join(source.facts.weighting)
        notes.append(f"Figures are weighted{f': {done}' if done else ''}.")
    if plan.percent == "total":
        notes += _total_bases(sheet, questions, plan)
    notes += [*_overlaps(sheet, questions, plan), *_over_waves(source.facts, sheet)]
    blank = source.facts.origin == "synthetic" and not plan.synthetic_inference
    if source.facts.replicates and not blank:
        notes.append(f"Standard errors come from {source.facts.replicates}.")
    if (
        any(one.tested.p_adjusted.size for one in pairs)
        and not blank
        and plan.style.letters != "none"
    ):
        how = (plan.rules.test, plan.adjust, plan.versus, plan.style.letters)
        indicative = source.facts.indicative
        notes.append(
            letters_note(
                plan.rules.level,
                *how,
                indicative=indicative,
                of_total=_one(sheet),
                lower_case_level=plan.style.lower_case_level,
                told_level=plan.style.significance_sentence,
            )
        )
        if any(one.tested.tests.groups.within for one in pairs):
            notes.append("Nested columns are compared within each answer of the outer question.")
        if source.facts.in_several_waves and plan.rules.test in CONVENTIONS:
            notes.append(
                f"The test {plan.rules.test!r} takes waves as separate samples, though people are"
                " in several."
            )
        notes += _test_notes(pairs, plan, indicative=indicative)
        # Which test was chosen tells where few are expected, which may have been hidden.
        if plan.rules.test == "auto" and seen is None:
            notes += choice_notes([one.tested for one in pairs], sheet, questions)
    if source.facts.sample_note:
        notes.append(source.facts.sample_note)
    if blank:
        notes.append("No standard errors, limits or tests are given for synthetic records.")
    return notes


def _test_notes(every: Sequence[SeenPairs], plan: Plan, *, indicative: bool) -> list[str]:
    made = [(one.tested.tests.result, one.seen) for one in every]
    medians = sum(int(((result.reason == NOT_TESTED) & seen).sum()) for result, seen in made)
    pairs = sum(int(seen.sum()) for _, seen in made) - medians
    tested = sum(int((result.tested & seen).sum()) for result, seen in made)
    notes = ["Medians are not tested."] if medians else []
    if tested < pairs:
        notes.append(
            f"{pairs - tested:,} of {pairs:,} comparisons of columns were not made"
            " (bases or expected counts too small, or no variation)."
        )
    caution = sum(int(_under(one, plan.style.flag_test_base).sum()) for one in every)
    if caution:
        notes.append(
            f"{_comparisons(caution)} an effective base below {plan.style.flag_test_base:g}: read"
            " letters there with caution."
        )
        notes += _smallest_note(every, plan, indicative=indicative)
    if disagreeing := sum(one.disagreeing for one in every):
        notes.append(
            f"{_comparisons(disagreeing)} confidence limits and a test that disagree:"
            " the difference stands on the border."
        )
    return notes


def _smallest_note(every: Sequence[SeenPairs], plan: Plan, *, indicative: bool) -> list[str]:
    """Return what the comparison with the smallest bases could find, in a sentence."""
    found = []
    for one in every:
        tests = one.tested.tests
        under = _under(one, plan.style.flag_test_base) & ~tests.mean[:, None] & one.exact_bases
        widest = detectable_differences(tests, 0.5)
        least = widest["least_significant_difference"]
        under &= ~np.isnan(least)
        if under.any():
            place = np.unravel_index(np.argmax(np.where(under, least, 0)), least.shape)
            row, pair = place
            effective, groups = tests.ratios.effective_base[row], tests.groups
            found.append(
                {name: float(value[place]) for name, value in widest.items()}
                | {
                    "effective_base_a": float(effective[groups.first[pair]]),
                    "effective_base_b": float(effective[groups.second[pair]]),
                    "proportion": 0.5,
                    "correlation_of_waves": float(correlation_of_waves(tests)[place]),
                }
            )
    if not found:
        return []
    widest_of_all = max(found, key=itemgetter("least_significant_difference"))
    words = comparison_words(widest_of_all, level=plan.rules.level, indicative=indicative)
    return [f"{words[:1].upper()}{words[1:]}."]


def _under(one: SeenPairs, limit: float) -> NDArray[np.bool_]:
    """Return which tested pairs have a group with a smaller effective base."""
    effective = one.tested.tests.ratios.effective_base
    groups = one.tested.tests.groups
    smaller = np.minimum(effective[:, groups.first], effective[:, groups.second])
    return np.asarray(one.tested.tests.result.tested & one.seen & ~reaches(smaller, limit))


def _comparisons(count: int) -> str:
    return f"{count:,} comparison{' has' if count == 1 else 's have'}"
