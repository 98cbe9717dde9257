"""The record of disclosure control: the rule, what is hidden and why, what can be deduced of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from welfarestats.output.wording import number_text
from welfarestats.tables.disclosure_rules import DisclosureRule
from welfarestats.tables.shown_numbers import Cell

#: One row of an audit: cell, kind of number, its limits and what they should be.
COLUMNS = (
    *("table", "stub", "stub_category", "statistic", "banner", "banner_category"),
    *("role", "lower", "upper", "width", "required", "safe"),
)
_RECORD = (*COLUMNS[:6], "role", "reason", "count", *COLUMNS[7:])
_TEXTS = (*COLUMNS[:7], "reason")


@dataclass(frozen=True)
class HiddenCell:
    """A cell that is not shown, or shown as an exception: which number, its role and reason."""

    cell: Cell
    kind: str
    number: int
    role: str
    reason: str
    count: float
    required: float


@dataclass(frozen=True, eq=False)
class Protection:
    """What was done to protect people, for the checker of an output. It is not for publication.

    Parameters
    ----------
    rule
        The rule with its statement of risk.
    cells
        The cells that are not shown, and those shown as exceptions.
    cost, bound
        What the pattern costs, and what any pattern must cost that is proven.
    also
        What else was taken to be known to readers, in words.
    deduce
        Gives the limits of each hidden number, when they are first asked for.

    See Also
    --------
    protect : Makes it.
    """

    rule: DisclosureRule
    cells: tuple[HiddenCell, ...] = field(repr=False)
    cost: float
    bound: float
    also: tuple[str, ...]
    deduce: Callable[[], dict[int, tuple[float, float]]] = field(repr=False)

    @cached_property
    def limits(self) -> dict[int, tuple[float, float]]:
        """Between which limits a reader can place each hidden number, in respondents."""
        return self.deduce()

    def audit(self) -> pd.DataFrame:
        """Return what a reader can deduce of each hidden cell.

        Returns
        -------
        pandas.DataFrame
            ``table, stub, stub_category, statistic, banner, banner_category, role, lower, upper,
            width, required, safe``; limits are in respondents.
        """
        frame = self.to_frame()
        hidden = frame[frame["role"] != "exception"]
        found: pd.DataFrame = hidden[list(COLUMNS)].reset_index(drop=True)
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the record, one row a cell that is hidden or excepted.

        Returns
        -------
        pandas.DataFrame
            The columns of `audit` with ``reason`` and the unweighted ``count``, which is
            confidential. ``role`` is ``"primary"`` (hidden by the rule), ``"base"`` (its base is),
            ``"secondary"`` (hidden for the sake of others) or ``"exception"`` (shown, with the
            reason given).
        """
        rows = []
        for one in self.cells:
            low, high = self.limits.get(one.number, (one.count, one.count))
            if one.role == "exception":
                low = high = one.count
            width = high - low
            required = one.required if one.role == "primary" else 0.0
            safe = one.role == "exception" or width >= required - 1e-6
            rows.append(
                (
                    *(*one.cell[:3], one.kind, *one.cell[3:], one.role, one.reason, one.count),
                    *(low, high, width, required, safe),
                )
            )
        frame = pd.DataFrame(rows, columns=list(_RECORD))
        types = dict.fromkeys(_TEXTS, "str") | {"safe": "bool"}
        types |= dict.fromkeys(("count", "lower", "upper", "width", "required"), "float64")
        return frame.astype(types)

    def notes(self, hidden: bool) -> list[str]:  # noqa: FBT001 - said at its only call
        """Return the sentences that stand below a table.

        Parameters
        ----------
        hidden
            Whether something in the table is hidden.

        Returns
        -------
        list of str
            The rule, what is hidden with it, and the statement of risk.
        """
        said = f"Disclosure control: {self.rule.words()}"
        if hidden:
            said += (
                " Cells from which hidden ones could be worked out are hidden too. Totals include"
                " what is hidden."
            )
        return [said, f"Statement of risk: {self.rule.statement}"]

    def summary(self) -> str:
        """Return the record as text.

        Returns
        -------
        str
            The rule, the risk, how many cells are hidden and why, the closest deduction, what
            else was taken to be known, and every exception with its reason.
        """
        frame = self.to_frame()
        counts = frame["role"].value_counts()
        rule = self.rule
        lines = [
            f"Rule: {rule.name or 'own'}. {rule.words()}",
            f"Statement of risk: {rule.statement}",
            "Hidden: "
            + ", ".join(
                f"{number_text(counts.get(role, 0))} {words}"
                for role, words in (
                    ("primary", "by the rule"),
                    ("base", "with their base"),
                    ("secondary", "so that those cannot be worked out"),
                )
            )
            + ".",
        ]
        primary = frame[frame["role"] == "primary"]
        if len(primary):
            lines.append(
                f"Closest deduction: limits {primary['width'].min():g} respondents apart, where"
                f" {rule.protection:g} are required;"
                f" {number_text(int((~primary['safe']).sum()))} cells are placed more closely."
            )
        if self.cost > self.bound * 1.005:
            above = 100 * (self.cost / self.bound - 1)
            lines.append(f"A pattern that costs {above:.0f} per cent less is not ruled out.")
        lines += [f"Taken to be known as well: {words}." for words in self.also]
        for one in frame[frame["role"] == "exception"].to_dict("records"):
            where = ", ".join(str(one[name]) for name in COLUMNS[:6] if one[name] != "")
            lines.append(f"Exception: {where}. Reason: {one['reason']}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()
