"""From a survey to finished tables: every stub by every banner in one pass, then one decision each.

A cross-tab is a book of one table. All rows of all tables are computed together, as arrays of rows
by columns; a table is a slice of them, put into words when it is first shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError
from welfarestats.estimates.association_sums import (
    Association,
    Residuals,
    associations,
    residuals,
)
from welfarestats.estimates.question_rows import stub_rows
from welfarestats.survey.answers import Mask
from welfarestats.survey.cell_stacks import CellStack
from welfarestats.survey.cells import sum_stacks
from welfarestats.survey.codebook import Question
from welfarestats.survey.nesting import nested_answers
from welfarestats.survey.passes import View
from welfarestats.survey.sides import banner_side
from welfarestats.survey.survey import Survey
from welfarestats.survey.workers import side_by_side
from welfarestats.tables.blocks import BannerBlock, Block, Plan, Stub, banner_block
from welfarestats.tables.column_pairs import (
    Seen,
    SeenPairs,
    Tested,
    pairs_of,
    seen_pairs,
    tested_of,
)
from welfarestats.tables.layout import Source, drawn, table_title
from welfarestats.tables.letters import Words, letters_of
from welfarestats.tables.sheet import Sheet, decided, sheet_of
from welfarestats.tables.table import Recipe, Table

Array = NDArray[np.float64]
Banner = str | tuple[str, str]
Filters = Mapping[str, Mapping[str, Any]]

# A question without categories in the codebook makes at most this many columns.
_MOST_COLUMNS = 100


@dataclass(frozen=True, eq=False)
class Made:
    """Everything that was made for some tables, and each of them on demand."""

    survey: Survey
    view: View
    plan: Plan
    options: Mapping[str, Any]
    stubs: Mapping[str, tuple[str, ...]]
    banners: tuple[Banner, ...]
    filters: Filters
    titles: Mapping[str, str]
    questions: Mapping[str, Question]
    rows: Mapping[str, slice]
    blocks: tuple[BannerBlock, ...]
    sheet: Sheet
    tested: tuple[Tested, ...]
    parts: tuple[Stub, ...]
    left_out: Mapping[str, str]

    @property
    def blank(self) -> bool:
        """Whether the records are invented and nothing is inferred from them."""
        return self.survey.origin == "synthetic" and not self.plan.synthetic_inference

    def table(self, name: str) -> Table:
        """Return one of the tables."""
        sheet, plan, rows = self.sheet.rows(self.rows[name]), self.plan, self.rows[name]
        asked = dict(self.filters.get(name, {}))
        survey = self.survey.domain(**asked) if asked else self.survey
        source = Source(survey.facts, survey.codebook)
        questions = self.questions
        title = self.titles.get(name) or plan.title or table_title(sheet, questions)
        return Table(
            title,
            plan.style,
            survey.origin,
            Recipe(survey, self.stubs[name], self.banners, dict(self.options)),
            sheet,
            lambda margin: pairs_of(
                sheet,
                self._tested(rows),
                margin,
                level=plan.rules.level,
                blank=self.blank,
                indicative=self.survey.facts.indicative,
            ),
            lambda wald: self.sums(name, wald=wald),
            lambda seen: drawn(
                source,
                questions,
                sheet,
                self._seen(sheet, rows, seen),
                plan,
                title,
                seen,
            ),
        )

    def _tested(self, rows: slice) -> list[Tested]:
        return [one.rows(rows) for one in self.tested]

    def _seen(self, sheet: Sheet, rows: slice, seen: Seen | None) -> list[SeenPairs]:
        """Return the pairs of some rows that a page may tell of."""
        return [
            seen_pairs(own, sheet, disagreeing[rows], seen)
            for own, disagreeing in zip(self._tested(rows), self._disagreeing, strict=True)
        ]

    @cached_property
    def _disagreeing(self) -> list[Mask]:
        """Of each banner question, which pairs have limits and an unadjusted test that disagree."""
        if self.plan.adjust is not None:
            return [np.zeros_like(one.significant) for one in self.tested]
        return [one.disagreeing for one in self.tested]

    def sums(self, name: str, *, wald: bool = False) -> tuple[Block, ...]:
        """Return what tests of independence need of a table, each stub by each banner question.

        Wald tests need more, which is summed when they are asked for.
        """
        blank = not self.plan.synthetic_inference
        return tuple(
            Block(
                stub.name,
                block.name,
                self._association(block, place, stub),
                blank,
                self._residuals(block, stub) if wald else None,
            )
            for place, stub in self._places[name]
            for block in self.blocks
            if block.groups is not None
        )

    def _association(self, block: BannerBlock, place: int, stub: Stub) -> Association | None:
        """Return the association of a stub and a banner question, if both have single answers."""
        if not _has_single_answers(block, stub):
            return None
        if place not in block.associations:
            block.associations[place] = associations(self._stack(block, stub))[0]
        return block.associations[place]

    def _residuals(self, block: BannerBlock, stub: Stub) -> Residuals | None:
        """Return what a Wald test needs of a stub and a banner question, if both are single."""
        return residuals(self._stack(block, stub)) if _has_single_answers(block, stub) else None

    def _stack(self, block: BannerBlock, stub: Stub) -> CellStack:
        """Return the sums of a stub by a banner question, by themselves."""
        banner = banner_side(block.groups, self.view.size)
        sides = [side for side, _ in stub.rows.sides]
        how = self.view.tally, self.view.design, self.view.df_rule
        return next(sum_stacks(sides, banner, *how))[1]

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, Stub]]]:
        found: dict[str, list[tuple[int, Stub]]] = {}
        for place, stub in enumerate(self.parts):
            found.setdefault(stub.table, []).append((place, stub))
        return found


def made_tables(
    survey: Survey,
    tables: Mapping[str, tuple[str, ...]],
    banners: tuple[Banner, ...],
    plan: Plan,
    options: Mapping[str, Any],
    *,
    filters: Filters | None = None,
    titles: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    keep_going: bool = False,
) -> Made:
    """Return tables of stub questions, by the name of each table, all by the same banner.

    ``progress`` is told how far the work is: of all tables, how many it would be. With ``keep_going`` a
    question that makes no table is left out with its reason; otherwise it is an error.
    """
    filters = filters or {}
    flat = [name for one in banners for name in ((one,) if isinstance(one, str) else one)]
    names = [name for stubs in tables.values() for name in stubs]
    routes = [name for answers in filters.values() for name in answers]
    view = survey.view([*dict.fromkeys([*names, *flat, *routes])])
    _check_columns(survey, view, flat)
    plan = replace(plan, rules=plan.rules.suited(survey, view, calls=3))
    parts, left_out = _parts(tables, filters, view, plan, keep_going=keep_going)
    blocks = _blocks(parts, banners, view, plan, progress)
    sheet = sheet_of(blocks, parts, view, plan)
    rows = _rows_of(parts)
    tested = tested_of(blocks, list(rows.values()), plan)
    blank = survey.origin == "synthetic" and not plan.synthetic_inference
    sheet = _without_errors(sheet) if blank else _lettered(sheet, blocks, tested, plan)
    sheet, _ = decided(sheet, plan)
    questions = {stub.name: stub.rows.answers.question for stub in parts}
    questions |= {one.name: one.groups.question for one in blocks if one.groups is not None}
    kept = {name: stubs for name, stubs in tables.items() if name in rows}
    return Made(
        survey, view, plan, options, kept, banners, filters, titles or {}, questions, rows, tuple(blocks), sheet,
        tuple(tested), tuple(parts), left_out,
    )  # fmt: skip


def _has_single_answers(block: BannerBlock, stub: Stub) -> bool:
    """Return whether both questions have one answer a respondent."""
    return block.groups is not None and block.single and stub.rows.answers.codes is not None


def _check_columns(survey: Survey, view: View, banners: Sequence[str]) -> None:
    for name in banners:
        declared = name in survey.codebook and survey.codebook[name].categories
        found = len(view.sample.answers(name).question.categories)
        if not declared and found > _MOST_COLUMNS:
            raise DataError(
                f"banner question {name!r} would make {found:,} columns; it looks like an"
                " identifier, free text or a number. Group it first, or declare its categories in"
                " the codebook."
            )


def _parts(
    tables: Mapping[str, tuple[str, ...]],
    filters: Filters,
    view: View,
    plan: Plan,
    *,
    keep_going: bool,
) -> tuple[list[Stub], dict[str, str]]:
    """Return the stubs of all tables in order, and the tables that cannot be made."""
    parts: list[Stub] = []
    left_out: dict[str, str] = {}
    for table, names in tables.items():
        within = _within(filters.get(table), view)
        try:
            parts += [_part(table, name, within, view, plan) for name in names]
        except DataError as error:
            if not keep_going:
                raise
            left_out[table] = str(error)
    if not parts:
        first = next(iter(left_out.values()))
        many = len(left_out)
        said = (
            "the table cannot be made" if many == 1 else f"none of the {many:,} tables can be made"
        )
        raise DataError(f"{said}{'' if many == 1 else '; the first'}: {first}")
    return parts, left_out


def _part(table: str, name: str, within: Mask | None, view: View, plan: Plan) -> Stub:
    answers = view.sample.answers(name)
    if within is not None:
        answers = answers.among(within)
    if not (answers.in_base(plan.base_includes) & view.tally.active).any():
        who = "nobody" if within is None else "nobody in the filter of the table"
        raise DataError(f"{who} has an answer to {name!r} that counts in the base.")
    rows = stub_rows(
        answers, view.tally, plan.base_includes, with_mean=True, with_median=plan.medians
    )
    return Stub(table, name, rows, within)


def _within(asked: Mapping[str, Any] | None, view: View) -> Mask | None:
    """Return who is in the filter of a table, or ``None`` for everybody."""
    if not asked:
        return None
    inside = np.ones(view.size, dtype=bool)
    for name, wanted in asked.items():
        inside &= view.sample.gave(name, wanted)
    return inside


def _blocks(
    parts: Sequence[Stub],
    banners: Sequence[Banner],
    view: View,
    plan: Plan,
    progress: Callable[[int, int], None] | None,
) -> list[BannerBlock]:
    if not banners:
        return [banner_block(parts, "Total", None, view, plan, total=True)]
    questions = []
    for banner in banners:
        if isinstance(banner, str):
            questions.append(view.sample.answers(banner))
        else:
            questions.append(nested_answers(*(view.sample.answers(name) for name in banner)))

    def block(place: int) -> BannerBlock:
        groups = questions[place]
        total = plan.total and place == 0
        return banner_block(parts, groups.question.name, groups, view, plan, total=total)

    tables = len({stub.table for stub in parts})

    def told(done: int) -> None:
        if progress is not None:
            progress(tables * done // len(banners), tables)

    return side_by_side(block, range(len(banners)), told)


def _rows_of(parts: Sequence[Stub]) -> dict[str, slice]:
    """Return the rows of each table."""
    rows: dict[str, slice] = {}
    start = 0
    for stub in parts:
        first = rows[stub.table].start if stub.table in rows else start
        start += stub.rows.size
        rows[stub.table] = slice(first, start)
    return rows


def _without_errors(sheet: Sheet) -> Sheet:
    """Return the sheet without standard errors and limits: the records are invented."""
    names = ("standard_error", "ci_low", "ci_high", "design_effect")
    return sheet.with_values(**{n: np.full_like(sheet.values[n], np.nan) for n in names})


def _lettered(
    sheet: Sheet, blocks: Sequence[BannerBlock], tested: Sequence[Tested], plan: Plan
) -> Sheet:
    found: dict[str, Words] = {}
    second = plan.style.lower_case_level
    for name, told in (("letters", "higher"), ("printed", plan.style.letters)):
        if told == "higher" and found and second is None:
            found[name] = found["letters"]
            continue
        letters = sheet.values["letters"].copy()
        for own in tested if told != "none" else ():
            weaker = None
            if second is not None and name == "printed":
                with np.errstate(invalid="ignore"):
                    weaker = own.p_adjusted < 1 - second
            columns, total = letters_of(
                own.significant,
                own.tests.difference,
                own.tests.groups,
                plan.versus,
                told,
                weaker=weaker,
            )
            letters[:, sheet.banner(own.banner)] = columns
            # The keys of several banner questions would read as one another's in the total.
            if len(blocks) == 1 and plan.versus == "total" and sheet.banner("Total"):
                letters[:, sheet.banner("Total")] = total
        found[name] = letters
    return sheet.with_values(**found)
