"""The answers of a question: categories, nets of them, and why an answer may be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

import numpy as np

from welfarestats.errors import CodebookError, listed

MISSING_REASONS = ("dont_know", "refused", "not_asked", "not_applicable")

Code = int | float | str | bool


def code_text(code: object) -> str:
    """Return a code as text: the label of a category that has none (``1.0``: ``"1"``)."""
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    text = str(code)
    if not text.strip():
        return f"(blank: {len(text)} spaces)" if text else "(blank)"
    return text.removesuffix(" 00:00:00") if isinstance(code, date) else text


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number, True and False not being any."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


@dataclass(frozen=True)
class Category:
    """One answer of a question.

    Parameters
    ----------
    code
        The value that stands for the answer in the data.
    label
        What a reader sees; the code as text when left out.
    score
        The number this answer counts as in a mean row.
    missing
        Why this is not an answer: ``"dont_know"``, ``"refused"``, ``"not_asked"`` or
        ``"not_applicable"``. ``None`` for a valid answer.

    Raises
    ------
    CodebookError
        When ``missing`` is not one of the four reasons.

    Examples
    --------
    >>> Category(8, "Don't know", missing="dont_know").valid
    False
    """

    code: Code
    label: str = ""
    score: float | None = None
    missing: str | None = None

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", code_text(self.code))
        if self.missing is not None and self.missing not in MISSING_REASONS:
            raise CodebookError(
                f"category {self.label!r} is missing for the reason {self.missing!r}, which is not"
                f" one of {listed(MISSING_REASONS)}."
            )

    @property
    def valid(self) -> bool:
        """Whether this is an answer rather than a reason for having none."""
        return self.missing is None


@dataclass(frozen=True)
class Net:
    """A union of categories, shown as a row or column of its own.

    Parameters
    ----------
    label
        What a reader sees.
    codes
        The codes of the categories it unites.

    Raises
    ------
    CodebookError
        When ``codes`` is not a list.

    Examples
    --------
    >>> Net("Agree", (1, 2)).label
    'Agree'
    """

    label: str
    codes: tuple[Code, ...]

    def __post_init__(self) -> None:
        codes: object = self.codes
        if isinstance(codes, str) or not isinstance(codes, Iterable):
            raise CodebookError(
                f"the codes of net {self.label!r} are a list, such as [1, 2], not {codes!r}."
            )
        object.__setattr__(self, "codes", tuple(codes))
