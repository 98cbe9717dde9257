"""Printed significance letters against ours: which test convention gives most of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError, WelfareStatsError, WelfareStatsWarning, one_of
from welfarestats.output.wording import number_text
from welfarestats.published.explanations import DECLARED, NO_WEIGHT, SCALED, Making
from welfarestats.published.panels import Column, Panel
from welfarestats.survey.codebook import Codebook
from welfarestats.survey.reweighting import declared_weights, with_weights
from welfarestats.survey.survey import Survey
from welfarestats.tables.books import book

__all__ = ["LetterFit", "read_letters"]

TESTS = ("design", "effective-base", "quantum", "spss-ctables", "design-wald", "exact")
LEVELS = (0.95, 0.9, 0.99)
ADJUSTMENTS = ("none", "bonferroni")
LETTER_ON = ("larger", "smaller")
# Agencies that print capitals and lower case letters mean two levels by them.
TWO_LEVELS = ((0.95, 0.9), (0.99, 0.95), (0.99, 0.9))
CAPITAL, LOWER_CASE = 1, 2
Place = tuple[int, int, int, int]

CONVENTION_COLUMNS = (
    *("test", "level", "lower_case_level", "adjust", "letter_on"),
    *("pairs", "printed", "agree", "differ"),
)
LETTER_COLUMNS = (
    *("table", "question", "stub_category", "banner_question", "banner_category", "letter"),
    *("other", "printed", "computed", "statistic", "p_value", "threshold", "why"),
)


@dataclass(frozen=True, eq=False)
class LetterFit:
    """How the printed letters compare: each convention, and what differs under the best."""

    conventions: pd.DataFrame = field(repr=False)
    flips: pd.DataFrame = field(repr=False)
    note: str = ""

    def sentences(self) -> list[str]:
        """Return the best convention and what differs, in words; nothing without letters."""
        if self.note or not len(self.conventions):
            return [f"  letters: {self.note}"] * bool(self.note)
        best = self.conventions.iloc[0]
        alike = self.conventions[self.conventions["differ"] == best["differ"]][1:]
        said = (
            f"  letters: best given by {_convention(best)}: of {best['printed']:,} printed"
            f" {best['agree']:,} agree; {best['differ']:,} differ."
        )
        others = "; ".join(_convention(row) for _, row in alike[:3].iterrows())
        return [said + f" Fits as well: {others}." * bool(others)]


def read_letters(
    panels: Sequence[Panel],
    makings: Sequence[Making],
    files: Mapping[str, Survey],
    test: str | None = None,
) -> LetterFit:
    """Return which convention gives the printed letters best, and which letters it does not."""
    if test is not None:
        one_of(test, TESTS, "test")
    lettered = [i for i, panel in enumerate(panels) if any(panel.letters)]
    nothing = (
        pd.DataFrame(columns=list(CONVENTION_COLUMNS)),
        pd.DataFrame(columns=list(LETTER_COLUMNS)),
    )
    if not lettered:
        return LetterFit(*nothing)
    if any(survey.origin == "synthetic" for survey in files.values()):
        return LetterFit(*nothing, note="not compared: the records are synthetic.")
    printed, strays = _printed_pairs(panels, lettered)
    tested = {}
    for name in TESTS if test is None else (test,):
        pairs = _tested(panels, lettered, makings, files, name)
        if len(pairs):
            tested[name] = _joined(printed, pairs)
    if not tested:
        return LetterFit(*nothing, note="not compared: none of the tests suits the survey.")
    found = _conventions(tested, len(strays))
    best = found.iloc[0]
    flips = _flips(panels, tested[best["test"]], best)
    rows = [*strays, *flips]
    return LetterFit(found, pd.DataFrame(rows, columns=list(LETTER_COLUMNS)))


def _printed_pairs(
    panels: Sequence[Panel], lettered: Sequence[int]
) -> tuple[dict[Place, int], list[dict[str, Any]]]:
    """Return the printed letters as pairs of columns, and the letters that name no column."""
    pairs: dict[Place, int] = {}
    strays: list[dict[str, Any]] = []
    for number in lettered:
        panel = panels[number]
        for line, column, text in zip(panel.line, panel.column, panel.letters, strict=True):
            if not text or panel.lines[line].statistic not in ("percent", "mean"):
                continue
            own = panel.columns[column]
            # Letters may start again within each answer of an outer question.
            near = sorted(range(len(panel.columns)), key=lambda at: _within(panel, at, own))
            keys = {
                panel.columns[at].key.upper(): at
                for at in near
                if panel.columns[at].key and panel.columns[at].name == own.name and at != column
            }
            for letter in _split(text, keys):
                if letter.upper() in keys:
                    lower = letter.islower() and panel.columns[keys[letter.upper()]].key.isupper()
                    place = (number, int(line), int(column), keys[letter.upper()])
                    pairs[place] = LOWER_CASE if lower else CAPITAL
                else:
                    strays.append(_stray(panel, int(line), int(column), letter))
    if set(pairs.values()) != {CAPITAL, LOWER_CASE}:
        pairs = dict.fromkeys(pairs, CAPITAL)
    return pairs, strays


def _within(panel: Panel, place: int, own: Column) -> bool:
    return panel.columns[place].within == own.within


def _split(text: str, keys: Mapping[str, int]) -> list[str]:
    """Return the letters of a cell: words are split into single letters unless they are keys."""
    words = [word for word in re.split(r"[\s,/;]+", text) if word]
    return [one for word in words for one in ([word] if word.upper() in keys else list(word))]


def _stray(panel: Panel, line: int, column: int, letter: str) -> dict[str, Any]:
    why = "no column under the same heading has this letter"
    return {
        **_place(panel, line, column, letter),
        "other": "",
        "printed": True,
        "computed": False,
        "statistic": np.nan,
        "p_value": np.nan,
        "threshold": np.nan,
        "why": why,
    }


def _place(panel: Panel, line: int, column: int, letter: str) -> dict[str, Any]:
    return {
        "table": panel.table,
        "question": panel.question,
        "stub_category": panel.lines[line].label,
        "banner_question": panel.columns[column].name,
        "banner_category": panel.columns[column].label,
        "letter": letter,
    }


def _tested(
    panels: Sequence[Panel],
    lettered: Sequence[int],
    makings: Sequence[Making],
    files: Mapping[str, Survey],
    test: str,
) -> pd.DataFrame:
    """Return every pair of columns of the lettered panels with its test."""
    parts = []
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number in lettered:
        making = replace(makings[number], percent="", rounding="")
        banners = tuple(
            dict.fromkeys(
                (c.outer, c.banner) if c.outer else c.banner
                for c in panels[number].columns
                if c.banner
            )
        )
        groups.setdefault((making, banners), []).append(number)
    for (making, banners), numbers in groups.items():
        survey = _made(files, making)
        includes = list(making.base[1:]) if making.base[:1] == ("with",) else None
        questions = list(dict.fromkeys(panels[number].question for number in numbers))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", WelfareStatsWarning)
                options: dict[str, Any] = {"test": test, "adjust": "none", "style": "none"}
                tables = book(survey, questions, list(banners), base_includes=includes, **options)
        except OptionError:
            return pd.DataFrame()
        except WelfareStatsError:
            continue
        for number in numbers:
            pairs = tables[panels[number].question].comparisons()
            parts.append(_on_panel(number, panels[number], pairs, survey.codebook))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _made(files: Mapping[str, Survey], making: Making) -> Survey:
    survey = files[making.source]
    declared = declared_weights(survey)
    column = {DECLARED: declared, SCALED: declared, NO_WEIGHT: None}.get(
        making.weight, making.weight
    )
    represent = None if survey.facts.weights_represent else "sample"
    survey = with_weights(survey, column, represent=represent)
    if len(making.filter) == 2:
        return survey.domain(**{making.filter[0]: making.filter[1]})
    return survey


def _on_panel(number: int, panel: Panel, pairs: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the pairs of a table that stand on a panel, by the places of line and columns."""
    lines = {
        (_label(line.answers, panel.question, codebook) if line.answers else ""): place
        for place, line in enumerate(panel.lines)
        if line.statistic in ("percent", "mean")
    }
    columns = {
        (column.name, _column_label(column, codebook)): place
        for place, column in enumerate(panel.columns)
        if column.banner
    }
    category = pairs["category"].where(pairs["category"].notna(), "")
    line = category.map(lines).astype(float)
    ends = [
        pd.Series(
            [columns.get(place, np.nan) for place in zip(pairs["by"], pairs[end], strict=True)],
            index=pairs.index,
            dtype=float,
        )
        for end in ("group_a", "group_b")
    ]
    # Bonferroni counts every tested pair of a row, printed or not.
    tested = pairs["tested"].groupby([pairs["by"], category]).transform("sum")
    frame = pd.DataFrame(
        {
            "panel": number,
            "line": line,
            "first": ends[0],
            "second": ends[1],
            "difference": pairs["difference"],
            "statistic": pairs["statistic"],
            "p_value": pairs["p_value"],
            "family": tested,
            "reason": pairs["reason"],
        }
    ).dropna(subset=["line", "first", "second"])
    return frame.astype(dict.fromkeys(("line", "first", "second"), "int64"))


def _column_label(column: Column, codebook: Codebook) -> str:
    label = _label(column.answers, column.banner, codebook)
    if not column.outer:
        return label
    return f"{_label(column.within, column.outer, codebook)}: {label}"


def _label(answers: Sequence[str], question: str, codebook: Codebook) -> str:
    """Return the label of the category or net that a line or column is."""
    declared = codebook[question]
    for net in declared.nets:
        own = [declared.categories[i].label for i in declared.positions(net.codes)]
        if sorted(own) == sorted(answers):
            return net.label if len(answers) > 1 else answers[0]
    return answers[0] if answers else ""


def _joined(printed: Mapping[Place, int], pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with whether the larger and the smaller figure has the other's letter."""
    pairs = pairs.reset_index(drop=True)
    upward = (pairs["difference"] >= 0).to_numpy()
    first, second = pairs["first"].to_numpy(), pairs["second"].to_numpy()
    pairs["larger"] = np.where(upward, first, second)
    pairs["smaller"] = np.where(upward, second, first)
    for name, ends in (("on_larger", ("larger", "smaller")), ("on_smaller", ("smaller", "larger"))):
        places = zip(pairs["panel"], pairs["line"], pairs[ends[0]], pairs[ends[1]], strict=True)
        pairs[name] = [printed.get(place, 0) for place in places]
    return pairs


def _letters(
    pairs: pd.DataFrame, level: float, lower: float, adjust: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the letter of each pair (none is 0) under a level or two, and adjusted p-values."""
    p = pairs["p_value"].to_numpy(float)
    if adjust == "bonferroni":
        p = np.minimum(p * pairs["family"].to_numpy(float), 1.0)
    with np.errstate(invalid="ignore"):
        found = np.where(p < 1 - level, CAPITAL, np.where(p < 1 - lower, LOWER_CASE, 0))
    return found, p


def _conventions(tested: Mapping[str, pd.DataFrame], strays: int) -> pd.DataFrame:
    rows = []
    for (test, pairs), adjust in product(tested.items(), ADJUSTMENTS):
        cased = (pairs[["on_larger", "on_smaller"]] == LOWER_CASE).any(axis=None)
        levels = TWO_LEVELS if cased else tuple((level, np.nan) for level in LEVELS)
        for (level, lower), side in product(levels, LETTER_ON):
            computed, _ = _letters(pairs, level, lower, adjust)
            own, other = pairs[f"on_{side}"], pairs[f"on_{_opposite(side)}"]
            printed = int((own > 0).sum() + (other > 0).sum())
            agree = int(((computed == own) & (own > 0)).sum())
            extra = int(((computed > 0) & (own == 0)).sum())
            differ = printed - agree + extra + strays
            counts = [len(pairs), printed + strays, agree, differ]
            rows.append([test, level, lower, adjust, side, *counts])
    frame = pd.DataFrame(rows, columns=list(CONVENTION_COLUMNS))
    return frame.sort_values("differ", kind="stable", ignore_index=True)


def _opposite(side: str) -> str:
    return "smaller" if side == "larger" else "larger"


def _flips(panels: Sequence[Panel], pairs: pd.DataFrame, best: pd.Series) -> list[dict[str, Any]]:
    """Return the letters that are printed and not computed, or computed and not printed."""
    letters, adjusted = _letters(pairs, best["level"], best["lower_case_level"], best["adjust"])
    least = best["level"] if np.isnan(best["lower_case_level"]) else best["lower_case_level"]
    side, threshold = str(best["letter_on"]), float(round(1 - least, 6))
    rows = []
    for at, pair in enumerate(pairs.to_dict("records")):
        for end in LETTER_ON:
            printed, computed = pair[f"on_{end}"], letters[at] if end == side else 0
            if printed == computed:
                continue
            panel = panels[pair["panel"]]
            other = panel.columns[pair[_opposite(end)]]
            reason = "" if end == side else f"the letter stands on the {end} figure"
            if printed and computed:
                case = "a capital" if printed == CAPITAL else "lower case"
                reason = f"printed as {case}: p = {number_text(adjusted[at], 4)}"
            rows.append(
                {
                    **_place(panel, pair["line"], pair[end], other.key),
                    "other": other.label,
                    "printed": bool(printed),
                    "computed": bool(computed),
                    "statistic": pair["statistic"],
                    "p_value": adjusted[at],
                    "threshold": threshold,
                    "why": reason or _why(bool(computed), adjusted[at], threshold, pair["reason"]),
                }
            )
    return rows


def _why(computed: bool, p: float, threshold: float, reason: str) -> str:  # noqa: FBT001 - private
    if np.isnan(p):
        return f"not tested: {reason}"
    side = "below" if computed else "not below"
    return f"p = {number_text(p, 4)} is {side} {threshold:g}"


def _convention(row: pd.Series) -> str:
    adjust = "not adjusted" if row["adjust"] == "none" else row["adjust"]
    lower = row["lower_case_level"]
    also = "" if np.isnan(lower) else f" (lower case {100 * lower:g})"
    return (
        f"test {row['test']!r} at {100 * row['level']:g} per cent{also}, {adjust}, letter on the"
        f" {row['letter_on']} figure"
    )
