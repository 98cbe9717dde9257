"""What is right or wrong about each number of a passage, once it is tied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from welfarestats.published.context import ReadPassage
from welfarestats.published.evidence import Evidence, Fact
from welfarestats.published.figures import Figure, is_difference
from welfarestats.published.label_words import stems_of
from welfarestats.published.prose_findings import (
    AMBIGUOUS,
    BAND_OFF,
    NOT_CHECKED,
    NOWHERE,
    PERCENT_FOR_POINTS,
    SMALL_BASE,
    TIED,
    WRONG_NUMBER,
    Checked,
    cell_words,
)
from welfarestats.published.ties import CLEARLY_MEANT, CLEARLY_NEARER, POINTS_TO, Tie

#: Words that make up for a small base.
_CAVEAT = re.compile(
    r"\b(?:caution|cautious(?:ly)?|indicative|small|low|limited|few(?:er)?|under|only)\b[^.]{0,60}\b"
    r"(?:base|sample|number|respondents|cases|people)|\bcaution\b|\bindicative\b|\bbases?\b"
    r"|\bn ?= ?\d",
    re.IGNORECASE,
)
#: A passage that opens with a quotation; with the letters in place of a label it is none.
_QUOTED = re.compile(r"^\s*[‘'\"“](?!x+[’'\"”])")
#: How well the words must point to a cell before a share in words alone is held against it.
_SURE = 1.0
#: The same before a number in words without a unit, as in "one said", is taken for a count.
_SPELT_POINTS_TO = 0.6
#: How far back the word before a number is looked for.
_WORD = 60
_SMALLEST_NUMBER = 11
_SEVERAL = 3
#: By how much a group must be nearer to the words that name it than all respondents are.
_GROUP_NAMED = 0.1
#: How near to the words a base, and a count, must be that is named instead of the one printed.
_BASE_NAMED, _COUNT_NAMED = 0.5, 0.6


@dataclass(frozen=True)
class Setting:
    """How a text is checked: below which base a figure needs a caveat, if there is such a limit."""

    base_limit: float | None = None


def checked_numbers(
    one: ReadPassage, ties: Sequence[Tie], evidence: Evidence, setting: Setting
) -> list[Checked]:
    """Return what came of each level of a passage; differences and multiples are not among them.

    Parameters
    ----------
    one : ReadPassage
        The passage.
    ties : sequence of Tie
        Its figures, tied.
    evidence : Evidence
        The facts.
    setting : Setting
        The limits.

    Returns
    -------
    list of Checked
        One for each figure that stands for a level.
    """
    clusters: dict[tuple[int, int], list[Tie]] = {}
    for tie in ties:
        clusters.setdefault((tie.sentence, tie.cluster), []).append(tie)
    found = []
    for tie in ties:
        if tie.figure.kind == "times":
            continue
        together = clusters[tie.sentence, tie.cluster]
        status, message, fact = _verdict(one, tie, together, evidence, setting)
        figure = tie.figure
        sentence = one.sentence_text(figure.start)
        found.append(
            Checked(
                one.passage, figure.start, figure.end, figure.kind, status, message, fact, sentence
            )
        )
    return found


Verdict = tuple[str, str, Fact | None]


def _verdict(
    one: ReadPassage, tie: Tie, ties: Sequence[Tie], evidence: Evidence, setting: Setting
) -> Verdict:
    figure = tie.figure
    if _QUOTED.match(one.plain):
        return NOT_CHECKED, "It stands in a quotation.", None
    if figure.kind == "points":
        return _level_in_points(tie)
    if figure.kind == "share":
        return _share(tie, ties)
    if figure.kind == "percent":
        return _percent(one, tie, setting)
    return _count(one, tie, ties, evidence)


def _percent(one: ReadPassage, tie: Tie, setting: Setting) -> Verdict:
    fact, rival = tie.fact, tie.rival
    tabular = is_tabular(one)
    away = tie.rival_score - (tie.score if fact else 0.0)
    if (
        fact is None
        or (tie.score < POINTS_TO and not tabular)
        or (away > (_GROUP_NAMED if _total_for_group(one, tie) else CLEARLY_NEARER) and not tabular)
    ):
        if rival is not None and tie.rival_score >= CLEARLY_MEANT:
            return WRONG_NUMBER, _wrong(tie.figure, rival), rival
        return NOWHERE, _nowhere(tie.figure, rival), None
    if small := _small_base(one, fact, setting):
        return SMALL_BASE, small, fact
    if tie.others and not tabular:
        also = "; ".join(cell_words(other) for other in tie.others[:2])
        return AMBIGUOUS, f"It can be {cell_words(fact)}; or {also}. Say which it is.", fact
    return TIED, cell_words(fact), fact


def _total_for_group(one: ReadPassage, tie: Tie) -> bool:
    """Return whether the value of all stands right behind the name of a group: "In Kent, 42%"."""
    fact, rival = tie.fact, tie.rival
    if fact is None or rival is None or fact.group or not rival.group:
        return False
    if (fact.table, fact.stub, fact.stub_category) != (
        rival.table,
        rival.stub,
        rival.stub_category,
    ):
        return False
    start = one.sentences[tie.sentence][0]
    clause = re.split(r"[;:(]|, (?=\w+ing\b)", one.passage.text[start : tie.figure.start])[-1]
    return bool(stems_of(rival.group)) and stems_of(rival.group) <= stems_of(clause)


def _wrong(figure: Figure, rival: Fact) -> str:
    return f"The text says {figure.words}; the words point to {cell_words(rival)}."


def _nowhere(figure: Figure, rival: Fact | None) -> str:
    nearest = f" Nearest to the words is {cell_words(rival)}." if rival is not None else ""
    return f"No cell that the words could mean has {figure.words}.{nearest}"


def _small_base(one: ReadPassage, fact: Fact, setting: Setting) -> str:
    """Return a sentence if the base of a fact is under the limit and the passage is silent."""
    under = setting.base_limit is not None and fact.base < setting.base_limit
    if not (under or fact.state == "flagged") or _CAVEAT.search(one.passage.text):
        return ""
    return f"{cell_words(fact)}. Its base is under the limit; the passage has no caveat."


def _share(tie: Tie, ties: Sequence[Tie]) -> Verdict:
    """Check a share in words: against the percentage beside it, or else against a fact."""
    share = tie.figure.share
    if share is None:
        return NOT_CHECKED, "", None
    beside = [other.figure for other in ties if other.figure.kind == "percent"]
    if beside:
        half = 0.5 / 10 ** beside[0].decimals
        if beside[0].low - half > share.high or beside[0].high + half < share.low:
            told = f"'{share.words}' means {share.range_text()} per cent"
            return BAND_OFF, f"{told}; beside it stands {beside[0].words}.", tie.fact
        if tie.fact is None:
            return NOT_CHECKED, "The percentage beside it is checked.", None
        return TIED, cell_words(tie.fact), tie.fact
    if tie.fact is not None and tie.score >= CLEARLY_MEANT and share.fraction:
        return TIED, cell_words(tie.fact), tie.fact
    rival = tie.rival
    away = tie.rival_score - (tie.score if tie.fact else 0.0)
    if rival and rival.kind == "percent" and tie.rival_score >= _SURE and away > CLEARLY_NEARER:
        told = f"'{share.words}' stands for {share.range_text()} per cent"
        return BAND_OFF, f"{told}; the words point to {cell_words(rival)}.", rival
    return NOT_CHECKED, "The words leave open which cell is meant.", None


def _count(one: ReadPassage, tie: Tie, ties: Sequence[Tie], evidence: Evidence) -> Verdict:
    """Check a count, a base or a bare number: whole numbers are rarely right by chance."""
    figure, fact = tie.figure, tie.fact
    lead = next(
        (other for other in ties if other.figure.kind == "percent" and other.fact is not None),
        None,
    )
    if lead is not None and (beside := _told_beside(figure, lead, fact, evidence)) is not None:
        return WRONG_NUMBER, _wrong(figure, beside), beside
    if (named := _named_count(one, tie)) is not None:
        return WRONG_NUMBER, _wrong(figure, named), named
    spelt = not figure.words[:1].isdigit()
    small = figure.kind == "number" and (spelt or figure.value < _SMALLEST_NUMBER)
    least = _SPELT_POINTS_TO if small and spelt else POINTS_TO
    meant = tie.score >= least or (fact is not None and figure.kind == fact.kind)
    if fact is not None and (meant or not (small or figure.kind == "base")):
        return TIED, cell_words(fact), fact
    if figure.kind == "number" and _is_label(one.passage.text, figure, evidence):
        return NOT_CHECKED, "It is part of a label.", None
    if small:
        return (
            NOT_CHECKED,
            "A small number without a unit is checked only where words tie it.",
            None,
        )
    return NOWHERE, _nowhere(figure, tie.rival), None


def _named_count(one: ReadPassage, tie: Tie) -> Fact | None:
    """Return the count or base that the words name, where those of the value are not named."""
    rival, kind = tie.rival, tie.figure.kind
    if tie.fact is None or rival is None or is_tabular(one):
        return None
    if kind == "base":
        # Beside a percentage a base is that of its cell, which the words need not name again.
        alone = all(figure.kind != "percent" for figure in one.figures)
        named = alone and tie.rival_score >= _BASE_NAMED and tie.rival_score > tie.score
    else:
        told = tie.figure.words[:1].isdigit() and tie.figure.value >= _SMALLEST_NUMBER
        away = tie.rival_score - tie.score
        named = (
            told
            and tie.score < POINTS_TO
            and tie.rival_score >= _COUNT_NAMED
            and away > CLEARLY_NEARER
        )
    return rival if named else None


def _is_label(text: str, figure: Figure, evidence: Evidence) -> bool:
    before = re.search(r"([A-Za-z]+)[ -]$", text[max(0, figure.start - _WORD) : figure.start])
    after = re.match(r"[ -]([A-Za-z]+)", text[figure.end :])
    return evidence.is_label(before[1] if before else "", figure.words, after[1] if after else "")


def _told_beside(figure: Figure, lead: Tie, fact: Fact | None, evidence: Evidence) -> Fact | None:
    """Return the count of the cell that a percentage beside a count is tied to, if it is another.

    In "47% (132)" the 132 may be the count of the cell or its base.
    """
    if lead.fact is None or lead.score < POINTS_TO:
        return None
    here = [
        evidence.facts[at]
        for at in np.flatnonzero(evidence.beside(lead.fact)).tolist()
        if evidence.facts[at].kind in ("count", "base")
    ]
    counts = [one for one in here if one.kind == "count"]
    if not counts or any(one is fact for one in here):
        return None
    return counts[0]


def _level_in_points(tie: Tie) -> Verdict:
    return (
        PERCENT_FOR_POINTS,
        f"{tie.figure.words} is no difference; a share is told in per cent, not in points.",
        None,
    )


def is_change(one: ReadPassage, figure: Figure) -> bool:
    """Return whether a figure of a passage is said to be a difference, not a level."""
    told = figure.kind in ("percent", "points")
    return told and is_difference(one.plain, figure.start, figure.end)


@lru_cache(maxsize=8)
def is_tabular(one: ReadPassage) -> bool:
    """Return whether a passage is a line of a table with several figures and few words."""
    words = len(re.findall(r"[A-Za-z]{2,}", one.plain))
    told = sum(figure.kind != "share" for figure in one.figures)
    ends = one.passage.text.rstrip().endswith((".", "?", "!", ":", ";"))
    return told >= _SEVERAL and not ends and words < 6 * told
