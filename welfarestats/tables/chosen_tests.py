"""Which test ``test="auto"`` chose for each comparison of a table, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from welfarestats.estimates.pair_facts import exactly, method_reasons
from welfarestats.output.wording import join_words
from welfarestats.survey.answers import Mask
from welfarestats.survey.codebook import Question
from welfarestats.tables.column_pairs import Tested
from welfarestats.tables.phrasing import quoted
from welfarestats.tables.sheet import Sheet

__all__ = ["CHOSEN", "choice_notes"]

_EXACT, _DESIGN = "Fisher's exact test", "The design test"
#: How a sentence on a choice opens.
CHOSEN = (f"{_EXACT} (", f"{_DESIGN} (")
_MOST_NAMED = 30

#: A test and why it was chosen.
Choice = tuple[str, str]


def choice_notes(
    every: Sequence[Tested], sheet: Sheet, questions: Mapping[str, Question]
) -> list[str]:
    """Return what ``auto`` chose and why: a sentence a choice, the commonest of all the others."""
    found: dict[Choice, list[str]] = {}
    sizes: dict[Choice, int] = {}
    several = len(every) > 1
    for one in every:
        heading = f"{quoted(questions[one.banner].label)}: " if several else ""
        for choice, named, size in _chosen(one, sheet, questions):
            found.setdefault(choice, []).extend(f"{heading}{pair}" for pair in named)
            sizes[choice] = sizes.get(choice, 0) + size
    if not found:
        return []
    common = max(sizes, key=lambda choice: (sizes[choice], choice[0] == _DESIGN))
    notes = [_sentence(choice, names) for choice, names in found.items() if choice != common]
    whose = "all other" if notes else "all"
    return [*notes, f"{_made(common)}: {whose} comparisons that were tested."]


def _chosen(
    one: Tested, sheet: Sheet, questions: Mapping[str, Question]
) -> list[tuple[Choice, list[str], int]]:
    """Return each choice that was made among the pairs of a banner question, and for which."""
    tests = one.tests
    reasons, exact = method_reasons(tests), exactly(tests.result)
    made = tests.result.tested & (reasons != "")
    labels = tests.groups.labels
    found = []
    for reason in dict.fromkeys(reasons[made].tolist()):
        for is_exact in (True, False):
            here = made & (reasons == reason) & (exact == is_exact)
            if not here.any():
                continue
            named = []
            for pair in np.flatnonzero(here.any(axis=0)).tolist():
                a, b = tests.groups.first[pair], tests.groups.second[pair]
                rows = _rows(sheet, questions, here[:, pair], made[:, pair])
                named.append(f"{quoted(labels[a])} with {quoted(labels[b])}{rows}")
            found.append(((_EXACT if is_exact else _DESIGN, str(reason)), named, int(here.sum())))
    return found


def _rows(sheet: Sheet, questions: Mapping[str, Question], chosen: Mask, tested: Mask) -> str:
    """Return rows in brackets: nothing where they are all, a question where they are all of it."""
    if (chosen == tested).all():
        return ""
    told = []
    for stub in dict.fromkeys(sheet.stub[chosen].tolist()):
        own = sheet.stub == stub
        label = quoted(questions[str(stub)].label)
        if (chosen[own] == tested[own]).all():
            told.append(f"all of {label}")
            continue
        rows = join_words([quoted(str(name)) for name in sheet.labels[chosen & own]])
        told.append(f"{rows} of {label}" if len(sheet.stubs) > 1 else rows)
    return f" ({'; '.join(told)})"


def _sentence(choice: Choice, names: Sequence[str]) -> str:
    told = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        told.append(f"and {len(names) - _MOST_NAMED:,} more pairs of columns")
    return f"{_made(choice)}: {'; '.join(told)}."


def _made(choice: Choice) -> str:
    """Return the test and why, as the opening of a sentence."""
    test, reason = choice
    return f"{test} ({reason})"
