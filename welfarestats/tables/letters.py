"""Column keys and the significance letters that point at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from string import ascii_uppercase

import pandas as pd

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
    pairs: pd.DataFrame, keys: Mapping[tuple[str, str], str], versus: str, told: str = "higher"
) -> dict[tuple[str, str, str, str], str]:
    """Return letters by stub, row, banner and column label.

    A cell has the keys of the columns that it is significantly higher than, or lower than where
    it is so ``told``. Compared with the rest it has ``R`` when it is higher, ``r`` when lower.
    """
    found: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    real = pairs[pairs["significant"].to_numpy(dtype=bool)]
    for pair in real.to_dict("records"):
        stub, by = pair["variable"], pair["by"]
        row = pair["category"] if isinstance(pair["category"], str) else ""
        first = (stub, row, by, pair["group_a"])
        if versus == "rest":
            found[first].append(REST_KEYS[0 if pair["difference"] > 0 else 1])
            continue
        own = keys[by, pair["group_a"]]
        if versus == "total":
            second, other = (stub, row, "Total", "Total"), TOTAL_KEY
        else:
            second, other = (stub, row, by, pair["group_b"]), keys[by, pair["group_b"]]
        if (pair["difference"] > 0) == (told == "higher"):
            found[first].append(other)
        else:
            found[second].append(own)
    return {place: _together(letters) for place, letters in found.items()}


def _together(letters: list[str]) -> str:
    ordered = sorted(letters, key=lambda key: (len(key), key))
    return (" " if any(len(key) > 1 for key in ordered) else "").join(ordered)


def letters_note(
    level: float,
    test: str,
    adjust: str | None,
    versus: str,
    told: str = "higher",
    *,
    indicative: bool = False,
) -> str:
    """Return the sentence that explains the letters of a table; no sample, no significance."""
    against = {
        "pairs": f"a letter means that the figure is significantly {told} than the figure in the"
        " column with that letter, within the same heading",
        "previous": f"a letter means that the figure is significantly {told} than the figure in"
        " the column with that letter, which is the one before or after it",
        "total": f"{TOTAL_KEY} means that the figure is significantly {told} than the total; a"
        f" letter in the total column that it is {told} than that column",
        "rest": f"{REST_KEYS[0]} means significantly higher, {REST_KEYS[1]} significantly lower,"
        " than everyone else with an answer",
    }[versus]
    family = f", {adjust} adjustment" if adjust else ", not adjusted for the number of tests"
    if indicative:
        against = f"indicative only: {against.replace('significantly ', '')}"
    heading = "Letters" if indicative else "Significance"
    return f"{heading}: {against} ({100 * level:g} per cent confidence, test '{test}'{family})."
