"""Rules of disclosure control as data: what is hidden or rounded, against which risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from welfarestats.errors import OptionError, one_of
from welfarestats.output.wording import number_text

ZEROS = ("safe", "hidden")
COSTS = ("cells", "respondents")

_PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "threshold-10": {"threshold": 10, "protection": 10},
        "ons-10-5": {"threshold": 10, "zeros": "hidden", "rounding": 5, "protection": 5},
        "group-disclosure": {"threshold": 2, "zeros": "hidden", "all_but": 1, "protection": 3},
        "rounding-5": {"rounding": 5, "controlled": True},
    }
)


def _is_number(value: Any) -> bool:
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and 0 <= value < float("inf")


def _check_whole(name: str, value: Any) -> None:
    """Raise an `OptionError` for anything but a whole number of 0 or more; ``None`` for all_but."""
    if value is None and name == "all_but":
        return
    if not _is_number(value) or value % 1:
        raise OptionError(
            f"{name} of a disclosure rule is a whole number of 0 or more, not {value!r}."
        )


@dataclass(frozen=True, kw_only=True)
class DisclosureRule:
    """What is hidden or rounded to protect people, with the risk that it is meant to meet.

    Parameters
    ----------
    statement
        The risk, in a sentence or two: who could learn what about whom, and why that matters here.
        It stands below every table that is protected.
    threshold
        Unweighted counts from 1 to one less than this are hidden, bases included; 0 for none.
    zeros
        ``"safe"``: that nobody gave an answer may be shown. ``"hidden"``: it is hidden as a count
        under the threshold is.
    all_but
        Cells in which the whole base, or all but so many of it, gave the answer are hidden: 0 for
        100 per cent alone, 1 for "all but one" as well. ``None`` for no such rule.
    rounding
        Unweighted counts and bases that are shown are rounded to multiples of this, and so are the
        percentages of an unweighted table, which become shares of rounded counts; 0 for none.
    controlled
        Whether counts are rounded together, up or down but never by a whole step, so that margins
        and nets add; otherwise each goes to the nearest multiple.
    protection
        How far apart, in respondents, the limits must stay between which a reader can place a
        hidden count. Needed by a rule that hides.
    minimise
        What is kept small when further cells are hidden: their number, ``"cells"``, or the
        ``"respondents"`` in them.
    name
        What the rule is called.

    Raises
    ------
    OptionError
        When there is no statement, nothing is hidden or rounded, or a number makes no sense.

    Examples
    --------
    >>> rule = DisclosureRule.named(
    ...     "threshold-10", statement="Colleagues could recognise one another."
    ... )
    >>> rule.words()
    'Counts of 1 to 9 respondents are hidden.'
    """

    statement: str = ""
    threshold: int = 0
    zeros: str = "safe"
    all_but: int | None = None
    rounding: int = 0
    controlled: bool = False
    protection: float = 0
    minimise: str = "cells"
    name: str = ""

    def __post_init__(self) -> None:
        if not str(self.statement or "").strip():
            raise OptionError(
                "a disclosure rule has no statement of risk. Say in statement= who could learn what"
                " about whom; it stands below the tables."
            )
        one_of(self.zeros, ZEROS, "zeros")
        one_of(self.minimise, COSTS, "minimise")
        for name in ("threshold", "rounding", "all_but"):
            _check_whole(name, getattr(self, name))
        if not _is_number(self.protection):
            raise OptionError(
                f"protection of a disclosure rule is a number of respondents, not"
                f" {self.protection!r}."
            )
        if self.rounding == 1 or (self.controlled and not self.rounding):
            raise OptionError(
                f"a disclosure rule with rounding={self.rounding}"
                f"{' and controlled=True' if self.controlled else ''} rounds nothing. Give the"
                " multiple, 2 or more, or leave both out."
            )
        if not self.hides and self.rounding < 2:
            raise OptionError(
                "a disclosure rule hides nothing and rounds nothing. Give threshold=, all_but= or"
                " rounding= (2 or more), or hide zeros."
            )
        if self.hides and self.protection < 1:
            raise OptionError(
                f"a rule that hides needs protection= of 1 respondent or more, found"
                f" {self.protection:g}: how far apart the limits of a hidden count must stay."
            )

    @property
    def hides(self) -> bool:
        """Whether some counts are hidden."""
        return self.threshold > 1 or self.all_but is not None or self.zeros == "hidden"

    @classmethod
    def named(cls, name: str, *, statement: str = "", **changes: Any) -> DisclosureRule:
        """Return a rule that has a name, with the statement of the risk it is chosen for.

        Parameters
        ----------
        name
            ``"threshold-10"``: counts of 1 to 9 are hidden. ``"ons-10-5"``: counts of 0 to 9 are
            hidden and the rest rounded to the nearest 5, so that a published 10 means 10 to 12.
            ``"group-disclosure"``: nobody, one, all but one and all of a base are hidden.
            ``"rounding-5"``: counts are rounded to multiples of 5 so that margins add.
        statement
            The risk that the rule is to meet.
        **changes
            Parts of the rule to be changed, such as ``zeros="safe"``.

        Returns
        -------
        DisclosureRule
            The rule.

        Raises
        ------
        OptionError
            When no rule has the name, there is no statement, or no part is called as a change.
        """
        one_of(name, _PRESETS, "the name of a disclosure rule")
        parts = [one.name for one in fields(cls)]
        for change in changes:
            one_of(change, parts, "a part of a disclosure rule")
        return cls(**{"name": name, **_PRESETS[name], **changes, "statement": statement})

    def reason(self, count: float, base: float) -> str:
        """Return why a count of a base is hidden, or an empty text; it does not tell the count.

        Parameters
        ----------
        count, base
            Unweighted respondents.

        Returns
        -------
        str
            A machine-readable reason.
        """
        if count == 0 and self.zeros == "hidden":
            return f"primary: {self._counts()}"
        if 0 < count < self.threshold:
            return f"primary: {self._counts()}"
        if self.all_but is not None and 0 < base <= count + self.all_but:
            return f"primary: {self._group()}"
        return ""

    def _counts(self) -> str:
        least = 0 if self.zeros == "hidden" else 1
        most = max(self.threshold - 1, 0)
        return f"count of {least}" if least >= most else f"count of {least} to {most}"

    def _group(self) -> str:
        return "the whole base" if not self.all_but else f"all but {self.all_but} or fewer"

    def words(self) -> str:
        """Return the rule in a sentence or two.

        Returns
        -------
        str
            What is hidden and what is rounded.
        """
        said = []
        if self.threshold > 1 or self.zeros == "hidden":
            said.append(f"{self._counts().capitalize()} respondents are hidden.")
            said[-1] = said[-1].replace("Count of", "Counts of", 1)
        if self.all_but is not None:
            who = self._group()
            said.append(f"Cells in which {who} of a base gave the answer are hidden.")
        if self.rounding:
            how = " so that margins add" if self.controlled else ""
            step = number_text(self.rounding)
            said.append(f"Counts and bases are rounded to multiples of {step}{how}.")
        return " ".join(said)
