"""Somebody else's tables against ours: every cell exact, rounded otherwise, explained or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError, one_of
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.html import html_table
from welfarestats.output.wording import number_text
from welfarestats.published.letter_conventions import LetterFit, read_letters
from welfarestats.published.matching import Labels
from welfarestats.published.outcomes import Workbook
from welfarestats.published.panels import COLUMNS, DUST, panels_of, printed_frame
from welfarestats.published.respondents import Respondents
from welfarestats.survey.reweighting import weight_columns
from welfarestats.survey.survey import Survey, check_survey

__all__ = ["Reconciliation", "reconcile"]

STATUSES = ("unexplained", "unmatched", "explained", "rounding", "exact")
_SHOWN = 40


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """Every printed cell beside ours, with the reason for each difference; frozen.

    Parameters
    ----------
    frame
        One row a printed cell.
    causes
        One row an explanation.
    letter_fit
        How the significance letters compare, under each convention.

    See Also
    --------
    reconcile : Makes one.
    """

    frame: pd.DataFrame = field(repr=False)
    causes: pd.DataFrame = field(repr=False)
    letter_fit: LetterFit = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the comparison, one row a printed cell, the unexplained first.

        Returns
        -------
        pandas.DataFrame
            The printed columns, then ``question, banner_question``, ``computed`` (our figure as
            declared, unrounded, in printed units), ``difference`` (printed less computed),
            ``status`` (``exact``, ``rounding``, ``explained``, ``unexplained`` or ``unmatched``)
            and ``explanation``.
        """
        return self.frame.copy()

    def explanations(self) -> pd.DataFrame:
        """Return the changes that explain differences, the one with most cells first.

        Returns
        -------
        pandas.DataFrame
            ``change``; ``scope`` (``table``, ``row``, ``column`` or ``rounding``); ``tables`` it
            is found in; ``cells_explained``; ``cells_broken``, which agree as declared and would
            not under the change; ``fits_as_well``: other changes that the figures cannot tell
            from it; ``first_table``.
        """
        return self.causes.copy()

    def letters(self) -> pd.DataFrame:
        """Return the letters that differ under the convention that fits the printed ones best.

        Returns
        -------
        pandas.DataFrame
            ``table, question, stub_category, banner_question, banner_category, letter``;
            ``other`` (the column the letter stands for), ``printed`` and ``computed`` (whether it
            is there), ``statistic, p_value, threshold`` and ``why``.
        """
        return self.letter_fit.flips.copy()

    def letter_conventions(self) -> pd.DataFrame:
        """Return how well each test convention gives the printed letters, the best first.

        Returns
        -------
        pandas.DataFrame
            ``test, level, lower_case_level`` (where capitals and lower case are two levels),
            ``adjust, letter_on``; ``pairs`` compared, letters ``printed``,
            ``agree`` (in both) and ``differ`` (in one only).
        """
        return self.letter_fit.conventions.copy()

    @property
    def ok(self) -> bool:
        """Whether every printed figure agrees, exactly or under a named rounding rule.

        An explained difference is still a difference. Letters are judged apart.
        """
        printed = self.frame[self.frame["value"].notna()]
        return bool(printed["status"].isin(("exact", "rounding")).all())

    def counts(self) -> dict[str, int]:
        """Return how many cells have each status.

        Returns
        -------
        dict of str to int
            Keys ``unexplained, unmatched, explained, rounding, exact``.
        """
        tally = self.frame["status"].value_counts()
        return {status: int(tally.get(status, 0)) for status in STATUSES}

    def summary(self) -> str:
        """Return what agrees, what is explained and what is not, as text.

        Returns
        -------
        str
            The counts, the unexplained cells, the explanations, the letters.
        """
        counts = self.counts()
        lines = [
            f"{len(self.frame):,} printed cells: "
            + ", ".join(f"{counts[status]:,} {status}" for status in reversed(STATUSES))
            + "."
        ]
        open_cells = self.frame[self.frame["status"] == "unexplained"]
        lines += [f"  unexplained: {_cell_words(row)}" for row in _records(open_cells[:_SHOWN])]
        more = len(open_cells) - _SHOWN
        lines += [f"  and {more:,} more unexplained cells."] * (more > 0)
        unmatched = self.frame[self.frame["status"] == "unmatched"]
        for reason, cells in unmatched["explanation"].value_counts(sort=False).items():
            lines.append(f"  unmatched: {cells:,} {_cells(cells)}: {reason}")
        lines += [f"  explained: {_cause_words(row)}" for row in _records(self.causes)]
        return "\n".join([*lines, *self.letter_fit.sentences()])

    def _grid(self) -> Grid:
        rows = [_grid_row(row) for row in _records(self.frame[:_SHOWN])]
        more = len(self.frame) - len(rows)
        columns = ["Table", "Row", "Column", "Printed", "Ours", "Status", "Explanation"]
        return plain_grid(
            "Printed cells against ours, the unexplained first",
            columns,
            rows,
            text_columns=["Row", "Column", "Status", "Explanation"],
            notes=[*self.summary().splitlines()[:1], *[f"{more:,} more cells."] * (more > 0)],
        )

    def _repr_html_(self) -> str:
        return html_table(self._grid())

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Reconciliation: {self.summary().splitlines()[0]}>"


def reconcile(
    tables: Any,
    survey: Survey,
    *,
    questions: Mapping[str, str] | None = None,
    earlier: Survey | None = None,
    test: str | None = None,
    weights: Sequence[str] | None = None,
    percent: str = "column",
) -> Reconciliation:
    """Return somebody else's printed tables against ours, with each difference explained.

    Every printed figure is computed again as the survey declares. Where it would print otherwise,
    the one change is looked for that explains most cells of its table: another base, weight or
    filter, an earlier file, another per cent, two of these at once; then a net or category in
    place of another in single rows and columns; then a rounding rule.

    Parameters
    ----------
    tables : PrintedTables or DataFrame
        What `read_tables` returns, or its frame.
    survey : Survey
        The respondents, with the codebook that has the labels of the tables.
    questions : mapping of str to str, optional
        Which question is meant by a printed stub, title or banner, where the wording differs.
    earlier : Survey, optional
        An earlier delivery of the data, to see whether the tables were made from it.
    test : str, optional
        Judge the letters by this test only; all of ours are tried when left out.
    weights : sequence of str, optional
        Columns that could be the weight. When left out, columns of numbers named like weights.
    percent : {"column", "row", "total"}, default "column"
        What the printed percentages are declared to be.

    Returns
    -------
    Reconciliation
        ``.to_frame()``, ``.explanations()``, ``.letters()``, ``.summary()`` and ``.ok``.

    Raises
    ------
    TableError
        When ``tables`` are not printed tables.
    OptionError
        When an option is not one of its words, or ``questions`` names what does not exist.
    CodebookError
        When the survey has no codebook.

    Notes
    -----
    An explanation shows what gives the printed figures, not what somebody did: changes that give
    the same figures are named together. A change is believed only if it explains at least two
    cells more than it breaks (a filter three, two changes at once four or more), so that a single
    mistyped figure stays unexplained. Two filters at once are not looked for.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> works = ws.Question("works", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")])
    >>> frame = pd.DataFrame({"works": [1, 1, 1, 2] * 50})
    >>> printed = pd.DataFrame(
    ...     [
    ...         ["T1", "works", "Yes", "percent", "Total", "Total", "57", 57.0],
    ...         ["T1", "works", "No", "percent", "Total", "Total", "25", 25.0],
    ...     ],
    ...     columns=["table", "stub", "stub_category", "statistic"]
    ...     + ["banner", "banner_category", "printed", "value"],
    ... )
    >>> result = ws.reconcile(printed, ws.Survey(frame, codebook=[works]))
    >>> result.to_frame()[["stub_category", "printed", "computed", "status"]]
      stub_category printed  computed       status
    0           Yes      57      75.0  unexplained
    1            No      25      25.0        exact
    """
    check_survey(survey, "a reconciliation")
    if earlier is not None:
        check_survey(earlier, "an earlier file")
    one_of(percent, ("column", "row", "total"), "percent")
    printed = printed_frame(tables)
    labels = Labels(survey.codebook, dict(questions or {}), getattr(tables, "names", {}))
    panels, notes = panels_of(printed, labels)
    columns = _weights(survey, weights)
    before = None
    if earlier is not None:
        before = Respondents(earlier, [c for c in columns if earlier.holds_numbers(c)])
    workbook = Workbook.of(panels, Respondents(survey, columns), before, percent)
    outcomes = workbook.outcomes()
    cells, causes = workbook.told(outcomes)
    frame = _told(printed, notes, cells)
    files = {"": survey} | ({"earlier": earlier} if earlier is not None else {})
    makings = [outcome.choice.making for outcome in outcomes]
    return Reconciliation(frame, causes, read_letters(panels, makings, files, test))


def _weights(survey: Survey, weights: Sequence[str] | None) -> tuple[str, ...]:
    if weights is None:
        return weight_columns(survey)
    names = (weights,) if isinstance(weights, str) else tuple(weights)
    for name in names:
        if not survey.holds_numbers(name):
            raise OptionError(
                f"weights= names {name!r}, which is no column of numbers in the survey."
            )
    return names


def _told(printed: pd.DataFrame, notes: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the printed frame with what was found, the unexplained first."""
    frame = printed[list(COLUMNS)].copy()
    frame["question"] = notes["question"]
    frame["banner_question"] = notes["banner_question"]
    frame["computed"] = np.nan
    frame["status"] = "unmatched"
    frame["explanation"] = notes["reason"]
    where = cells["where"].to_numpy(dtype=np.int64)
    for name in ("computed", "status", "explanation"):
        frame.loc[where, name] = cells[name].to_numpy()
    frame["difference"] = frame["value"] - frame["computed"]
    near = notes["how"].isin(("nearly", "by its answers", "label within the title"))
    said = near & (frame["status"] == "unexplained")
    frame.loc[said, "explanation"] = [
        f"the question was found {how}: check that it is {name!r}"
        for how, name in zip(notes.loc[said, "how"], notes.loc[said, "question"], strict=True)
    ]
    order = frame["status"].map({status: i for i, status in enumerate(STATUSES)})
    frame = frame.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)
    last = ["question", "banner_question", "computed", "difference", "status", "explanation"]
    texts = [name for name in (*COLUMNS, *last) if frame[name].dtype == object]
    return frame[[*COLUMNS, *last]].astype(dict.fromkeys(texts, "str"))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _cells(number: int) -> str:
    return "cell" if number == 1 else "cells"


def _ours(row: Mapping[str, Any]) -> str:
    computed = float(row["computed"])
    whole = abs(computed - round(computed)) < DUST if np.isfinite(computed) else True
    decimals = 0 if whole else int(row["decimals"]) + 2
    return number_text(computed, decimals, missing="none")


def _row_words(row: Mapping[str, Any]) -> str:
    return str(row["stub_category"] or row["statistic"])


def _cell_words(row: Mapping[str, Any]) -> str:
    place = f" ({row['sheet']}!{row['cell']})" if row["cell"] else ""
    hint = f" {row['explanation']}." if row["explanation"] else ""
    return (
        f"{row['table']}{place}, {_row_words(row)} by {row['banner_category']}: printed"
        f" {row['printed']}, ours {_ours(row)}.{hint}"
    )


def _cause_words(row: Mapping[str, Any]) -> str:
    tables = "1 table" if row["tables"] == 1 else f"{row['tables']:,} tables"
    also = f" Fits as well: {row['fits_as_well']}." if row["fits_as_well"] else ""
    breaks = f", breaks {row['cells_broken']:,}" if row["cells_broken"] else ""
    cells = f"{row['cells_explained']:,} {_cells(row['cells_explained'])}"
    return f"{row['change']}: {cells} in {tables}{breaks}.{also}"


def _grid_row(row: Mapping[str, Any]) -> list[str]:
    where = [str(row["table"]), _row_words(row), row["banner_category"], row["printed"]]
    return [*where, _ours(row), row["status"], row["explanation"]]
