"""Comparisons of a passage against the cells that they compare and the tests of the table."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from welfarestats.output.wording import round_half_up
from welfarestats.published.context import ReadPassage
from welfarestats.published.evidence import INDICATIVE, Evidence, Fact, PairTest
from welfarestats.published.figures import Figure
from welfarestats.published.label_words import placed_stems, stems_of
from welfarestats.published.likeness import could_find, likeness_of
from welfarestats.published.prose_findings import (
    NOT_CHECKED,
    NOT_SIGNIFICANT,
    NOT_TESTED,
    PERCENT_FOR_POINTS,
    TIED,
    WRONG_DIRECTION,
    WRONG_NUMBER,
    Checked,
    cell_words,
)
from welfarestats.published.spoken_comparisons import (
    REFERENCE,
    SpokenComparison,
    comparisons_in,
)
from welfarestats.published.ties import POINTS_TO, Tie
from welfarestats.published.whole_banners import groups_compared, worst_of

_BREAK = re.compile(r";|,? (?:while|whilst|whereas|but) ", re.IGNORECASE)
_INDICATIVE = re.compile(r"\bindicative\b", re.IGNORECASE)
#: How many facts that the words of a sentence point to are looked through for two groups.
_LOOKED_THROUGH = 200
#: Which share of the words of an answer must stand in a sentence that compares groups by it.
_NAMED = 0.75
_SMALLEST_P = 0.001
#: A comparison is not checked if two rows go with its words as well as this.
_AS_NEAR = 0.1
#: By how much a multiple in words may be off: "twice" stands for 1.7 to 2.3.
_MULTIPLE_ROOM = 0.15


@dataclass(frozen=True)
class Pair:
    """Two facts that a sentence compares, the one spoken of first; with figures if it has them."""

    one: Fact
    other: Fact
    figures: tuple[float, float] | None = None

    @property
    def values(self) -> tuple[float, float]:
        """The two numbers, as the text gives them or else as the cells do."""
        return self.figures or (self.one.value, self.other.value)

    def words(self) -> str:
        """Return both cells in words."""
        return f"{cell_words(self.one)}; {cell_words(self.other)}"


def checked_comparisons(
    one: ReadPassage, ties: Sequence[Tie], evidence: Evidence, before: ReadPassage | None = None
) -> list[Checked]:
    """Return what came of each comparison in words of a passage.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    ties : sequence of Tie
        Its figures of levels, tied.
    evidence : Evidence
        The facts and tests.
    before : ReadPassage, optional
        What introduces it: "those more likely to agree included:" says the direction of a list.

    Returns
    -------
    list of Checked
        One a comparison.
    """
    found = []
    for spoken in comparisons_in(one.plain):
        told = _introduced(one, spoken, before)
        sentence = one.sentence_of(spoken.start)
        claim = _claimed_before(one, spoken, ties) if told is spoken else None
        here = [tie for tie in ties if tie.sentence == sentence and tie.figure.kind == "percent"]
        if len(here) == 1 and spoken.direction == "beside":
            earlier = [t for t in ties if t.sentence == sentence - 1 and t.figure.kind == "percent"]
            here = earlier[-1:] + here
        pair = _pair_of_figures(one, told, here) or named_pair(one, spoken, evidence)
        if claim and pair and _as_claimed(one, claim, pair):
            told = replace(spoken, direction=claim.direction, claims=True)
        if pair and spoken.of_likeness and stems_of(spoken.words) <= stems_of(pair.one.category):
            continue  # an answer such as "No difference" compares nothing
        indicative = bool(_INDICATIVE.search(one.passage.text))
        if pair is None and told.of_likeness:
            pair = _deciding_pair(one, told, evidence, indicative=indicative)
        status, message, result = _verdict(told, pair, evidence, indicative=indicative)
        found.append(
            Checked(
                one.passage,
                spoken.start,
                spoken.end,
                "comparison",
                status,
                message,
                pair.one if pair else None,
                one.sentence_text(spoken.start),
                result,
            )
        )
    return found


def _deciding_pair(
    one: ReadPassage, spoken: SpokenComparison, evidence: Evidence, *, indicative: bool
) -> Pair | None:
    """Return the pair of groups that decides on "no difference by age", which is said of all."""
    start, end = _clause(one.plain, spoken, one.sentences[one.sentence_of(spoken.start)])
    keys = [name for name, place, _ in one.stems if start <= place < end and "“" in name]
    found = groups_compared(one.passage.text[start:end], keys, evidence)
    pairs = [Pair(*two) for two in found]
    if not pairs:
        return None
    verdicts = [_verdict(spoken, pair, evidence, indicative=indicative)[:2] for pair in pairs]
    return pairs[worst_of(verdicts, of_tests=spoken.direction == "unproven")]


def _introduced(
    one: ReadPassage, spoken: SpokenComparison, before: ReadPassage | None
) -> SpokenComparison:
    """Return a comparison with the direction that the introduction of its list gives it."""
    if spoken.direction != "beside" or one.passage.kind != "list item" or before is None:
        return spoken
    if not before.passage.text.rstrip().endswith(":"):
        return spoken
    said = [c for c in comparisons_in(before.plain) if c.claims]
    return replace(spoken, direction=said[-1].direction, claims=True) if said else spoken


def _claimed_before(
    one: ReadPassage, spoken: SpokenComparison, ties: Sequence[Tie]
) -> SpokenComparison | None:
    """Return the claim of the sentence before, if it has no figures and this one gives them."""
    at = one.sentence_of(spoken.start) - 1
    if spoken.direction != "beside" or at < 0 or any(tie.sentence == at for tie in ties):
        return None
    said = [
        c
        for c in comparisons_in(one.plain)
        if c.direction in ("more", "less") and one.sentence_of(c.start) == at
    ]
    return said[0] if len(said) == 1 else None


def _as_claimed(one: ReadPassage, claim: SpokenComparison, pair: Pair) -> bool:
    """Return whether a claim is of the answer of the pair after it and not of its second group."""
    start, end = one.sentences[one.sentence_of(claim.start)]
    if not stems_of(pair.one.category) & stems_of(one.passage.text[claim.end : end]):
        return False
    named = stems_of(one.passage.text[start : claim.start])
    first, second = (stems_of(fact.group) <= named for fact in (pair.one, pair.other))
    return first or not second


# ---------------------------------------------------------------- which two cells


def _pair_of_figures(
    one: ReadPassage, spoken: SpokenComparison, ties: Sequence[Tie]
) -> Pair | None:
    """Return the two percentages of a sentence that a comparison compares."""
    after = [tie for tie in ties if tie.figure.start >= spoken.start]
    earlier = [tie for tie in ties if tie.figure.start < spoken.start]
    chosen = (earlier[-1:] + after[:1]) if spoken.direction == "beside" else []
    if len(chosen) < 2:
        chosen = after[:2] if len(after) >= 2 else (earlier + after)[-2:]
    if len(chosen) < 2:
        return None
    first, second = chosen
    start = one.sentences[first.sentence][0]
    opening = one.plain[start : first.figure.start].lstrip(" -•*")
    if REFERENCE.match(opening) and spoken.start > first.figure.start:
        first, second = second, first
    if first.fact is None or second.fact is None or not _comparable(first.fact, second.fact):
        return None
    return Pair(first.fact, second.fact, (first.figure.value, second.figure.value))


def _comparable(one: Fact, other: Fact) -> bool:
    """Return whether two cells are of one row, and of one heading or one of them of everybody."""
    same_row = (one.stub, one.stub_category) == (other.stub, other.stub_category)
    one_heading = one.banner == other.banner or "Total" in (one.banner, other.banner)
    return same_row and one_heading and one.banner_category != other.banner_category


def named_pair(one: ReadPassage, spoken: SpokenComparison, evidence: Evidence) -> Pair | None:
    """Return the two cells whose groups a comparison names, if it is clear which they are."""
    text = one.passage.text
    start, end = _clause(one.plain, spoken, one.sentences[one.sentence_of(spoken.start)])
    reference = REFERENCE.search(one.plain, spoken.end - 1, end)
    left = stems_of(text[start : reference.start() if reference else spoken.start])
    right = stems_of(text[reference.start() : end]) if reference else frozenset()
    scores = evidence.scores(_words(one, start, end))
    best = evidence.best("percent", scores, _LOOKED_THROUGH)
    cells = [(evidence.facts[at], float(scores[at])) for at in best]
    whole = stems_of(text[start:end])
    cells = [(fact, score) for fact, score in cells if _row_named(fact, whole)]
    alike = (spoken.of_likeness or spoken.direction == "different") and not reference
    rows: dict[tuple[str, ...], list[tuple[Fact, float]]] = {}
    for fact, score in cells:
        rows.setdefault((fact.table, fact.stub, fact.stub_category, fact.banner), []).append(
            (fact, score)
        )
    pairs = [
        (score + other_score, first, second)
        for row in rows.values()
        for first, score in row
        if first.group and stems_of(first.group) <= (whole if alike else left)
        for second, other_score in row
        if (
            _both_named(first, second, whole)
            if alike
            else _second_named(first, second, left, right, evidence)
        )
    ]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: -pair[0])
    score, first, second = pairs[0]
    near = {(p[1].stub, p[1].stub_category) for p in pairs if p[0] > score - _AS_NEAR}
    several = alike and len({p[1].banner_category for p in pairs if p[0] > score - _AS_NEAR}) > 1
    return Pair(first, second) if len(near) == 1 and not several else None


def _both_named(first: Fact, second: Fact, words: frozenset[str]) -> bool:
    """Return whether a sentence names two groups that it calls alike or different, each once."""
    one, other = stems_of(first.group), stems_of(second.group)
    return bool(other) and other <= words and not one & other and first.group < second.group


def _clause(text: str, spoken: SpokenComparison, sentence: tuple[int, int]) -> tuple[int, int]:
    """Return the stretch of a sentence that one comparison has to itself."""
    start, end = sentence
    for match in _BREAK.finditer(text, start, end):
        if match.end() <= spoken.start:
            start = match.end()
        elif match.start() >= spoken.end:
            return start, match.start()
    return start, end


def _words(one: ReadPassage, start: int, end: int) -> dict[str, float]:
    found = {stem: 0.25 for stem, _, _ in placed_stems(one.passage.section)}
    for stem, place, _ in one.stems:
        if place < end:
            found[stem] = max(found.get(stem, 0.0), 1.0 if place >= start else 0.3)
    return found


def _row_named(fact: Fact, words: frozenset[str]) -> bool:
    """Return whether enough words of a row's answer stand in the sentence."""
    told = stems_of(fact.category)
    return bool(told) and len(told & words) >= max(1, _NAMED * len(told))


def _second_named(
    first: Fact,
    second: Fact,
    left: frozenset[str],
    right: frozenset[str],
    evidence: Evidence,
) -> bool:
    """Return whether the second group is named, or is the only other one there is."""
    if first.banner_category == second.banner_category:
        return False
    if right:
        return stems_of(second.group) <= right and not stems_of(second.group) <= stems_of(
            first.group
        )
    return len(evidence.groups_of(first)) == 2 and not stems_of(second.group) <= left


# ---------------------------------------------------------------- what is said of them


def _verdict(
    spoken: SpokenComparison, pair: Pair | None, evidence: Evidence, *, indicative: bool
) -> tuple[str, str, str]:
    if pair is None:
        return NOT_CHECKED, "The words leave open which two cells are compared.", ""
    test = evidence.test_of(pair.one, pair.other)
    result = _result(test, evidence)
    a, b = pair.values
    if (a < b and spoken.direction in ("more", "down")) or (
        a > b and spoken.direction in ("less", "up")
    ):
        return WRONG_DIRECTION, f"The cells say otherwise: {pair.words()}.", result
    if spoken.of_likeness:
        status, why = likeness_of(
            spoken, pair.values, test, has_tests=evidence.has_tests, indicative=indicative
        )
        return status, f"{why}. {pair.words()}.", result
    if not spoken.claims or not evidence.has_tests:
        return TIED, f"{pair.words()}.", result
    told = test is not None and test.reason == INDICATIVE and indicative
    if told:
        return TIED, f"{pair.words()}.", result
    if test is None or not test.tested:
        why = "The table did not test this pair"
        if test is not None and test.reason == INDICATIVE:
            why = f"{INDICATIVE[:1].upper()}{INDICATIVE[1:]}"
        return NOT_TESTED, f"{why}: {pair.words()}.", result
    if not test.significant:
        why = f"The difference is not significant{could_find(test)}"
        return NOT_SIGNIFICANT, f"{why}: {pair.words()}.", result
    return TIED, f"{pair.words()}.", result


def _result(test: PairTest | None, evidence: Evidence) -> str:
    if test is None:
        return "not tested" if evidence.has_tests else ""
    if not test.tested:
        return f"not tested: {test.reason}" if test.reason else "not tested"
    word = "significant" if test.significant else "not significant"
    if math.isnan(test.p_value):
        return word
    return f"{word}, p {'< 0.001' if test.p_value < _SMALLEST_P else f'= {test.p_value:.3f}'}"


# ---------------------------------------------------------------- differences and multiples


def checked_changes(
    one: ReadPassage, changes: Sequence[Figure], ties: Sequence[Tie], evidence: Evidence
) -> list[Checked]:
    """Return what came of each difference ("12 points higher") and multiple ("twice as likely").

    Parameters
    ----------
    one : ReadPassage
        The passage.
    changes : sequence of Figure
        Its differences and multiples.
    ties : sequence of Tie
        Its figures of levels, tied.
    evidence : Evidence
        The facts.

    Returns
    -------
    list of Checked
        One a figure.
    """
    found = []
    for figure in changes:
        sentence = one.sentence_of(figure.start)
        here = [tie for tie in ties if tie.sentence == sentence and tie.figure.kind == "percent"]
        spoken = SpokenComparison(figure.start, figure.end, figure.words, "more", True)
        pair = _levels(here) or named_pair(one, spoken, evidence)
        check = _multiple if figure.kind == "times" else _difference
        status, message = (
            check(figure, pair)
            if pair
            else (NOT_CHECKED, "The words leave open which two cells are compared.")
        )
        found.append(
            Checked(
                one.passage,
                figure.start,
                figure.end,
                figure.kind,
                status,
                message,
                pair.one if pair else None,
                one.sentence_text(figure.start),
            )
        )
    return found


def _levels(ties: Sequence[Tie]) -> Pair | None:
    """Return the two levels of one row that a sentence names beside a difference."""
    told = [tie for tie in ties if tie.fact is not None and tie.score >= POINTS_TO]
    if len(told) == 2 and told[0].fact and told[1].fact and _comparable(told[0].fact, told[1].fact):
        return Pair(told[0].fact, told[1].fact)
    return None


def _difference(figure: Figure, pair: Pair) -> tuple[str, str]:
    low, high = sorted((pair.one.value, pair.other.value))
    rounded = pair.one.decimals is not None or pair.other.decimals is not None
    points = _near(high - low, figure, 1.0 if rounded else 0.0)
    relative = low > 0 and _near(100 * (high - low) / low, figure, 100 / low if rounded else 0.0)
    told = f"{float(round_half_up(high - low, 1)):g} points"
    if low > 0:
        told += f", or {float(round_half_up(100 * (high - low) / low, 0)):g} per cent of {low:.3g}"
    right, other = (points, relative) if figure.kind == "points" else (relative, points)
    if right:
        return TIED, f"They are {told} apart: {pair.words()}."
    if other:
        return PERCENT_FOR_POINTS, f"They are {told} apart: {pair.words()}."
    return WRONG_NUMBER, f"The text says {figure.words}; they are {told} apart: {pair.words()}."


def _near(value: float, figure: Figure, tolerance: float) -> bool:
    rounded = float(round_half_up(value, figure.decimals))
    return figure.low - tolerance <= rounded <= figure.high + tolerance


def _multiple(figure: Figure, pair: Pair) -> tuple[str, str]:
    if not pair.other.value:
        return NOT_CHECKED, f"A multiple of nothing: {pair.words()}."
    ratio = pair.one.value / pair.other.value
    if (1 - _MULTIPLE_ROOM) * figure.low <= ratio <= (1 + _MULTIPLE_ROOM) * figure.high:
        return TIED, f"{ratio:.2f} times: {pair.words()}."
    return WRONG_NUMBER, f"The text says {figure.words}; it is {ratio:.2f} times: {pair.words()}."
