"""Column keys and the significance letters that point at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from welfarestats.estimates.groups import ColumnGroups

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Words = NDArray[np.object_]

TOTAL_KEY, REST_KEYS = "T", ("R", "r")


def column_keys(size: int) -> list[str]:
    """Return the keys of the columns of one banner question: A … Z, then AA, AB and so on."""
    keys = []
    for number in range(size):
        key, rest = "", number
        while rest >= 0:
            key = ascii_uppercase[rest % 26] + key
            rest = rest // 26 - 1
        keys.append(key)
    return keys


def letters_of(
    significant: Mask,
    difference: Array,
    groups: ColumnGroups,
    versus: str,
    told: str = "higher",
    *,
    weaker: Mask | None = None,
) -> tuple[Words, Words]:
    """Return the letters of each row of one banner question: of its columns, and of the total.

    Parameters
    ----------
    significant
        (R, P) which pairs differ.
    difference
        (R, P) first group less second.
    groups
        The columns, whose keys are A, B and so on, and their pairs.
    versus
        What a column is compared with.
    told
        A cell has the keys of the columns that it is significantly ``"higher"`` than, or
        ``"lower"``. Compared with the rest it has ``R`` when it is higher, ``r`` when lower.
    weaker
        (R, P) which pairs differ at a lower level: those that do so only there have their
        letters in lower case.

    Returns
    -------
    tuple of ndarray of str
        (R, columns) and (R, 1).
    """
    size = len(groups.labels) - _others(groups, versus)
    keys = column_keys(size)
    found = np.full((len(significant), size + 1), "", dtype=object)
    gap = " " if size and len(keys[-1]) > 1 else ""
    every_key = list(_told(significant, difference, groups, versus, told, keys))
    if weaker is not None:
        only = _told(weaker & ~significant, difference, groups, versus, told, keys)
        every_key += [(_Key(key.lower()), place, rows) for key, place, rows in only]
    for key, place, rows in sorted(every_key):
        mask = np.frombuffer(rows, dtype=bool)
        found[mask, place] = found[mask, place] + (key + gap)
    if gap:
        for row, place in zip(*np.nonzero(found != ""), strict=True):
            every = found[row, place].split()
            found[row, place] = (" " if any(len(key) > 1 for key in every) else "").join(every)
    return found[:, :size], found[:, size:]


def _others(groups: ColumnGroups, versus: str) -> int:
    """Return how many groups are not columns: the total, or the rest of each column."""
    return {"total": 1, "rest": len(groups.labels) // 2}.get(versus, 0)


def _told(
    significant: Mask,
    difference: Array,
    groups: ColumnGroups,
    versus: str,
    told: str,
    keys: Sequence[str],
) -> Iterator[tuple[_Key, int, bytes]]:
    """Return each key, the column that it stands in, and in which rows, as bytes of truth."""
    for pair, (a, b) in enumerate(zip(groups.first, groups.second, strict=True)):
        real, higher = significant[:, pair], difference[:, pair] > 0
        if not real.any():
            continue
        if versus == "rest":
            for rows, key in ((higher, REST_KEYS[0]), (~higher, REST_KEYS[1])):
                yield _Key(key), int(a), (real & rows).tobytes()
            continue
        other = TOTAL_KEY if versus == "total" else keys[b]
        first = higher == (told == "higher")
        yield _Key(other), int(a), (real & first).tobytes()
        yield _Key(keys[a]), int(b), (real & ~first).tobytes()


class _Key(str):
    """A column key that sorts as columns do: Z before AA, and b before C."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return (len(self), self.upper(), str(self)) < (len(other), other.upper(), str(other))


def letters_note(
    level: float,
    test: str,
    adjust: str | None,
    versus: str,
    told: str = "higher",
    *,
    indicative: bool = False,
    of_total: bool = True,
    lower_case_level: float | None = None,
    told_level: Callable[[float], str] | None = None,
) -> str:
    """Return the sentences that explain the letters of a table; no sample, no significance.

    The total has letters ``of_total``, where the columns are of one banner question.
    ``told_level`` puts a level into the words of a house style.
    """
    beside = f"; a letter in the total column that it is {told} than that column"
    against = {
        "pairs": f"a letter means that the figure is significantly {told} than the figure in the"
        " column with that letter, within the same heading",
        "previous": f"a letter means that the figure is significantly {told} than the figure in"
        " the column with that letter, which is the one before or after it",
        "total": f"{TOTAL_KEY} means that the figure is significantly {told} than the total"
        f"{beside if of_total else ''}",
        "rest": f"{REST_KEYS[0]} means significantly higher, {REST_KEYS[1]} significantly lower,"
        " than everyone else with an answer",
    }[versus]
    family = f", {adjust} adjustment" if adjust else ", not adjusted for the number of tests"
    if indicative:
        against = f"indicative only: {against.replace('significantly ', '')}"
    heading = "Letters" if indicative else "Significance"
    tell = _confidence if indicative or told_level is None else told_level
    levels = tell(level)
    if lower_case_level is not None:
        levels += f"; in lower case: {tell(lower_case_level)}"
    return f"{heading}: {against}. {levels}; test '{test}'{family}."


def _confidence(level: float) -> str:
    return f"{100 * level:g} per cent confidence"
