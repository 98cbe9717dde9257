"""The result of an estimate: one row a number, with its uncertainty and its bases."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, DataWarning, PrecisionWarning, listed
from welfarestats.formulas.bases import effective_base
from welfarestats.survey.cell_stacks import Cells
from welfarestats.survey.cells import sum_cells
from welfarestats.survey.passes import Facts, View, named
from welfarestats.survey.sides import Mask, Side, banner_side, crossed_side, mask_side

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

RESULT_COLUMNS = (
    "variable",
    "category",
    "estimate",
    "standard_error",
    "ci_low",
    "ci_high",
    "interval_method",
    "degrees_of_freedom",
    "design_effect",
    "base",
    "weighted_base",
    "effective_base",
    "effective_sample_size",
    "is_net",
    "quantile",
)
NO_DEGREES_OF_FREEDOM = "none (no degrees of freedom)"
SYNTHETIC = "none (synthetic records)"
INDICATIVE = " (indicative only: not a random sample)"


@dataclass(frozen=True, eq=False)
class Together:
    """The cells that estimates are shares of, (R, m) places, for what several have together."""

    cells: Cells = field(repr=False)
    places: Integers = field(repr=False)

    def degrees_of_freedom(self, rows: Integers) -> float:
        """Return PSUs − strata that hold the domain of any of the rows."""
        places = np.unique(self.places[rows])
        count = self.cells.count.ravel()
        # Where domains overlap their people are counted once each: no more than everybody.
        base = min(float(count[places].sum()), float(count.max()))
        return self.cells.degrees_of_freedom(places, base)


@dataclass(frozen=True)
class Counted:
    """Who stands behind totals or ratios, (R,): how many respondents, and their effective base.

    In the ``numerator`` are those who add to it. Only a ratio has a ``denominator``.
    """

    numerator: Array
    effective_numerator: Array
    denominator: Array | None = None
    effective_denominator: Array | None = None


@dataclass(frozen=True, eq=False)
class Estimates:
    """Estimates with their covariance; frozen.

    Parameters
    ----------
    frame
        One row a number.
    matrix
        Covariance of the estimates, in the order of the rows.
    facts
        What the survey says of itself: origin, kind of sample, domain.
    together
        What tells the degrees of freedom of several rows together.
    count
        Counts who stands behind totals or ratios, when it is first asked; None for other
        estimates.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> survey = ws.Survey(pd.DataFrame({"sex": ["F", "F", "M", "F"]}))
    >>> result = ws.estimate_proportions(survey, "sex")
    >>> result.to_frame()[["category", "estimate", "base"]]
      category  estimate  base
    0        F      0.75     4
    1        M      0.25     4
    >>> result.covariance().round(4)
            0       1
    0  0.0625 -0.0625
    1 -0.0625  0.0625
    """

    frame: pd.DataFrame = field(repr=False)
    matrix: Array = field(repr=False)
    facts: Facts
    together: Together = field(repr=False)
    count: Callable[[], Counted] | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """``"collected"``, or ``"synthetic"`` for invented records."""
        return self.facts.origin

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the estimates, one row a number.

        Returns
        -------
        pandas.DataFrame
            ``variable``, ``category``, the domain columns, ``estimate``, ``standard_error``, the
            limits and how they were made, degrees of freedom, design effect, bases.
        """
        return self.frame.copy()

    def covariance(self) -> pd.DataFrame:
        """Return the covariance of all estimates (R, R); row and column i are row i of the frame.

        Returns
        -------
        pandas.DataFrame
            Symmetric, positive semi-definite; blank for synthetic records.
        """
        return pd.DataFrame(self.matrix.copy())

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        head = "SYNTHETIC (invented records)\n" if self.origin == "synthetic" else ""
        return "\n".join([head + repr(self.frame), *self._notes()])

    def _notes(self) -> list[str]:
        """Return what a reader must be told of these estimates."""
        names = [*self.frame["variable"], *(str(name) for name in self.frame.columns)]
        # A ratio is of two questions.
        asked = {part for name in names for part in (name, *name.split("/"))}
        # A terminal cuts the column short that says so.
        if population := _population_told(self.frame):
            return [population, *self.facts.notes_on(asked)]
        return self.facts.notes_on(asked)

    def _repr_html_(self) -> str:
        from welfarestats.output.grid import plain_grid
        from welfarestats.output.html import html_table

        shown = self.frame.round(4).astype(object).where(self.frame.notna(), "")
        names = [str(name) for name in shown.columns]
        words = [n for n in names if all(isinstance(value, str) for value in shown[n])]
        texts = shown.map(str).to_numpy().tolist()
        title = f"Estimates: {self.frame['variable'].iloc[0]}"
        notes = self._notes()
        grid = plain_grid(title, names, texts, text_columns=words, notes=notes, origin=self.origin)
        return html_table(grid)


def _population_told(frame: pd.DataFrame) -> str:
    """Return what limits of a finite population describe and assume, as a sentence, or nothing."""
    methods = [str(one) for one in frame.get("interval_method", ())]
    told = next((one for one in methods if one.startswith("hypergeometric (")), "")
    words = told.removeprefix("hypergeometric (").partition(")")[0]
    return f"The interval {words}." if words else ""


@dataclass(frozen=True)
class Domains:
    """The columns that ``by`` asks for: their side of the pass, positions and labels."""

    side: Side
    columns: Integers
    labels: dict[str, list[str]]

    def __iter__(self) -> Iterator[int]:
        return iter(self.columns.tolist())


def domains(view: View, by: str | Sequence[str] | None) -> Domains:
    """Return one domain for each category of ``by``, or each combination of several questions."""
    questions = [view.sample.answers(name) for name in _own_columns(named(by))]
    if not questions:
        return Domains(banner_side(None, view.size), np.array([0]), {})
    labels = [[q.question.categories[i].label for i in q.question.counted()] for q in questions]
    for one in questions:
        if one.values is not None:
            raise CodebookError(
                f"question {one.question.name!r} is a scale, which has no categories to divide"
                " by. Group it first."
            )
        if not one.question.counted():
            raise DataError(
                f"nobody has an answer to {one.question.name!r} and it has no categories, so it"
                " cannot divide the respondents. Leave it out of by."
            )
    if len(questions) == 1:
        side = banner_side(questions[0], view.size)
    elif any(one.mentioned for one in questions):
        raise CodebookError(
            "several questions can be crossed only when each has one answer a respondent;"
            f" {listed(q.question.name for q in questions if q.mentioned)} is a multiple response."
        )
    else:
        side = crossed_side(questions, view.size)
    sizes = [len(one) for one in labels]
    index = np.indices(sizes).reshape(len(sizes), -1)
    columns = {
        one.question.name: [labels[k][i] for i in index[k]] for k, one in enumerate(questions)
    }
    return Domains(side, 2 + np.arange(int(np.prod(sizes))), columns)


def _own_columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of questions that can each be a column of the result."""
    for name in names:
        if name in RESULT_COLUMNS:
            raise CodebookError(
                f"question {name!r} has the name of a column of the result, so it cannot divide"
                " the respondents. Give it another name."
            )
        if names.count(name) > 1:
            raise CodebookError(f"question {name!r} stands twice in by.")
    return names


@dataclass(frozen=True)
class Ratios:
    """R ratios of weighted sums, with covariance, degrees of freedom and the bases below them."""

    estimate: Array
    covariance: Array
    degrees_of_freedom: Array
    base: Array
    weighted_base: Array
    effective_base: Array
    together: Together = field(repr=False)

    @property
    def variance(self) -> Array:
        """The variance of each ratio."""
        return np.diag(self.covariance).copy()


def ratios(cells: Cells, numerator: Integers, denominator: Integers) -> Ratios:
    """Return ratios of cells, given as flat positions (R,) of numerators and denominators."""
    size = cells.count.size
    eye = np.arange(size)
    top = (eye == numerator[:, None]).astype(float)
    bottom = (eye == denominator[:, None]).astype(float)
    totals = cells.weighted.ravel()
    base = cells.count.ravel()[denominator]
    weighted = totals[denominator]
    value = np.divide(totals[numerator], weighted, out=np.full(base.shape, np.nan), where=base > 0)
    covariance = cells.ratio_covariance(top, bottom)
    empty = base == 0
    covariance[empty, :] = covariance[:, empty] = np.nan
    freedom = {
        int(cell): cells.degrees_of_freedom([int(cell)], float(cells.count.ravel()[cell]))
        for cell in np.unique(denominator)
    }
    df = np.array([freedom[int(cell)] for cell in denominator])
    squares = cells.square.ravel()[denominator]
    effective = effective_base(weighted, squares)
    together = Together(cells, denominator[:, None])
    return Ratios(value, covariance, df, base, weighted, effective, together)


def respondents_in(masks: Sequence[Mask], groups: Domains, view: View) -> Counted:
    """Return how many are in the first of the masks in each domain, and in the second if any."""
    cells = sum_cells(mask_side(masks), groups.side, view.tally, view.design, view.df_rule)
    parts: list[Array] = []
    for item in range(len(masks)):
        places = cells.flat(item, groups.columns)
        squares = cells.square.ravel()[places]
        parts += [
            cells.count.ravel()[places],
            effective_base(cells.weighted.ravel()[places], squares),
        ]
    return Counted(*parts)


def tell_about_domains(labels: Mapping[str, Sequence[str]], base: Array, df: Array) -> None:
    """Warn of domains without respondents, and of those whose precision cannot be estimated."""
    names = [" & ".join(parts) for parts in zip(*labels.values(), strict=True)] or ["everyone"]
    empty = [name for name, n in zip(names, base, strict=True) if n == 0]
    if len(empty) == len(names):
        raise DataError(
            "nobody has an answer that counts in the base, so nothing can be estimated."
        )
    if empty:
        warnings.warn(
            f"{len(empty)} of {len(names)} domains have no respondents: {listed(empty)}. Their"
            " estimates are missing.",
            DataWarning,
            stacklevel=4,
        )
    lone = [name for name, n, f in zip(names, base, df, strict=True) if n > 0 and f < 1]
    if lone:
        warnings.warn(
            f"{len(lone)} of {len(names)} domains live in one PSU a stratum: {listed(lone)}. They"
            " have no degrees of freedom and no confidence limits.",
            PrecisionWarning,
            stacklevel=4,
        )


def blank_if_synthetic(
    frame: pd.DataFrame,
    covariance: Array,
    facts: Facts,
    *,
    synthetic_inference: bool,
    together: Together,
    count: Callable[[], Counted] | None = None,
) -> Estimates:
    """Return the estimates, without standard errors and limits where the records are invented."""
    if facts.origin == "synthetic" and not synthetic_inference:
        blank = ["standard_error", "ci_low", "ci_high", "design_effect", "effective_sample_size"]
        frame[blank] = np.nan
        frame["interval_method"] = SYNTHETIC
        covariance = np.full_like(covariance, np.nan)
    elif facts.indicative:
        frame["interval_method"] = frame["interval_method"] + INDICATIVE
    return Estimates(frame, covariance, facts, together, count)
