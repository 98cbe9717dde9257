"""What weights do to a survey, as tables and as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import TableError
from welfarestats.output.chart import Bar, Chart, Series
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.html import html_table
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text, percent_text

__all__ = ["CLASS_EDGES", "WeightSummary"]

# Classes of a weight over the mean weight, which the picture shows.
CLASS_EDGES = (0.0, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0, 3.0, 5.0, math.inf)
Array = NDArray[np.float64]

_KINDS = {"before": "Before", "after": "After", "given": "Weights"}


@dataclass(frozen=True, eq=False, repr=False)
class WeightSummary(ShownAsTables):
    """What a survey's weights do to its bases; a notebook shows it by itself, with a picture.

    `summarise_weights` makes it.

    Parameters
    ----------
    groups
        Bases overall and by group.
    met
        Targets against what was achieved.
    carriers
        Who has extreme weights.
    shares
        For each kind of weights the share of respondents in each class of the picture.
    words
        What was done to the weights.
    extreme_weight
        From how many times the mean a weight is called extreme.
    origin
        ``"collected"`` or ``"synthetic"``.
    """

    groups: pd.DataFrame
    met: pd.DataFrame
    carriers: pd.DataFrame
    shares: dict[str, Array] = field(repr=False)
    words: tuple[str, ...]
    extreme_weight: float
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group, all respondents first, for the weights before and after.

        Returns
        -------
        pandas.DataFrame
            ``variable, category`` (``Total`` for all); ``weighting``, ``before`` or ``after``
            what was computed (``given`` when nothing was); ``base, weighted_base,
            effective_base``; ``design_effect``, Kish's n Σw² / (Σw)²; ``efficiency``, effective
            base over base; ``minimum`` and ``maximum`` of the weights over their mean.
        """
        return self.groups.copy()

    def targets(self) -> pd.DataFrame:
        """Return one row a target: what the weights were to add up to, and do.

        Returns
        -------
        pandas.DataFrame
            ``variable, category``; ``target``, ``before`` and ``after``, sums; the same as shares
            of the variable, missing for totals of numbers; ``met``, to a millionth. No rows when
            no targets are known.
        """
        return self.met.copy()

    def extremes(self) -> pd.DataFrame:
        """Return one row a group: how many of its respondents have an extreme weight.

        Returns
        -------
        pandas.DataFrame
            ``variable, category, base``; ``extreme``, respondents over the limit;
            ``share_of_base`` and ``share_of_weights``, what they are of the group.
        """
        return self.carriers.copy()

    def plot(self) -> Chart:
        """Return a bar chart of how large weights are, against their mean.

        Returns
        -------
        Chart
            A notebook shows it by itself; it is drawn with matplotlib.
        """
        # Weights that are all alike before tell nothing in a picture.
        varied = {kind: share for kind, share in self.shares.items() if (share > 0).sum() > 1}
        drawn = varied or {kind: share for kind, share in self.shares.items() if kind != "before"}
        used = np.any([share > 0 for share in drawn.values()], axis=0)
        first, last = np.flatnonzero(used)[[0, -1]]
        places = range(int(first), int(last) + 1)
        names = [_class_words(i) for i in places]
        bars = {
            kind: [Bar(percent_text(float(share[i]), 1), 100 * float(share[i])) for i in places]
            for kind, share in drawn.items()
        }
        longest = max(bar.end for row in bars.values() for bar in row)
        rows = [[name, *(row[i].text for row in bars.values())] for i, name in enumerate(names)]
        title = "How large the weights are"
        return Chart(
            title=title,
            categories=tuple(names),
            series=tuple(Series(_KINDS[kind], tuple(row)) for kind, row in bars.items()),
            data=plain_grid(
                title,
                ["Weight, mean = 1", *(_KINDS[kind] for kind in bars)],
                rows,
                origin=self.origin,
            ),
            subtitle="Per cent of respondents by their weight over the mean weight",
            base=f"{int(self.groups['base'].iloc[0]):,} respondents with a weight",
            maximum=min(100.0, 10.0 * math.ceil(longest / 10 + 1e-9)),
            origin=self.origin,
        )

    def to_html(self) -> str:
        """Return the summary as accessible tables in HTML, with the picture where it can be drawn.

        Returns
        -------
        str
            A fragment for a page.
        """
        parts = [html_table(grid) for grid in self._grids()]
        try:
            parts.insert(1, self.plot().to_html())
        except TableError:
            # Without matplotlib the tables say the same.
            return "\n".join(parts)
        return "\n".join(parts)

    def _grids(self) -> Iterator[Grid]:
        yield self._bases()
        if len(self.met):
            yield self._targets()
        yield self._extremes()

    def _bases(self) -> Grid:
        several = self.groups["weighting"].nunique() > 1
        rows = []
        for row in self.groups.to_dict("records"):
            name = str(row["category"])
            if row["category"] != "Total":
                name = f"{row['variable']}: {name}"
            rows.append(
                [
                    f"{name}, {row['weighting']}" if several else name,
                    number_text(float(row["base"])),
                    number_text(float(row["effective_base"]), 1),
                    percent_text(float(row["efficiency"]), 1),
                    number_text(float(row["design_effect"]), 2),
                    number_text(float(row["minimum"]), 2),
                    number_text(float(row["maximum"]), 2),
                ]
            )
        done = "; ".join(self.words)
        return plain_grid(
            "Weights: what is left of the bases",
            [
                "Group",
                "Unweighted base",
                "Effective base",
                "Efficiency, %",
                "Design effect",
                "Least weight",
                "Largest weight",
            ],
            rows,
            subtitle="Weights are shown over their mean of all respondents."
            + (f" Weights: {done}." if done else ""),
            notes=(
                (
                    "Effective base: (sum of weights)² / sum of squared weights. Efficiency: effective"
                    " base over base. Design effect: of the weights alone, base over effective base."
                ),
            ),
            origin=self.origin,
        )

    def _targets(self) -> Grid:
        rows = []
        for row in self.met.to_dict("records"):
            total = math.isnan(float(row["target_share"]))
            values = (row["target"], row["before"], row["after"])
            shares = (row["target_share"], row["before_share"], row["after_share"])
            texts = (
                [number_text(float(value)) for value in values]
                if total
                else [percent_text(float(share), 2) for share in shares]
            )
            name = (
                f"{row['variable']}: {row['category']}" if row["category"] else str(row["variable"])
            )
            rows.append([name, *texts, "yes" if row["met"] else "no"])
        return plain_grid(
            "Targets against what the weights achieve",
            ["Target of", "Target", "Before", "After", "Met"],
            rows,
            text_columns=["Met"],
            subtitle="Per cent of the variable; totals of numbers as they are.",
            origin=self.origin,
        )

    def _extremes(self) -> Grid:
        rows = [
            [
                str(row["category"])
                if row["category"] == "Total"
                else f"{row['variable']}: {row['category']}",
                number_text(float(row["base"])),
                number_text(float(row["extreme"])),
                percent_text(float(row["share_of_base"]), 1),
                percent_text(float(row["share_of_weights"]), 1),
            ]
            for row in self.carriers.to_dict("records")
        ]
        return plain_grid(
            f"Who has a weight over {self.extreme_weight:g} times the mean",
            ["Group", "Unweighted base", "Extreme", "% of base", "% of weights"],
            rows,
            origin=self.origin,
        )


def _class_words(place: int) -> str:
    low, high = CLASS_EDGES[place], CLASS_EDGES[place + 1]
    if math.isinf(high):
        return f"{low:g} and over"
    return f"under {high:g}" if low == 0 else f"{low:g} to under {high:g}"
