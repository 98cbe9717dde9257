"""A published number computed from respondents, by the library's own tables and estimates."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import (
    DataError,
    PrecisionWarning,
    ReportError,
    WelfareStatsError,
    did_you_mean,
    listed,
)
from welfarestats.estimates.estimate import Estimates
from welfarestats.estimates.means import estimate_means, estimate_totals
from welfarestats.published.transcription import PublishedNumber
from welfarestats.survey.survey import Survey
from welfarestats.tables.crosstabs import crosstab

if TYPE_CHECKING:
    from welfarestats.published.report import Report

_WHOLE_DESIGN = ("strata", "psus")
_OF_TOTALS = ("weighted_count", "weighted_count_standard_error", "sum")
_CELL = {"count": "count", "base": "base", "weighted_base": "weighted_base"}
_ESTIMATE = {
    "mean": "estimate",
    "sum": "estimate",
    "weighted_count": "estimate",
    "weighted_count_standard_error": "standard_error",
}

#: One column of a cross-tab: its cells by the category or net of the stub.
_Column = dict[str, dict[Hashable, Any]]


@dataclass(frozen=True)
class Computed:
    """A computed number in printed units, NaN where there is none, and why there is none."""

    value: float = math.nan
    reason: str = ""


class Respondents:
    """The surveys of a report, with every table that was made of them."""

    def __init__(self, report: Report, surveys: Mapping[str, Survey] | None = None) -> None:
        self._report = report
        self._surveys = dict(surveys or {})
        for name in self._surveys:
            report.specification(name)
        self._domains: dict[tuple[str, ...], Survey] = {}
        self._tables: dict[tuple[object, ...], dict[tuple[str, str], _Column]] = {}

    def compute(self, number: PublishedNumber) -> Computed:
        """Return what the respondents give for a published number.

        Parameters
        ----------
        number : PublishedNumber
            A number with something to compute.

        Returns
        -------
        Computed
            Unrounded; percentages as on paper.
        """
        self._survey(number.survey)
        try:
            with warnings.catch_warnings():
                # A number that rests on few people is still the number that was printed.
                warnings.simplefilter("ignore", PrecisionWarning)
                return self._compute(number)
        except DataError as error:
            nobody = 0.0 if number.statistic in ("base", "count", "weighted_base") else math.nan
            return Computed(nobody, str(error))
        except WelfareStatsError as error:
            raise ReportError(f"{number} cannot be computed: {error}") from None

    def _compute(self, number: PublishedNumber) -> Computed:
        if number.statistic in _WHOLE_DESIGN:
            return Computed(_design_count(self._domain(number), number.statistic))
        if number.statistic == "degrees_of_freedom":
            return Computed(self._domain(number).degrees_of_freedom)
        if number.statistic in _OF_TOTALS or (number.variable and not number.category):
            return self._of_variable(number)
        if not number.variable:
            people = self._domain(number)
            weighted = number.statistic == "weighted_base"
            return Computed(people.weighted_base if weighted else float(people.base))
        return self._of_cell(number)

    def _survey(self, name: str) -> Survey:
        if name not in self._surveys:
            self._surveys[name] = self._report.survey(name)
        return self._surveys[name]

    def _domain(self, number: PublishedNumber, group: Mapping[str, str] | None = None) -> Survey:
        """Return the people of a population, and of a group (by default the number's own)."""
        chosen = number.group if group is None else group
        key = (number.survey, number.population, *(f"{k}={v}" for k, v in chosen.items()))
        if key not in self._domains:
            people = self._survey(number.survey)
            populations = self._report.specification(number.survey).populations
            for question, labels in populations[number.population].where.items():
                people = people.domain(**{question: list(labels)})
            for question, label in chosen.items():
                people = people.domain(**{question: label})
            self._domains[key] = people
        return self._domains[key]

    # -------------------------------------------------------------- tables

    def _of_cell(self, number: PublishedNumber) -> Computed:
        cells = self._cells(number)
        if number.category not in cells:
            raise ReportError(
                f"the table of {number.variable!r} has no row {number.category!r}; it has "
                f"{listed(cells)}.{did_you_mean(number.category, cells)}"
            )
        cell = cells[number.category]
        if number.statistic in _CELL:
            return Computed(float(cell[_CELL[number.statistic]]))
        column = "proportion" if number.statistic == "percent" else number.statistic
        return Computed(100 * float(cell[column]))

    def _cells(self, number: PublishedNumber) -> _Column:
        """Return one column of a cross-tab: that of the number's group, or the total."""
        banner, inner = self._banner(number)
        key = (number.survey, number.population, tuple(inner.items()), number.variable, banner)
        if key not in self._tables:
            table = crosstab(self._domain(number, inner), number.variable, banner, style="none")
            self._tables[key] = _columns(table.to_frame())
        wanted = ("Total", "Total") if banner is None else (banner, number.group[banner])
        return self._tables[key].get(wanted, {})

    def _banner(self, number: PublishedNumber) -> tuple[str | None, dict[str, str]]:
        """Return the question across the top, and the groups that a domain chooses."""
        book = self._report.codebook(number.survey)
        inner = dict(number.group)
        for question, label in number.group.items():
            categories = book[question].categories
            if any(c.valid and c.label == label for c in categories):
                del inner[question]
                return question, inner
        return None, inner

    # -------------------------------------------------------------- estimates

    def _of_variable(self, number: PublishedNumber) -> Computed:
        if number.statistic in ("base", "weighted_base", "count"):
            cells = self._cells(replace(number, category=""))
            for cell in cells.values():
                column = "weighted_base" if number.statistic == "weighted_base" else "base"
                return Computed(float(cell[column]))
        column = _ESTIMATE.get(number.statistic, number.statistic)
        frame = self._estimates(number).to_frame()
        if number.category:
            frame = frame[frame["category"] == number.category]
        if len(frame) != 1:
            raise ReportError(
                f"{number.variable!r} gives {len(frame)} estimates where one is published. Name "
                f"the category."
            )
        return Computed(float(frame.iloc[0][column]))

    def _estimates(self, number: PublishedNumber) -> Estimates:
        people = self._domain(number)
        if number.statistic in _OF_TOTALS:
            return estimate_totals(people, number.variable)
        return estimate_means(people, number.variable)


def _design_count(survey: Survey, what: str) -> float:
    """Return how many strata, or primary sampling units, the whole design has."""
    sizes = survey.view(()).design.first.size
    return float(len(sizes) if what == "strata" else sizes.sum())


def _columns(cells: pd.DataFrame) -> dict[tuple[str, str], _Column]:
    """Return the cells of a cross-tab by column and row, without rows of means."""
    found: dict[tuple[str, str], _Column] = {}
    for cell in cells[cells["statistic"] != "mean"].to_dict("records"):
        column = found.setdefault((cell["banner"], cell["banner_category"]), {})
        column[cell["stub_category"]] = cell
    return found
