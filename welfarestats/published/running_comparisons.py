"""Comparisons with the number told before: "slightly fewer (70%)", "this is a larger share than"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from welfarestats.published.context import ReadPassage
from welfarestats.published.prose_findings import WRONG_DIRECTION, Checked, cell_words
from welfarestats.published.ties import POINTS_TO, Tie

__all__ = ["RunningComparison", "checked_running", "running_in"]

_SIZE = r"(?:(?:slightly|somewhat|far|much|even|considerably|significantly|marginally) )?"
_SHARE = r"(?:proportions?|shares?|percentages?|numbers?|groups?|majorit(?:y|ies)|minorit(?:y|ies))"
_MORE, _LESS = ("larger", "higher", "greater", "bigger"), ("smaller", "lower")
#: "slightly fewer (70%)", "a slightly larger group (22%)", "Smaller proportions said so (40%)".
_RUNNING = re.compile(
    rf"(?:^\W*|[,;] |\b(?:and|but|while|whilst|although|with) )(?:an? |just |only )?(?P<words>{_SIZE}"
    rf"(?:(?P<bare>more|fewer|less)(?= \()|(?P<word>{'|'.join(_MORE + _LESS)}) {_SHARE}))\b",
    re.IGNORECASE,
)
#: "This is a slightly greater proportion than those who … (78%)".
_THIS = re.compile(
    rf"^\W*(?:This|That|It) (?:is|was) an? (?P<words>{_SIZE}(?P<word>{'|'.join(_MORE + _LESS)}) {_SHARE})"
    r" than\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\b(?:than|compared|relative to)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class RunningComparison:
    """A number said to be more or less than those told before it.

    Parameters
    ----------
    start, end : int
        Where the comparison stands.
    direction : {"more", "less"}
        What is said of ``one``.
    one : Tie
        The number that is said to be more or less.
    others : tuple of Tie
        Those that it is set against.
    """

    start: int
    end: int
    direction: str
    one: Tie
    others: tuple[Tie, ...]

    @property
    def wrong(self) -> bool:
        """Whether the number goes the other way against each of the others."""
        mine = self.one.figure.value
        values = [other.figure.value for other in self.others]
        return mine < min(values) if self.direction == "more" else mine > max(values)


def checked_running(one: ReadPassage, ties: Sequence[Tie]) -> list[Checked]:
    """Return the comparisons of a passage with the number told before that go the other way.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    ties : sequence of Tie
        Its figures of levels, tied.

    Returns
    -------
    list of Checked
        One a comparison that is wrong; of two questions no table tests a difference.
    """
    found = []
    for spoken in running_in(one, ties):
        if not spoken.wrong:
            continue
        facts = [tie.fact for tie in (spoken.one, *spoken.others) if tie.fact is not None]
        found.append(
            Checked(
                one.passage,
                spoken.start,
                spoken.end,
                "comparison",
                WRONG_DIRECTION,
                f"The cells say otherwise: {'; '.join(cell_words(fact) for fact in facts)}.",
                facts[0],
                one.sentence_text(spoken.start),
            )
        )
    return found


def running_in(one: ReadPassage, ties: Sequence[Tie]) -> list[RunningComparison]:
    """Return the comparisons of a passage with the percentages told before.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    ties : sequence of Tie
        Its figures of levels, tied.

    Returns
    -------
    list of RunningComparison
        In order; none where a number is not tied or nothing was told before.
    """
    told = [tie for tie in ties if tie.figure.kind == "percent" and tie.fact is not None]
    told = [tie for tie in told if tie.score >= POINTS_TO]
    found = []
    for at, (start, end) in enumerate(one.sentences):
        if match := _THIS.search(one.plain[start:end]):
            before = [tie for tie in told if tie.sentence == at - 1][-1:]
            after = [tie for tie in told if tie.sentence == at]
            if before and len(after) == 1:
                place = start + match.start("words"), start + match.end("words")
                found.append(
                    RunningComparison(*place, _direction(match["word"]), before[0], (after[0],))
                )
            continue
        found += _set_against(one, told, at)
    return found


def _set_against(one: ReadPassage, told: Sequence[Tie], at: int) -> list[RunningComparison]:
    """Return the comparisons of a sentence with the numbers before them."""
    start, end = one.sentences[at]
    found = []
    for match in _RUNNING.finditer(one.plain[start:end]):
        place = start + match.start("words"), start + match.end("words")
        after = [tie for tie in told if tie.sentence == at and tie.figure.start >= place[1]]
        before = [tie for tie in told if tie.sentence == at and tie.figure.start < place[0]]
        before = before or [tie for tie in told if tie.sentence == at - 1]
        if not after or not before:
            continue
        if _REFERENCE.search(one.plain[place[1] : after[0].figure.start]):
            continue
        if _REFERENCE.match(one.plain[after[0].figure.end : end].lstrip(" )")):
            continue
        direction = _direction(match["bare"] or match["word"])
        found.append(RunningComparison(*place, direction, after[0], tuple(before)))
    return found


def _direction(word: str) -> str:
    return "more" if word.casefold() in (*_MORE, "more") else "less"
