"""What a check of a text says of one number or comparison, and the kinds of faults it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from welfarestats.published.evidence import Fact
from welfarestats.published.passages import Passage

WRONG_NUMBER = "wrong number"
WRONG_DIRECTION = "wrong direction"
NOT_SIGNIFICANT = "not significant"
NOT_TESTED = "not tested"
SAMENESS_NOT_SHOWN = "sameness not shown"
SMALL_BASE = "small base without caveat"
PERCENT_FOR_POINTS = "per cent for points"
BAND_OFF = "verbal band off"
NOWHERE = "found nowhere"
AMBIGUOUS = "ambiguous"

#: Each kind of fault, with what it means.
KINDS_OF_FINDING: Mapping[str, str] = MappingProxyType(
    {
        WRONG_NUMBER: "the words point to a cell with another value",
        WRONG_DIRECTION: "the cells differ the other way than the words say",
        NOT_SIGNIFICANT: "a difference is claimed that the table's test does not find",
        NOT_TESTED: "a difference is claimed that the table did not test",
        SAMENESS_NOT_SHOWN: "groups are called alike, which no interval within a margin shows",
        SMALL_BASE: "the cell rests on a base under the limit, and the passage does not say so",
        PERCENT_FOR_POINTS: "a difference of percentages is in points, a percentage is not",
        BAND_OFF: "the words for a share do not fit the percentage",
        NOWHERE: "no cell that the words could mean has the value",
        AMBIGUOUS: "cells of several questions or groups have the value and fit the words as well",
    }
)

TIED = "tied"
NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Checked:
    """A number or comparison of a text, and what it was tied to.

    Parameters
    ----------
    passage : Passage
        Where it stands.
    start, end : int
        Its place in the passage.
    kind : str
        ``"percent"``, ``"points"``, ``"share"``, ``"count"``, ``"base"``, ``"times"``,
        ``"number"`` or ``"comparison"``.
    status : {"tied", "not checked"} or a kind of finding
        What came of it.
    message : str
        The cell, its value and base, or what is wrong.
    fact : Fact, optional
        What it is tied to; of a wrong number, the fact that is meant.
    sentence : str
        The sentence it stands in.
    result : str
        The test that a comparison rests on.
    """

    passage: Passage
    start: int
    end: int
    kind: str
    status: str
    message: str
    fact: Fact | None = None
    sentence: str = ""
    result: str = ""

    @property
    def words(self) -> str:
        """The words of the text."""
        return self.passage.text[self.start : self.end]

    @property
    def fault(self) -> bool:
        """Whether it is a finding."""
        return self.status in KINDS_OF_FINDING

    def cell(self) -> str:
        """Return what it is tied to, and the test, in words."""
        told = cell_words(self.fact) if self.fact else "nothing"
        return f"{told}; {self.result}" if self.result else told

    def comment(self) -> str:
        """Return what a comment in the margin says of it."""
        head = "" if self.status == TIED else f"{self.status.capitalize()}. "
        test = f"\nTest: {self.result}." if self.result else ""
        caveats = "".join(f"\nTo be said with it: {one}" for one in self.caveats)
        return f"{head}{self.message}{test}{caveats}"

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be said with the fact."""
        return self.fact.caveats if self.fact else ()

    def row(self) -> dict[str, object]:
        """Return it as a row of the frame."""
        fact = self.fact
        whole = fact is not None and fact.base == fact.base
        return {
            "place": self.passage.place,
            "line": self.passage.line_of(self.start),
            "sentence": self.sentence,
            "words": self.words,
            "kind": self.kind,
            "status": self.status,
            "table": fact.table if fact else "",
            "cell": fact.cell if fact else "",
            "stub": fact.stub if fact else "",
            "stub_category": fact.stub_category if fact else "",
            "banner": fact.banner if fact else "",
            "banner_category": fact.banner_category if fact else "",
            "value": fact.value if fact else float("nan"),
            "base": fact.base if whole and fact else float("nan"),
            "letters": fact.letters if fact else "",
            "result": self.result,
            "message": self.message,
            "caveats": " ".join(self.caveats),
        }


def cell_words(fact: Fact) -> str:
    """Return a fact in words: where it stands, its value and its base."""
    unit = " per cent" if fact.kind == "percent" else ""
    base = f", base {fact.base:,.0f}" if fact.base == fact.base and fact.kind != "base" else ""
    letters = f", letters {fact.letters}" if fact.letters else ""
    return f"{fact.place()}: {fact.printed()}{unit}{base}{letters}"
