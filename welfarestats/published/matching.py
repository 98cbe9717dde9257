"""Printed wordings tied to the questions and categories of a codebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from welfarestats.errors import CodebookError, OptionError, did_you_mean
from welfarestats.survey.codebook import Codebook, Question, code_text

__all__ = ["Labels", "Matched", "is_total", "normalised"]

# How alike two wordings must be to be taken for one another, and that is always reported.
_ALIKE = 0.86
_TOTALS = {"total", "all", "all respondents", "everyone", "all adults", "total sample", "overall"}
_NUMBERING = re.compile(
    r"^\s*(?:table\s+[\w.]+\s*[:.)\-–—]?\s*)?(?:[a-z]{0,3}\d+[a-z]?\s*[.:)\-–—]\s*)?"
)
_NET = re.compile(r"^(?:net|nett|any net)\s+|\s+(?:net|nett)$")
_SYNTHETIC = re.compile(r"\[synthetic\]\s*$", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def normalised(text: str) -> str:
    """Return a wording without its number, marks and capitals, for comparison only."""
    plain = _SYNTHETIC.sub("", text).casefold().replace("’", "'").replace("'", "")
    plain = _NUMBERING.sub("", plain, count=1) or plain
    words = " ".join(re.sub(r"[^\w%£$]+", " ", plain.replace("&", " and ")).split())
    return _NET.sub("", words) or words


def is_total(banner: str, category: str) -> bool:
    """Return whether a column is the one of everybody."""
    alone = not normalised(banner) or normalised(banner) in _TOTALS
    return alone and (normalised(category) in _TOTALS or normalised(banner) in _TOTALS)


@dataclass(frozen=True)
class Matched:
    """What a printed wording was taken for, and how: ``how`` is empty where it is nothing."""

    name: str = ""
    how: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)


@dataclass
class Labels:
    """The wordings of a codebook, looked up once each.

    ``questions`` is what a user says of wordings, ``named`` what the layout of a workbook does.
    """

    codebook: Codebook
    questions: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _found: dict[tuple[str, tuple[str, ...]], Matched] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.codebook):
            raise CodebookError(
                "the survey has no codebook, so printed labels cannot be tied to its questions."
                " Pass codebook= to Survey, with the labels that the tables print."
            )
        names = [question.name for question in self.codebook]
        for wording, name in self.questions.items():
            if name not in self.codebook:
                raise OptionError(
                    f"questions= ties {wording!r} to {name!r}, which is not in the codebook."
                    f"{did_you_mean(name, names)}"
                )
        # What a layout says of the workbook, then what is said here.
        layout = {**self.named.get("banner", {}), **self.named.get("questions", {})}
        told = {key: name for key, name in layout.items() if name in self.codebook}
        self._given = {normalised(key): name for key, name in (told | {**self.questions}).items()}

    def check_given(self, wordings: Iterable[str]) -> None:
        """Raise an `OptionError` where a wording given by the user stands in no table."""
        printed = {normalised(text): text for text in wordings}
        for wording in self.questions:
            if normalised(wording) not in printed:
                raise OptionError(
                    f"questions= names {wording!r}, which no table prints as a title, stub or"
                    f" banner.{did_you_mean(wording, printed.values())}"
                )

    def question(self, wordings: Sequence[str], categories: Sequence[str]) -> Matched:
        """Return the question behind wordings (the stub, then the title) with printed answers."""
        key = ("\n".join(wordings), tuple(categories))
        if key not in self._found:
            self._found[key] = self._question([w for w in wordings if w.strip()], categories)
        return self._found[key]

    def _question(self, wordings: Sequence[str], categories: Sequence[str]) -> Matched:
        for wording in wordings:
            if normalised(wording) in self._given:
                return Matched(self._given[normalised(wording)], "as told in questions=")
        for how, test in _WORDINGS.items():
            for wording in wordings:
                fits = [q for q in self.codebook if test(wording, q)]
                if fits:
                    return self._one_of(fits, how, categories)
        within = [q for q in self.codebook for w in wordings if _contains(w, q)]
        if within:
            longest = max(len(normalised(q.label)) for q in within)
            fits = [q for q in within if len(normalised(q.label)) == longest]
            return self._one_of(fits, "label within the title", categories)
        alike = [(_alike(w, q), q) for w in wordings for q in self.codebook]
        best = max((score for score, _ in alike), default=0.0)
        if best >= _ALIKE:
            return self._one_of([q for score, q in alike if score == best], "nearly", categories)
        return self._by_answers(wordings, categories)

    def _by_answers(self, wordings: Sequence[str], categories: Sequence[str]) -> Matched:
        fits = [q for q in self.codebook if _shared(q, categories) == len(set(categories))]
        if len(fits) == 1 and len(set(categories)) > 1:
            return Matched(fits[0].name, "by its answers")
        labels = [q.label for q in self.codebook]
        near = did_you_mean(wordings[0], labels) if wordings else ""
        return Matched(reason=f"no question of the codebook has this wording.{near}")

    def _one_of(self, fits: Sequence[Question], how: str, categories: Sequence[str]) -> Matched:
        different = {q.name: q for q in fits}
        if len(different) == 1:
            return Matched(fits[0].name, how)
        scores = {name: _shared(q, categories) for name, q in different.items()}
        best = [name for name, score in scores.items() if score == max(scores.values())]
        if len(best) == 1:
            return Matched(best[0], f"{how}, and its answers")
        return Matched(reason=f"{len(best)} questions have this wording: {', '.join(best[:3])}")

    def answers(self, question: str, category: str) -> tuple[tuple[str, ...], str]:
        """Return the labels of the categories behind a printed answer, and how it was read."""
        declared = self.codebook[question]
        choices: dict[str, tuple[str, ...]] = {
            one.label: (one.label,) for one in declared.categories
        }
        choices |= {
            net.label: tuple(declared.categories[i].label for i in declared.positions(net.codes))
            for net in declared.nets
        }
        categories = self.named.get("categories", {})
        told = {**categories, **_mapping(categories.get(question))}.get(category)
        if isinstance(told, str) and told in choices:
            return choices[told], "as told in the layout"
        if category in choices:
            return choices[category], "label"
        wanted = normalised(category)
        for label, own in choices.items():
            if normalised(label) == wanted:
                return own, "label, but for marks and capitals"
        for one in declared.categories:
            if code_text(one.code) == category.strip():
                return (one.label,), "code"
        scores = {
            label: SequenceMatcher(None, normalised(label), wanted).ratio() for label in choices
        }
        near = max(scores, key=scores.__getitem__, default="")
        if near and scores[near] >= _ALIKE:
            return choices[near], "nearly"
        return (), ""


def _mapping(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _contains(wording: str, question: Question) -> bool:
    label = normalised(question.label)
    return len(label) > 3 and f" {label} " in f" {normalised(wording)} "


def _alike(wording: str, question: Question) -> float:
    matcher = SequenceMatcher(None, normalised(question.label), normalised(wording))
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0


def _shared(question: Question, categories: Sequence[str]) -> int:
    own = {normalised(one.label) for one in question.categories}
    own |= {normalised(net.label) for net in question.nets}
    own |= {code_text(one.code) for one in question.categories}
    return len({category for category in categories if normalised(category) in own})


_WORDINGS: dict[str, Callable[[str, Question], bool]] = {
    "label": lambda wording, q: wording == q.label,
    "name": lambda wording, q: wording == q.name,
    "label, but for marks and capitals": lambda wording, q: (
        normalised(wording) in {normalised(q.label), normalised(q.name)}
    ),
}
