"""Respondents placed in the margins that they are weighted to: one cell a combination of answers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataWarning, WeightingError, listed
from welfarestats.survey.answers import Answers
from welfarestats.survey.categories import Code, code_text
from welfarestats.survey.codebook import Question
from welfarestats.survey.design import crossed
from welfarestats.survey.survey import Survey
from welfarestats.survey.targets import ROUNDING, WantedMargin

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Margin", "PlacedRespondents", "place_respondents"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


KEPT = "(no answer)"
# Cells are counted in a table of all combinations up to this many a respondent.
_ROOM = 4
# Fewer respondents than these may well stand for a hundred people.
_MORE_THAN_A_HUNDRED = 200
# From here up to who called `rake` or another verb of weighting.
_TO_THE_USER = 5


@dataclass(frozen=True)
class Margin:
    """A margin with its respondents placed: category (C,) of each cell, −1 outside; target (K,)."""

    name: str
    labels: tuple[str, ...]
    category: Integers
    target: Array
    words: str


@dataclass(frozen=True)
class PlacedRespondents:
    """Who is in which cell of the margins.

    ``number`` (n,) is the combination of answers of each row; ``cells`` (C,) the numbers of those
    that hold respondents with a weight, ``size`` how many numbers there may be.
    """

    number: NDArray[np.integer]
    size: int
    cells: Integers
    margins: tuple[Margin, ...]

    def sums(self, weight: Array) -> Array:
        """Return the sum of weights in each cell (C,)."""
        sums = np.bincount(self.number, weights=weight, minlength=self.size)
        return np.asarray(sums[self.cells], dtype=float)

    def spread(self, factor: Array) -> Array:
        """Return the factor of each row (n,) from those of the cells; 1 outside of all cells."""
        table = np.ones(self.size)
        table[self.cells] = factor
        return np.asarray(table[self.number])

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The question(s) and the category of each indicator, margin after margin."""
        return tuple((margin.name, label) for margin in self.margins for label in margin.labels)

    @property
    def target(self) -> Array:
        """(P,) targets, margin after margin."""
        return np.concatenate([margin.target for margin in self.margins])

    def indicators(self) -> sparse.csr_array:
        """Return the margins' indicators of each row (n, P)."""
        return self._indicators(self._places()[self.number])

    def cell_indicators(self) -> sparse.csr_array:
        """Return the margins' indicators of each cell (C, P)."""
        return self._indicators(self._places()[self.cells])

    def _places(self) -> NDArray[np.int32]:
        """Return the indicator that each number has in each margin (size, J), −1 for none."""
        places = np.full((self.size, len(self.margins)), -1, dtype=np.int32)
        first = 0
        for j, margin in enumerate(self.margins):
            places[self.cells, j] = np.where(margin.category < 0, -1, margin.category + first)
            first += margin.target.size
        return places

    def _indicators(self, places: NDArray[np.int32]) -> sparse.csr_array:
        from scipy import sparse

        inside = places >= 0
        starts = np.zeros(len(places) + 1, dtype=np.int64)
        if inside.all():
            chosen = places.ravel()
            starts = np.arange(len(places) + 1) * len(self.margins)
        else:
            chosen = places[inside]
            starts[1:] = np.cumsum(inside.sum(axis=1))
        shape = (len(places), self.target.size)
        return sparse.csr_array(
            (np.ones(chosen.size), chosen, starts.astype(np.int32)), shape=shape
        )


def place_respondents(
    survey: Survey,
    wanted: Sequence[WantedMargin],
    *,
    within: str | None = None,
    missing: str = "fail",
) -> PlacedRespondents:
    """Return who is in which cell of the margins, and what each category is to add up to.

    Parameters
    ----------
    survey
        The survey, its data in memory.
    wanted
        The margins.
    within
        The question that the margins lie within.
    missing
        ``"fail"`` refuses respondents without an answer; ``"keep"`` makes them a category of their
        own that keeps its share of the base weights.

    Returns
    -------
    PlacedRespondents
        Every row has a cell; those of weight zero do not count as respondents.

    Raises
    ------
    WeightingError
        When a category has a target and no respondents, respondents have no answer or no target,
        targets disagree, or a question has no single answers.
    """
    names = list(dict.fromkeys([*([within] if within else []), *_questions(wanted)]))
    view = survey.view(names)
    found = [_single(view.sample.answers(name)) for name in names]
    codes = [one.codes for one in found if one.codes is not None]
    number, size = _numbered(codes, [len(one.question.categories) + 1 for one in found])
    weight = view.sample.rows.weight
    sums = np.asarray(np.bincount(number, weights=weight, minlength=size), dtype=float)
    cells = np.flatnonzero(sums > 0)
    one_row = np.zeros(size, dtype=np.int64)
    one_row[number] = np.arange(number.size)
    answered = {
        name: _Answered(
            one.question,
            own[one_row[cells]].astype(np.int64),
            name in survey.codebook and bool(survey.codebook[name].categories),
        )
        for name, one, own in zip(names, found, codes, strict=True)
    }

    def respondents(mask: Mask) -> int:
        chosen = np.zeros(size, dtype=bool)
        chosen[cells[mask]] = True
        return int((chosen[number] & (weight > 0)).sum())

    placing = _Placing(answered, sums[cells], respondents, missing)
    return PlacedRespondents(number, size, cells, tuple(placing.margins(wanted, within)))


def _questions(wanted: Sequence[WantedMargin]) -> list[str]:
    return [name for margin in wanted for name in margin.questions]


def _single(answers: Answers) -> Answers:
    question = answers.question
    if question.kind == "multiple":
        raise WeightingError(
            f"question {question.name!r} is a multiple response: a respondent may be in several of"
            " its categories, so it is no margin. Weight to each of its 0/1 columns as a question."
        )
    if answers.codes is None:
        raise WeightingError(
            f"question {question.name!r} is a scale and has no categories. Group it first, or"
            " calibrate() to its total."
        )
    return answers


def _numbered(
    codes: Sequence[NDArray[np.int32]], sizes: Sequence[int]
) -> tuple[NDArray[np.integer], int]:
    """Return the number of each row's combination of codes (from −1), and how many there may be."""
    product = int(np.prod([float(size) for size in sizes]))
    rows = codes[0].size
    if product <= max(_ROOM * rows, 1_000):
        number = codes[0].astype(np.int64) + 1
        for own, size in zip(codes[1:], sizes[1:], strict=True):
            number *= size
            number += own
            number += 1
        return number, product
    number = codes[0].astype(np.int64) + 1
    for own in codes[1:]:
        number, _ = crossed(number, own + np.int32(1))
    return number, int(number.max(initial=0)) + 1


@dataclass(frozen=True)
class _Answered:
    """A question, the position (C,) each cell gave, and whether its categories are declared."""

    question: Question
    code: Integers
    declared: bool

    def place(self, wanted: Sequence[Code]) -> tuple[Integers, Mask]:
        """Return for each cell which of the wanted answers it gave (−1 none), and who gave none."""
        categories = self.question.categories
        place = np.full(len(categories) + 1, -1, dtype=np.int64)
        for i, answer in enumerate(wanted):
            for position in self._positions(answer):
                if place[position] >= 0:
                    raise WeightingError(
                        f"category {categories[position].label!r} of {self.question.name!r} is in"
                        f" two targets, {code_text(wanted[place[position]])!r} and"
                        f" {code_text(answer)!r}. Targets of a margin must not overlap."
                    )
                place[position] = i
        valid = np.array([*(category.valid for category in categories), False])
        chosen = place[self.code]
        return chosen, (chosen < 0) & ~valid[self.code]

    def _positions(self, answer: Code) -> tuple[int, ...]:
        """Return the categories a target names; none where nobody gave an undeclared answer."""
        try:
            return self.question.positions([answer])
        except CodebookError:
            if self.declared:
                raise
            return ()

    def untold(self, cells: Mask) -> str:
        """Return which answers the cells gave, unless they may be what people wrote."""
        codes = np.unique(self.code[cells])
        categories = [self.question.categories[i] for i in codes]
        numeric = all(isinstance(one.code, int | float) for one in categories)
        if self.declared or numeric:
            return f" ({listed(one.label for one in categories)})"
        many = f"{len(categories):,} different ones" if len(categories) > 1 else "one answer"
        return f" ({many}: survey.describe_question({self.question.name!r}) shows which)"


@dataclass(frozen=True)
class _Placing:
    """What is needed to place the cells in margins, and to say what is wrong."""

    answered: dict[str, _Answered]
    base: Array
    respondents: Callable[[Mask], int]
    missing: str

    def count(self, cells: Mask) -> str:
        """Return how many respondents are in the cells, of how many."""
        everyone = self.respondents(np.ones_like(cells))
        return f"{self.respondents(cells):,} of {everyone:,} respondents"

    def margins(self, wanted: Sequence[WantedMargin], within: str | None) -> list[Margin]:
        everyone = np.ones(self.base.size, dtype=bool)
        if within is None:
            size = self._size(wanted, float(self.base.sum()))
            return [self._margin(margin, everyone, size) for margin in wanted]
        groups = list(dict.fromkeys(margin.group for margin in wanted))
        group, unanswered = self.answered[within].place([g for g in groups if g is not None])
        self._refuse_outside(within, group < 0, unanswered)
        margins = []
        for i, name in enumerate(groups):
            own = [margin for margin in wanted if margin.group == name]
            here = group == i
            if not here.any():
                raise WeightingError(
                    f"there are targets within {code_text(name)!r} of {within!r}, but no respondents"
                    " there with a weight. Leave them out, or correct the name."
                )
            size = self._size(own, float(self.base[here].sum()))
            margins += [self._margin(margin, here, size) for margin in own]
        return margins

    def _refuse_outside(self, within: str, outside: Mask, unanswered: Mask) -> None:
        if outside.any():
            told = (
                ""
                if unanswered[outside].all()
                else self.answered[within].untold(outside & ~unanswered)
            )
            raise WeightingError(
                f"{self.count(outside)} are in no group of"
                f" {within!r} that has targets{told}. Give targets for each, or weight without them."
            )

    def _size(self, wanted: Sequence[WantedMargin], base: float) -> float:
        """Return what the weights are to add up to; counts of several margins must agree."""
        counts = [margin for margin in wanted if not margin.shares]
        for other in counts[1:]:
            first = counts[0]
            if abs(other.total - first.total) > ROUNDING * first.total:
                raise WeightingError(
                    f"the targets disagree: those of {first.words} add up to {first.total:,.10g},"
                    f" those of {other.words} to {other.total:,.10g}. Make them agree, or give"
                    " shares."
                )
        if counts and self._look_like_percentages(counts[0].total):
            warnings.warn(
                f"the targets of {counts[0].words} add up to {counts[0].total:,.10g} and are read as"
                " counts of people, so that the weights add up to that. If they are percentages,"
                " give shares: 0.48, not 48.",
                DataWarning,
                stacklevel=_TO_THE_USER,
            )
        return counts[0].total if counts else base

    def _look_like_percentages(self, total: float) -> bool:
        """Return whether targets are a hundred people or so, for many more respondents."""
        everyone = self.respondents(np.ones(self.base.size, dtype=bool))
        return abs(total - 100) <= 1 and everyone > _MORE_THAN_A_HUNDRED

    def _margin(self, wanted: WantedMargin, here: Mask, size: float) -> Margin:
        category, unanswered = self._categories(wanted, here)
        labels = [", ".join(code_text(one) for one in answer) for answer in wanted.answers]
        target = np.array(wanted.figures) / wanted.total * size
        if unanswered.any() and self.missing == "fail":
            names = [name for name in wanted.questions if self._lacks(name, wanted, here)]
            raise WeightingError(
                f"{self.count(unanswered)} have no answer to"
                f" {listed(names)}, which is weighted to. Give a target for the category of those"
                ' who have none, fill the answers in, or pass missing="keep": they then keep their'
                " share."
            )
        lost = here & (category < 0) & ~unanswered
        if lost.any():
            joint = len(wanted.questions) > 1
            told = "" if joint else self.answered[wanted.questions[0]].untold(lost)
            raise WeightingError(
                f"{self.count(lost)} gave an answer to"
                f" {wanted.words} that has no target{told}. Give each answer a target, or unite"
                " answers in a net and give that one."
            )
        if unanswered.any():
            share = float(self.base[unanswered].sum() / self.base[here].sum())
            category = np.where(unanswered, target.size, category)
            target = np.append(target * (1 - share), share * size)
            labels.append(KEPT)
        return self._met(wanted, category, labels, target)

    def _lacks(self, name: str, wanted: WantedMargin, here: Mask) -> bool:
        position = wanted.questions.index(name)
        options = list(dict.fromkeys(answer[position] for answer in wanted.answers))
        return bool((self.answered[name].place(options)[1] & here).any())

    def _categories(self, wanted: WantedMargin, here: Mask) -> tuple[Integers, Mask]:
        """Return the category of each cell in the margin, and which cells have no answer."""
        combined = np.zeros(here.size, dtype=np.int64)
        number = np.zeros(len(wanted.answers), dtype=np.int64)
        nothing, unanswered = ~here, np.zeros(here.size, dtype=bool)
        for j, name in enumerate(wanted.questions):
            options = list(dict.fromkeys(answer[j] for answer in wanted.answers))
            place, lacking = self.answered[name].place(options)
            unanswered |= lacking & here
            nothing |= place < 0
            combined = combined * len(options) + place
            at = {option: i for i, option in enumerate(options)}
            number = number * len(options) + np.array([at[one[j]] for one in wanted.answers])
        order = np.argsort(number)
        position = np.clip(np.searchsorted(number[order], combined), 0, number.size - 1)
        category = order[position]
        known = ~nothing & (number[category] == combined)
        return np.where(known, category, -1), unanswered

    def _met(
        self, wanted: WantedMargin, category: Integers, labels: list[str], target: Array
    ) -> Margin:
        """Return the margin without the categories that have neither a target nor respondents."""
        inside = category >= 0
        held = np.bincount(category[inside], weights=self.base[inside], minlength=target.size)
        empty = np.flatnonzero((held == 0) & (target > 0))
        if empty.size:
            more = f" (and {empty.size - 1:,} more like it)" if empty.size > 1 else ""
            raise WeightingError(
                f"nobody with a weight is in {labels[empty[0]]!r} of {wanted.words}, whose target is"
                f" {target[empty[0]]:,.6g}{more}. Unite it with another category, in a net or in"
                " the targets."
            )
        zero = np.flatnonzero((held > 0) & (target == 0))
        if zero.size:
            raise WeightingError(
                f"the target of {labels[zero[0]]!r} of {wanted.words} is 0, but"
                f" {self.count(category == zero[0])} are in it and would count for"
                " nothing. Correct the target, or weight without them."
            )
        keep = target > 0
        renumbered = np.append(np.cumsum(keep) - 1, -1)
        return Margin(
            wanted.name,
            tuple(label for label, kept in zip(labels, keep, strict=True) if kept),
            renumbered[category],
            target[keep],
            wanted.words,
        )
