"""Gross flows: where the people of one wave's answers went in the next, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import CodebookError
from welfarestats.estimates.paired_changes import category_changes
from welfarestats.estimates.planning import detectable_words
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text, round_half_away
from welfarestats.survey.matched_people import match_people
from welfarestats.survey.survey import Survey
from welfarestats.tables.bands import Decisions
from welfarestats.tables.cell_marks import cell_states, displayed, legend_of
from welfarestats.tables.crosstabs import crosstab
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.phrasing import quoted
from welfarestats.tables.style_presets import choose_style
from welfarestats.tables.table import Table

__all__ = ["GrossFlows", "gross_flows"]


@dataclass(frozen=True, eq=False, repr=False)
class GrossFlows(ShownAsTables):
    """What the same people answered in two waves, and what changed on balance.

    `gross_flows` makes it; a notebook shows it as tables.

    Parameters
    ----------
    flows
        What `to_frame` returns.
    balance
        What `changes` returns.
    table
        The flows as row percentages: of those with an answer in the earlier wave, how many gave
        which in the later one.
    note
        Who is counted, and with what weights.
    decided
        What the house style decided about each net change.
    """

    flows: pd.DataFrame
    balance: pd.DataFrame
    table: Table
    note: str
    decided: Decisions

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each answer of the earlier by each of the later wave.

        Returns
        -------
        pandas.DataFrame
            ``variable, wave_a, wave_b, category_a, category_b, count`` (people, unweighted),
            ``weighted_count, base`` (people with both answers), ``share`` of them all, weighted,
            with ``share_standard_error``; ``row_base``, the people with the earlier answer, and
            ``transition``, the weighted share of them who gave the later one, with
            ``standard_error, ci_low, ci_high``; ``state, reason, display`` as the house style
            decided for the transition.
        """
        return self.flows.copy()

    def changes(self) -> pd.DataFrame:
        """Return one row a category and net: how many gained and lost it, and the net change.

        Returns
        -------
        pandas.DataFrame
            ``variable, category, base, estimate_a, estimate_b, change`` (later less earlier),
            ``standard_error, degrees_of_freedom, ci_low, ci_high, p_value`` of the paired change,
            its ``least_significant_difference`` and ``minimum_detectable_difference`` (with a
            power of 80 per cent), and ``method``;
            ``gained, lost`` (people), ``exact_p_value`` and ``mid_p_p_value`` of McNemar's test,
            where nobody is weighted or was sampled in groups; ``state, reason, display`` as the
            house style decided by the base: no rule about the precision of a percentage is one
            about changes; ``method`` says where tests are indicative only.
        """
        return self.balance.copy()

    def _grids(self) -> Iterator[Grid]:
        yield self._counts()
        yield self.table.grid
        balance = self.balance
        yield plain_grid(
            f"Net change: {self.table.title}",
            ["Answer", "Gained it", "Lost it", "Change, percentage points"],
            [
                [
                    str(row["category"]),
                    number_text(row["gained"]),
                    number_text(row["lost"]),
                    str(row["display"]),
                ]
                for _, row in balance.iterrows()
            ],
            subtitle=f"People with both answers: {number_text(balance['base'].iloc[0])}.",
            legend=self.decided.legend,
            notes=[
                self.note,
                *self._could_find(),
                *self.decided.caveats,
                *self._told(),
                *self.table.style.notes,
            ],
            origin=self.table.origin,
        )

    def _told(self) -> list[str]:
        """Return what must be said with answers of these people."""
        recipe = self.table.recipe
        asked = [*recipe.stubs, *(str(name) for name in recipe.banners)]
        return recipe.survey.facts.notes_on(asked)

    def _could_find(self) -> list[str]:
        """Return how large the change that is hardest to find has to be, where few are compared."""
        balance, style = self.balance, self.table.style
        hardest = balance.sort_values("least_significant_difference").dropna(
            subset="least_significant_difference"
        )
        if hardest.empty or int(balance["base"].iloc[0]) >= style.flag_test_base:
            return []
        row = hardest.iloc[-1]
        words = detectable_words(
            float(row["least_significant_difference"]),
            float(row["minimum_detectable_difference"]),
            level=float(self.table.recipe.options["level"]),
            near=f" of {quoted(str(row['category']))} between the waves",
            indicative=self.table.recipe.survey.facts.indicative,
        )
        return [f"{words[:1].upper()}{words[1:]}."]

    def _counts(self) -> Grid:
        """Return how many people gave which answers, which needs no base."""
        flows, to = self.flows, list(dict.fromkeys(self.flows["category_b"]))
        rows = [
            [str(answer), *(number_text(n) for n in own["count"]), number_text(own["count"].sum())]
            for answer, own in flows.groupby("category_a", sort=False)
        ]
        return plain_grid(
            f"People: {self.table.title}",
            [f"In {flows['wave_a'].iloc[0]}", *to, "All"],
            rows,
            subtitle=f"Across: the answers in {flows['wave_b'].iloc[0]}. Unweighted counts.",
            notes=[self.note, *self._told()],
            origin=self.table.origin,
        )


def gross_flows(
    stacked: Survey,
    variable: str,
    *,
    between: Sequence[str] | None = None,
    weights: str | None = None,
    style: str | HouseStyle | None = None,
    level: float = 0.95,
    synthetic_inference: bool = False,
) -> GrossFlows:
    """Return what the people who are in two waves answered in either, and what changed on balance.

    Parameters
    ----------
    stacked
        Stacked waves whose people are known.
    variable
        A question with categories. For scores see `score_changes`.
    between
        Two waves, the earlier one first; needed when there are more.
    weights
        The wave whose weights and design count, such as the later one's where these make up for
        attrition; needed where the two weight the same people otherwise.
    style
        A preset's name or a `HouseStyle`: what is shown on which base.
    level
        Confidence level of the limits.
    synthetic_inference
        Give standard errors, limits and tests of invented records too.

    Returns
    -------
    GrossFlows
        A notebook shows it as tables.

    Raises
    ------
    OptionError
        When the survey is no stack, or it is not clear whose weights count.
    DataError
        When nobody is known to be in both waves.
    CodebookError
        When the question is a scale, has several answers, or was not asked in both waves.

    Notes
    -----
    People in both waves are not a sample of everybody in either: those who left may have moved
    otherwise. Errors of measurement look like moves, in both directions.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12, 153–157.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> first = pd.DataFrame({"id": range(40), "works": ["No"] * 30 + ["Yes"] * 10})
    >>> last = pd.DataFrame({"id": range(40), "works": ["No"] * 21 + ["Yes"] * 19})
    >>> waves = {"before": ws.Survey(first), "after": ws.Survey(last)}
    >>> flows = ws.gross_flows(ws.stack_waves(waves, person="id"), "works")
    >>> flows.to_frame()[["category_a", "category_b", "count", "transition"]].values.tolist()
    [['No', 'No', 21, 0.7], ['No', 'Yes', 9, 0.3], ['Yes', 'No', 0, 0.0], ['Yes', 'Yes', 10, 1.0]]
    >>> flows.changes()[["category", "gained", "lost", "exact_p_value"]].round(
    ...     4
    ... ).values.tolist()
    [['No', 0, 9, 0.0039], ['Yes', 9, 0, 0.0039]]
    """
    chosen = choose_style(style)
    matched = match_people(stacked, between=between, weights=weights)
    names = matched.names(variable)
    for name in names:
        if matched.survey.describe_question(name).kind == "multiple":
            raise CodebookError(
                f"question {variable!r} has several answers, and flows are between single ones."
                " Look at one of its answers as a question of its own."
            )
    # Scales are refused before a table of them is made.
    balance = category_changes(
        matched, variable, level=level, synthetic_inference=synthetic_inference
    )
    options: dict[str, Any] = {
        "style": chosen,
        "level": level,
        "synthetic_inference": synthetic_inference,
    }
    title = f"{_label(stacked, variable)}, {matched.waves[0]} to {matched.waves[1]}"
    table = crosstab(matched.survey, *names, percent="row", title=title, **options)
    of_all = crosstab(matched.survey, *names, percent="total", title=title, **options)
    rows, whole = _cells(table), _cells(of_all)
    frame = pd.DataFrame(
        {
            "variable": variable,
            "wave_a": matched.waves[0],
            "wave_b": matched.waves[1],
            "category_a": rows["stub_category"],
            "category_b": rows["banner_category"],
            "count": rows["count"],
            "weighted_count": rows["weighted_count"],
            "base": whole["base"],
            "share": whole["proportion"],
            "share_standard_error": whole["standard_error"],
            "row_base": rows["base"],
            "transition": rows["proportion"],
            **{
                name: rows[name]
                for name in ("standard_error", "ci_low", "ci_high", "state", "reason", "display")
            },
        }
    )
    who = " and ".join(["People who are in both waves", *stacked.facts.domain])
    note = f"{who}{_weighted(matched.survey, matched.weights)}."
    everyone = of_all.frame[of_all.frame["statistic"] == "proportion"]
    decided = _decided(balance, float(everyone["effective_base"].iloc[0]), chosen)
    for name in ("state", "reason", "display"):
        balance[name] = pd.array(getattr(decided, name), dtype="str")
    return GrossFlows(frame, balance, table, note, decided)


def _label(stacked: Survey, variable: str) -> str:
    return stacked.codebook[variable].label if variable in stacked.codebook else variable


def _weighted(survey: Survey, wave: str) -> str:
    return f", with the weights of {wave}" if survey.facts.weighted else ""


def _cells(table: Table) -> pd.DataFrame:
    """Return the cells of categories by categories, without nets and totals."""
    frame = table.to_frame()
    net_labels = {
        net.label
        for name in table.recipe.banners
        for net in table.recipe.survey.describe_question(str(name)).nets
    }
    kept = (frame["statistic"] == "proportion") & (frame["banner"] != "Total")
    kept &= ~frame["is_net"].astype(bool) & ~frame["banner_category"].isin(net_labels)
    return frame[kept].reset_index(drop=True)


def _decided(balance: pd.DataFrame, effective_base: float, style: HouseStyle) -> Decisions:
    """Return which net changes are shown: a change is a mean, of those who gained and lost."""
    change = balance["change"].to_numpy(dtype=float)
    cells = cell_states(
        *(style, change, balance["base"], np.full(change.shape, effective_base)),
        *(False, True, True),
    )
    cells.replace("count-only", "unreliable")
    texts = np.array([_points(one, style.decimals) for one in change], dtype=object)
    display = displayed(style, cells, texts, np.zeros(cells.shape))
    legend = legend_of(style, cells)
    return Decisions(cells.state, cells.reason, display, legend, cells.caveats())


def _points(change: float, decimals: int) -> str:
    """Return a change in percentage points with its sign."""
    points = float(round_half_away(100 * change, decimals))
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{number_text(abs(points), decimals)}"
