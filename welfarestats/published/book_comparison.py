"""Two runs of the same tables, cell by cell, with the reason for every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.output.grid import plain_grid
from welfarestats.output.html import html_table
from welfarestats.output.wording import number_text, round_half_away, round_half_up
from welfarestats.published.matching import normalised
from welfarestats.published.panels import BASES, printed_frame
from welfarestats.tables.books import Book
from welfarestats.tables.table import Table

__all__ = ["BookComparison", "compare_books"]

KEY = ("table", "stub", "stub_category", "statistic", "banner", "banner_category")
_HIDDEN = ("unreliable", "confidential", "count-only")
_FACTS = (*("value", "decimals", "count", "base", "weighted_base", "letters", "state", "display"),)
COLUMNS = (
    *KEY,
    *("status", "old", "new", "difference", "letters_gained", "letters_lost"),
    *("base_old", "base_new", "weighted_base_old", "weighted_base_new"),
    *("state_old", "state_new", "reason"),
)
_SAME = 1e-7
_LARGEST = 15
_ALIKE = 0.75


@dataclass(frozen=True, eq=False)
class BookComparison:
    """Two runs of tables, cell by cell; frozen.

    Parameters
    ----------
    frame
        One row a cell of either run.

    See Also
    --------
    compare_books : Makes one.
    """

    frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the comparison, one row a cell, in the order of the new run; gone cells last.

        Returns
        -------
        pandas.DataFrame
            ``table, stub, stub_category, statistic, banner, banner_category``; ``status``
            (``same``, ``moved``, ``new`` or ``gone``); ``old`` and ``new`` in printed units and
            their ``difference`` (new less old, in points); ``letters_gained, letters_lost``; the
            bases and states of both; ``reason``.
        """
        return self.frame.copy()

    @property
    def same(self) -> bool:
        """Whether no cell is new, gone or moved."""
        return bool((self.frame["status"] == "same").all())

    def counts(self) -> dict[str, int]:
        """Return how many cells have each status.

        Returns
        -------
        dict of str to int
            Keys ``same, moved, new, gone``.
        """
        tally = self.frame["status"].value_counts()
        return {status: int(tally.get(status, 0)) for status in ("same", "moved", "new", "gone")}

    def summary(self) -> str:
        """Return how many cells changed, why, and the largest movements, as text.

        Returns
        -------
        str
            The counts, each reason with its cells, letters gained and lost, then movements.
        """
        counts = self.counts()
        lines = [
            f"{len(self.frame):,} cells: "
            + ", ".join(f"{number:,} {status}" for status, number in counts.items())
            + "."
        ]
        moved = self.frame[self.frame["status"] == "moved"]
        kinds = moved["reason"].str.replace(r" \([^)]*\)", "", regex=True)
        for reason, cells in kinds.value_counts().items():
            lines.append(f"  {reason}: {cells:,} {'cell' if cells == 1 else 'cells'}")
        gained, lost = (int((self.frame[f"letters_{w}"] != "").sum()) for w in ("gained", "lost"))
        if gained or lost:
            lines.append(f"  letters: gained in {gained:,} cells, lost in {lost:,}.")
        for status in ("new", "gone"):
            tables = self.frame.loc[self.frame["status"] == status, "table"].drop_duplicates()
            if len(tables):
                lines.append(f"  {status} cells in: {', '.join(tables[:5])}")
        lines += [f"  {_moved_words(row)}" for row in _largest(moved)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            [
                str(row["table"]),
                row["stub_category"],
                row["banner_category"],
                *_printed(row),
                row["status"],
                row["reason"],
            ]
            for row in _records(self.frame[self.frame["status"] != "same"])[:40]
        ]
        return html_table(
            plain_grid(
                "Cells that changed",
                ["Table", "Row", "Column", "Old", "New", "Points", "Status", "Reason"],
                rows or [["none", "", "", "", "", "", "", ""]],
                text_columns=["Row", "Column", "Status", "Reason"],
                notes=self.summary().splitlines()[:1],
            )
        )

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<BookComparison: {self.summary().splitlines()[0]}>"


def compare_books(old: Any, new: Any) -> BookComparison:
    """Return two runs of the same tables cell by cell, with the reason for every change.

    Parameters
    ----------
    old, new : Book, Table or PrintedTables
        The same tables from another run, weight, file or wave; both ours or both printed.

    Returns
    -------
    BookComparison
        ``.to_frame()`` has one row a cell; ``.summary()`` says what changed and why.

    Raises
    ------
    OptionError
        When one is ours and the other printed, or either is neither.

    Notes
    -----
    The reason follows from what the two runs show of a cell. The base changed: there are other
    people. The base is the same and so is the unweighted count, but the figure is not: the weight
    changed. The count is another: answers changed. Printed tables show no unweighted counts
    beside their percentages, so that changed answers and weights are told apart by the weighted
    base only. It is no test of whether a movement is significant.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"works": ["Yes", "No"] * 60, "w": [1.0] * 60 + [1.5] * 60})
    >>> frame.loc[:30, "works"] = "Yes"
    >>> old, new = ws.Survey(frame), ws.Survey(frame, weights="w")
    >>> found = ws.compare_books(
    ...     ws.crosstab(old, "works"), ws.crosstab(new, "works")
    ... ).to_frame()
    >>> found[["stub_category", "status", "reason"]].to_numpy().tolist()
    [['No', 'moved', 'weight changed'], ['Yes', 'moved', 'weight changed']]
    """
    first, second = _cells(old, "old"), _cells(new, "new")
    if isinstance(old, Book | Table) != isinstance(new, Book | Table):
        raise OptionError(
            "one run is our own tables and the other printed ones, whose labels differ from"
            " question names. Compare a printed run with respondents: reconcile(tables, survey)."
        )
    first, renamed = _renamed(first, second)
    both = second.merge(first, on=list(KEY), how="outer", suffixes=("_new", "_old"), indicator=True)
    both["_order"] = both["_order_new"].fillna(np.inf)
    both = both.sort_values(["_order", "_order_old"], kind="stable", ignore_index=True)
    return BookComparison(_compared(both, renamed))


def _cells(tables: Any, which: str) -> pd.DataFrame:
    """Return the cells of a run, whatever it is, with the facts that reasons are drawn from."""
    if isinstance(tables, Book | Table):
        frame = _own_cells(tables.to_frame())
    elif hasattr(tables, "to_frame") or isinstance(tables, pd.DataFrame):
        frame = _printed_cells(printed_frame(tables))
    else:
        raise OptionError(
            f"{which} is a Book, a Table or printed tables, not {type(tables).__name__!r}."
        )
    # A label that stands twice in a table is told apart by its place.
    again = frame.groupby(list(KEY), sort=False).cumcount()
    frame["stub_category"] = [
        f"{label} ({n + 1})" if n else label
        for label, n in zip(frame["stub_category"], again, strict=True)
    ]
    frame["_order"] = np.arange(len(frame), dtype=float)
    return frame[[*KEY, *_FACTS, "_order"]]


def _own_cells(frame: pd.DataFrame) -> pd.DataFrame:
    percent = (frame["statistic"] == "proportion").to_numpy()
    return frame.assign(
        table=frame["stub"],
        statistic=np.where(percent, "percent", frame["statistic"]),
        value=frame["estimate"] * np.where(percent, 100.0, 1.0),
        decimals=0,
        count=frame["count"].astype(float),
        base=frame["base"].astype(float),
        state=frame["state"].astype(str),
    )


def _printed_cells(frame: pd.DataFrame) -> pd.DataFrame:
    column = ["table", "banner", "banner_category"]
    for name in ("base", "weighted_base"):
        own = frame[frame["statistic"] == name].drop_duplicates(column)
        known = own.set_index(column)["value"]
        places = pd.MultiIndex.from_frame(frame[column])
        frame[name] = known.reindex(places).to_numpy() if len(known) else np.nan
    frame["display"] = frame["printed"]
    return frame.assign(count=np.nan, state=frame["mark"])


def _renamed(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Return the old cells under the new labels, and what each changed label was."""
    was: dict[Any, str] = {}
    for label, place in (
        ("banner", ["table"]),
        ("banner_category", ["table", "banner"]),
        ("stub", ["table"]),
        ("stub_category", ["table", "stub", "statistic"]),
    ):
        for key, before, after in _pairs(old, new, label, place):
            here = (old[place] == list(key)).all(axis=1) & (old[label] == before)
            old.loc[here, label] = after
            was[(label, *key, after)] = before
    return old, was


def _pairs(
    old: pd.DataFrame, new: pd.DataFrame, label: str, place: list[str]
) -> list[tuple[tuple[str, ...], str, str]]:
    """Return labels that only one run has and that must be the same thing: place, old, new."""
    labels = [_labels(frame, label, place) for frame in (old, new)]
    found = []
    for key in labels[0].keys() & labels[1].keys():
        before = [text for text in labels[0][key] if text not in labels[1][key]]
        after = [text for text in labels[1][key] if text not in labels[0][key]]
        for text in before:
            scores = [_likeness(text, other) for other in after]
            best = int(np.argmax(scores)) if scores else 0
            if scores and scores[best] >= _ALIKE:
                found.append((key, text, after.pop(best)))
    return found


def _labels(frame: pd.DataFrame, label: str, place: list[str]) -> dict[tuple[str, ...], list[str]]:
    distinct = frame[[*place, label]].drop_duplicates()
    found: dict[tuple[str, ...], list[str]] = {}
    for *key, text in distinct.itertuples(index=False, name=None):
        found.setdefault(tuple(key), []).append(text)
    return found


def _likeness(first: str, second: str) -> float:
    one, two = normalised(first), normalised(second)
    # The same words in another order are the same label.
    sides = ((one, two), (" ".join(sorted(one.split())), " ".join(sorted(two.split()))))
    return max(SequenceMatcher(None, *side).ratio() for side in sides)


def _compared(both: pd.DataFrame, renamed: Mapping[Any, str]) -> pd.DataFrame:
    frame = both[list(KEY)].copy()
    side = both["_merge"].map({"left_only": "new", "right_only": "gone", "both": "both"})
    frame["status"] = side.astype(str)
    frame["old"], frame["new"] = both["value_old"], both["value_new"]
    frame["difference"] = frame["new"] - frame["old"]
    letters = [both[f"letters_{run}"].fillna("") for run in ("old", "new")]
    found = [_gained_lost(a, b) for a, b in zip(*letters, strict=True)]
    here = (frame["status"] == "both").to_numpy()
    frame["letters_gained"] = [g if h else "" for (g, _), h in zip(found, here, strict=True)]
    frame["letters_lost"] = [lost if h else "" for (_, lost), h in zip(found, here, strict=True)]
    for name in ("base", "weighted_base"):
        frame[f"{name}_old"], frame[f"{name}_new"] = both[f"{name}_old"], both[f"{name}_new"]
    for run in ("old", "new"):
        frame[f"state_{run}"] = both[f"state_{run}"].fillna("")
    reasons = [_reason(row, renamed) for row in _records(both)]
    frame["reason"] = [r if h else "" for r, h in zip(reasons, here, strict=True)]
    frame.loc[here, "status"] = np.where(frame.loc[here, "reason"] == "", "same", "moved")
    texts = [*KEY, "status", "letters_gained", "letters_lost", "state_old", "state_new", "reason"]
    return frame[list(COLUMNS)].astype(dict.fromkeys(texts, "str"))


def _gained_lost(old: str, new: str) -> tuple[str, str]:
    before, after = (text.split() if " " in text else list(text) for text in (old, new))
    gained = [letter for letter in after if letter not in before]
    lost = [letter for letter in before if letter not in after]
    return " ".join(gained), " ".join(lost)


def _reason(row: Mapping[str, Any], renamed: Mapping[Any, str]) -> str:
    """Return why a cell that both runs have is not the same; nothing where it is."""
    reasons = []
    for label in ("banner", "banner_category", "stub", "stub_category"):
        places = {
            "banner": ("table",),
            "banner_category": ("table", "banner"),
            "stub": ("table",),
            "stub_category": ("table", "stub", "statistic"),
        }[label]
        key = (label, *(row[name] for name in places), row[label])
        if key in renamed:
            reasons.append(f"label changed (was {renamed[key]!r})")
    moved = _differs(row["value_old"], row["value_new"])
    based = _differs(row["base_old"], row["base_new"])
    if based and row["statistic"] not in BASES:
        words = " to ".join(number_text(row[f"base_{run}"]) for run in ("old", "new"))
        reasons.append(f"base changed ({words})")
    elif moved:
        reasons.append(_cause(row))
    if (row["letters_old"] or "") != (row["letters_new"] or "") and not moved and not based:
        reasons.append("letters only")
    if (row["state_old"] or "") != (row["state_new"] or ""):
        words = " to ".join(str(row[f"state_{run}"] or "no mark") for run in ("old", "new"))
        reasons.append(f"state changed ({words})")
    return "; ".join(reasons)


def _cause(row: Mapping[str, Any]) -> str:
    """Return why a figure moved on an unchanged base."""
    if row["statistic"] in BASES:
        return "base changed" if row["statistic"] == "base" else "weight changed"
    counted = not (np.isnan(row["count_old"]) or np.isnan(row["count_new"]))
    if counted:
        if _differs(row["count_old"], row["count_new"]):
            return "answers changed"
        if row["statistic"] == "mean" and not _differs(
            row["weighted_base_old"], row["weighted_base_new"]
        ):
            return "answers changed"
        same_print = row["display_old"] == row["display_new"]
        return "rounding only (the unrounded figure moved)" if same_print else "weight changed"
    if _differs(row["weighted_base_old"], row["weighted_base_new"]):
        return "weight changed"
    unit = 10.0 ** -min(row["decimals_old"], row["decimals_new"])
    if row["decimals_old"] != row["decimals_new"]:
        places = int(min(row["decimals_old"], row["decimals_new"]))
        one, two = (float(round_half_up(row[f"value_{run}"], places)) for run in ("old", "new"))
        if one == two:
            return "rounding only (printed with other decimals)"
    if abs(row["value_new"] - row["value_old"]) < 1.5 * unit:
        return "rounding only, at most (one unit of the last digit)"
    return "answers or weight changed"


def _differs(old: float, new: float) -> bool:
    if np.isnan(old) or np.isnan(new):
        return bool(np.isnan(old) != np.isnan(new))
    return bool(abs(new - old) > _SAME * max(1.0, abs(old)))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _largest(moved: pd.DataFrame) -> list[dict[str, Any]]:
    shares = moved[moved["statistic"].isin(("percent", "mean")) & (moved["difference"] != 0)]
    order = shares["difference"].abs().sort_values(ascending=False, kind="stable").index
    return _records(shares.loc[order[:_LARGEST]])


def _printed(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return both figures and their difference, as far as their house styles show them."""
    old, new = (
        "not shown" if row[f"state_{run}"] in _HIDDEN else number_text(row[run], 1, missing="none")
        for run in ("old", "new")
    )
    return old, new, "" if "not shown" in (old, new) else _points(row["difference"])


def _points(value: float) -> str:
    return f"{round_half_away(value, 1):+.1f}" if np.isfinite(value) else ""


def _moved_words(row: Mapping[str, Any]) -> str:
    old, new, points = _printed(row)
    return (
        f"{row['table']}, {row['stub_category']} by {row['banner_category']}: {old} to {new}"
        f"{f' ({points} points)' if points else ''}: {row['reason']}"
    )
