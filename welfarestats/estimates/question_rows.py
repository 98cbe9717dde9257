"""The rows that a stub question makes, and their ratios by groups, for many stubs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.estimates.association_sums import Association, associations
from welfarestats.estimates.groups import ColumnGroups
from welfarestats.estimates.means import overall_mean, score_variance
from welfarestats.estimates.proportions import item_labels
from welfarestats.estimates.rows_by_groups import (
    Forms,
    PairBases,
    RowRatios,
    pair_bases,
    row_ratios,
)
from welfarestats.survey.answers import Answers
from welfarestats.survey.cell_stacks import CellStack
from welfarestats.survey.cells import Tally, sum_stacks
from welfarestats.survey.passes import View
from welfarestats.survey.sides import Side, score_side, stub_side

Array = NDArray[np.float64]

MEAN_LABEL, MEDIAN_LABEL = "Mean", "Median"
# The association of a table with more cells takes longer than all of its other figures: it is
# left until somebody asks for it.
LARGEST_ASSOCIATED = 150


@dataclass(frozen=True)
class RowForms:
    """Some rows of a stub as numerators and denominators (R, items) over the items of one side.

    ``rows`` are their places among the rows of the stub; ``kind`` says whether they are shares,
    the mean of scored categories, or the mean of a scale.
    """

    numerators: Array
    denominators: Array
    rows: tuple[int, ...]
    kind: str = "share"

    @property
    def mean(self) -> bool:
        """Whether this is a mean, which is always within its columns."""
        return self.kind != "share"

    @cached_property
    def shape(self) -> tuple[bytes, bytes, tuple[int, ...], str]:
        """What rows of different stubs must share to be computed together."""
        return self.numerators.tobytes(), self.denominators.tobytes(), self.rows, self.kind


@dataclass(frozen=True)
class StubRows:
    """The rows of one stub question: categories, nets, and the mean where there is one.

    ``sides`` are what is summed over respondents: one for a question with one answer; one for
    each option of a multiple response, which is a question of yes and no by itself.
    """

    answers: Answers
    labels: tuple[str, ...]
    is_net: NDArray[np.bool_]
    mean: NDArray[np.bool_]
    centre: Array
    sides: tuple[tuple[Side, tuple[RowForms, ...]], ...]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.labels)

    @property
    def median(self) -> NDArray[np.bool_]:
        """Which row is the median."""
        return np.asarray(self.mean & (np.array(self.labels) == MEDIAN_LABEL))


def stub_rows(
    answers: Answers,
    tally: Tally,
    base_includes: Sequence[str] | None,
    *,
    with_mean: bool,
    with_median: bool = False,
) -> StubRows:
    """Return the rows of a question; a scale has its mean alone, or mean and median.

    The row of a median is that of the mean once more, with the same bases, until
    `question_medians` puts the median in its place.
    """
    numbers: tuple[str, ...] = (MEAN_LABEL, MEDIAN_LABEL) if with_median else (MEAN_LABEL,)
    if answers.values is not None:
        return _mean_alone(answers, tally, numbers)
    labels = item_labels(answers, base_includes)
    counted = len(labels) - len(answers.question.nets)
    scored = with_mean and answers.question.scored
    numbers = numbers if scored else ()
    size = len(labels) + len(numbers)
    centre = np.zeros(size)
    if answers.codes is not None:
        forms: tuple[RowForms, ...] = (_shares(len(labels)),)
        if scored:
            scores = _scores(answers, base_includes)
            # About the middle of the scores, as for a scale: large ones would cancel.
            centre[len(labels) :] = np.nanmean(scores)
            forms += (_means_of_scores(scores - centre[-1], len(labels), len(numbers)),)
        sides: Any = ((stub_side(answers, base_includes), forms),)
    else:
        if scored:
            answers.scores()  # says that a multiple response has no mean
        sides = _options(answers, base_includes)
    return StubRows(
        answers,
        (*labels, *numbers),
        (np.arange(size) >= counted) & (np.arange(size) < len(labels)),
        np.arange(size) >= len(labels),
        centre,
        sides,
    )


def _scores(answers: Answers, base_includes: Sequence[str] | None) -> Array:
    """Return the score of each counted category, NaN where it has none."""
    categories = [answers.question.categories[i] for i in answers.question.counted(base_includes)]
    scores = [one.score if one.valid and one.score is not None else np.nan for one in categories]
    return np.array(scores, dtype=float)


@lru_cache(maxsize=256)
def _shares(size: int) -> RowForms:
    """Return so many categories and nets as shares of their base, the same for every question."""
    eye = np.eye(size + 1)
    return RowForms(eye[1:], np.repeat(eye[:1], size, axis=0), tuple(range(size)))


def _means_of_scores(scores: Array, above: int, numbers: int) -> RowForms:
    """Return so many rows of the mean of the scores of categories, below those ``above``."""
    top, bottom = np.zeros((2, numbers, above + 1))
    top[:, 1 : 1 + scores.size] = np.nan_to_num(scores)
    bottom[:, 1 : 1 + scores.size] = ~np.isnan(scores)
    return RowForms(top, bottom, tuple(above + np.arange(numbers)), "scores")


def _options(answers: Answers, base_includes: Sequence[str] | None) -> Any:
    """Return each option and net as a question of its own: named or not, of those in the base."""
    question = answers.question
    valid = answers.in_base(base_includes)
    named = [answers.mentioned[i] for i in question.counted(base_includes)]
    named += [answers.gave(question.positions(net.codes)) for net in question.nets]
    combine = np.array([[1.0, 1.0], [1.0, 0.0]])
    top, bottom = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    return tuple(
        (
            Side(np.where(valid, np.where(mask, 0, 1), -1), 2, combine),
            (RowForms(top, bottom, (row,)),),
        )
        for row, mask in enumerate(named)
    )


def _mean_alone(answers: Answers, tally: Tally, numbers: tuple[str, ...]) -> StubRows:
    scores = answers.scores()
    centre = overall_mean(scores, tally)
    size = len(numbers)
    base, total, _ = np.repeat(np.eye(3)[:, None], size, axis=1)
    forms = RowForms(total, base, tuple(range(size)), "scale")
    return StubRows(
        answers,
        numbers,
        np.zeros(size, dtype=bool),
        np.ones(size, dtype=bool),
        np.full(size, centre),
        ((score_side(scores, centre), (forms,)),),
    )


@dataclass(frozen=True)
class SummedRows:
    """Rows of many stubs by groups of one banner question.

    ``spread`` (rows, G) is the variance of a single respondent's answer, for design effects.
    ``associations`` are those of the stubs with one answer a respondent, by place of the stub,
    where the banner question has one answer a respondent, too, and the table is not too wide.
    """

    ratios: RowRatios
    spread: Array
    pairs: PairBases | None
    associations: dict[int, Association]


def summed_rows(
    stubs: Sequence[StubRows],
    banner: Side,
    view: View,
    columns: Array,
    *,
    wholes: Array | None = None,
    of_row: bool = False,
    groups: ColumnGroups | None = None,
    at: int = 0,
    associated: bool = False,
) -> SummedRows:
    """Return the ratios of all rows of the stubs in groups of banner columns, in one pass.

    Parameters
    ----------
    stubs
        Their rows stand one below the other in the result.
    banner
        Who is in which column.
    view
        Weights and design.
    columns, wholes
        (G, columns): the groups, and the columns that the denominators are of (the groups').
    of_row
        Whether the denominator of a share is its row, not its base.
    groups, at
        The pairs to be compared, and the place of their first group among the columns.
    associated
        Whether the association of stub and banner question is wanted.

    Returns
    -------
    SummedRows
        One row a row of a stub.
    """
    wholes = columns if wholes is None else wholes
    starts = np.cumsum([0, *(stub.size for stub in stubs)])
    owners = [(place, forms) for place, stub in enumerate(stubs) for _, forms in stub.sides]
    sides = [side for stub in stubs for side, _ in stub.sides]
    found = _Gathered(int(starts[-1]))
    found_associations: dict[int, Association] = {}
    for places, stack in sum_stacks(sides, banner, view.tally, view.design, view.df_rule):
        single = [stubs[owners[place][0]].answers.codes is not None for place in places]
        own_starts = np.array([starts[owners[place][0]] for place in places])
        narrow = stack.elementary_covariance.shape[1] <= LARGEST_ASSOCIATED
        if associated and narrow and banner.row is None and all(single):
            own_stubs = [owners[place][0] for place in places]
            found_associations |= zip(own_stubs, associations(stack), strict=True)
        for forms, members in _alike([owners[place][1] for place in places]):
            own = stack if len(members) == len(places) else stack.chosen(members)
            where = (own_starts[members][:, None] + np.array(forms.rows)).ravel()
            top, bottom = forms.numerators, forms.denominators
            share_of_row = of_row and not forms.mean
            asked = Forms(
                top, top if share_of_row else bottom, columns, columns if forms.mean else wholes
            )
            ratios = row_ratios(own, asked)
            if forms.mean:
                ratios = replace(ratios, count=ratios.base, weighted_count=ratios.weighted_base)
            pairs = None if groups is None else pair_bases(own, asked, groups, ratios, at)
            found.add(where, ratios, _spread(own, asked, ratios, forms.kind), pairs)
    return SummedRows(*found.whole(), found_associations)


def _alike(
    forms: Sequence[tuple[RowForms, ...]],
) -> list[tuple[RowForms, list[int]]]:
    """Return each sort of rows once, with the places of those who have it."""
    found: dict[Any, tuple[RowForms, list[int]]] = {}
    for place, own in enumerate(forms):
        for one in own:
            found.setdefault(one.shape, (one, []))[1].append(place)
    return list(found.values())


class _Gathered:
    """Rows that come in parts and stand in their own places at the end."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.arrays: dict[str, Array] = {}

    def add(
        self, where: NDArray[np.int64], ratios: RowRatios, spread: Array, pairs: PairBases | None
    ) -> None:
        parts = {f"ratios.{one.name}": getattr(ratios, one.name) for one in fields(RowRatios)}
        parts["spread"] = spread
        if pairs is not None:
            parts |= {f"pairs.{one.name}": getattr(pairs, one.name) for one in fields(PairBases)}
        for name, values in parts.items():
            if name not in self.arrays:
                self.arrays[name] = np.empty((self.size, *values.shape[1:]))
            self.arrays[name][where] = values

    def whole(self) -> tuple[RowRatios, Array, PairBases | None]:
        def part(kind: type, prefix: str) -> Any:
            return kind(**{one.name: self.arrays[prefix + one.name] for one in fields(kind)})

        pairs = part(PairBases, "pairs.") if "pairs.overlap" in self.arrays else None
        return part(RowRatios, "ratios."), self.arrays["spread"], pairs


def _spread(stack: CellStack, forms: Forms, ratios: RowRatios, kind: str) -> Array:
    """Return the variance of single answers: p(1 − p), or the weighted variance of scores."""
    if kind == "share":
        return np.asarray(ratios.estimate * (1 - ratios.estimate))
    weighted = stack.weighted[..., : len(stack.banner)] @ forms.columns.T
    if kind == "scale":
        return score_variance(weighted[:, 0], weighted[:, 1], weighted[:, 2])
    scores, known = forms.numerators[0], forms.denominators[0]
    away = (scores[:, None] - ratios.estimate[:, None]) ** 2 * known[:, None]
    base = ratios.weighted_base
    share = np.divide(1.0, base, out=np.full(base.shape, np.nan), where=base > 0)
    return np.asarray((away * weighted).sum(axis=1) * share)
