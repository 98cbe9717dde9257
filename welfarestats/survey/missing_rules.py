"""Which codes are missing and why: what the user says, and what was concluded without being told."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from welfarestats.errors import DataWarning, OptionError, did_you_mean, listed
from welfarestats.survey.categories import MISSING_REASONS, Category, code_text
from welfarestats.survey.codebook import Codebook, Question
from welfarestats.survey.missing_words import UNRECOGNISED, is_reason, reasons_named

BY_LABEL = "labels"


@dataclass
class MissingRules:
    """What ``missing=`` says, and notes of what had to be decided without it.

    ``said`` maps the name of a question, or a pattern of names, to ``"labels"`` or to reasons by
    code; ``None`` as a reason makes a code an answer.
    """

    said: Mapping[str, Any] = field(default_factory=dict)
    unrecognised: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not isinstance(self.said, Mapping):
            raise OptionError(
                "missing= maps questions to the reasons of their codes, as in"
                ' {"readiness": {98: "dont_know"}}.'
            )
        for name, rule in self.said.items():
            if rule == BY_LABEL:
                continue
            if not isinstance(rule, Mapping):
                raise OptionError(
                    f'missing= of {name!r} is "labels" or maps codes to reasons, as in'
                    ' {98: "dont_know"}.'
                )
            wrong = [reason for reason in rule.values() if reason not in (*MISSING_REASONS, None)]
            if wrong:
                raise OptionError(
                    f"missing= of {name!r} gives the reason {wrong[0]!r}, which is not one of"
                    f" {listed(MISSING_REASONS)} or None."
                    f"{did_you_mean(wrong[0], MISSING_REASONS)}"
                )

    def reason(self, question: str, code: object, label: str) -> str:
        """Return why a code is missing that the file declares missing; note what was not clear."""
        named = reasons_named(label)
        if self._settled(question, code, label):
            return named[0] if named else UNRECOGNISED
        where = f"question {question!r}, code {code_text(code)}"
        if not named:
            # A code without a label may be text that somebody wrote: only numbers are repeated.
            own = label == code_text(code)
            if isinstance(code, str) and own:
                where = f"question {question!r}, a code without a label"
            self.unrecognised.append(where if own else f"{where}, {label!r}")
        elif len(named) > 1:
            self.ambiguous.append(f"{where}, {label!r}")
        return named[0] if named else UNRECOGNISED

    def note_answer(self, question: str, code: object, label: str) -> None:
        """Note an answer whose label is a reason, though the file does not declare it missing."""
        if is_reason(label) and not self._settled(question, code, label):
            self.undeclared.append(f"question {question!r}, code {code_text(code)}, {label!r}")

    def _settled(self, question: str, code: object, label: str) -> bool:
        for _, rule in self._rules(question):
            if rule == BY_LABEL:
                if is_reason(label):
                    return True
            elif code_text(code) in {code_text(one) for one in rule}:
                return True
        return False

    def _rules(self, question: str) -> list[tuple[str, Any]]:
        """Return the rules for a question, those of patterns before those of its own name."""
        found = [(name, rule) for name, rule in self.said.items() if fnmatchcase(question, name)]
        return sorted(found, key=lambda one: one[0] == question)

    def applied(self, codebook: Codebook) -> Codebook:
        """Return the codebook with what the user says about missing codes."""
        names = [question.name for question in codebook]
        for name in self.said:
            if not any(fnmatchcase(one, name) for one in names):
                raise OptionError(
                    f"missing= names {name!r}, and the file and the codebook describe no such"
                    f" question.{did_you_mean(name, names)}"
                )
        if not self.said:
            return codebook
        return Codebook(tuple(self._applied(question) for question in codebook))

    def _applied(self, question: Question) -> Question:
        for name, rule in self._rules(question.name):
            if rule == BY_LABEL:
                categories = tuple(
                    replace(one, missing=one.missing or is_reason(one.label))
                    for one in question.categories
                )
            else:
                reasons = {code_text(code): reason for code, reason in rule.items()}
                known = {code_text(one.code) for one in question.categories}
                categories = tuple(
                    replace(one, missing=reasons.get(code_text(one.code), one.missing))
                    for one in question.categories
                )
                # A pattern is for many questions: only those that have a code are meant.
                if name == question.name and question.columns is None:
                    categories += tuple(
                        Category(_number(code), missing=reason)
                        for code, reason in rule.items()
                        if code_text(code) not in known
                    )
            question = replace(question, categories=categories)
        return question

    def warn(self, file: str) -> None:
        """Say, in one warning a kind, what was decided without being told."""
        example = "missing={'question': {9: 'refused'}}"
        for notes, fact, remedy in (
            (
                self.unrecognised,
                f"declared missing under a label that names no reason; taken as {UNRECOGNISED!r}",
                f"Say the reasons with {example}",
            ),
            (
                self.ambiguous,
                "declared missing whose label names two reasons; the first one counts",
                f"Say another with {example}",
            ),
            (
                self.undeclared,
                "that a label calls missing but the file does not; they are in the base",
                "Take them as missing with missing={'*': 'labels'}, or say reasons by code",
            ),
        ):
            if notes:
                codes = "1 code" if len(notes) == 1 else f"{len(notes):,} codes"
                warnings.warn(
                    f"{file!r} has {codes} {fact}. The first is {notes[0]}. {remedy}.",
                    DataWarning,
                    stacklevel=2,
                )


def _number(code: Any) -> Any:
    """Return a code that a TOML key had to spell as text as the number it is."""
    if isinstance(code, str):
        for kind in (int, float):
            try:
                return kind(code)
            except ValueError:
                continue
    return code
