"""Patterns of sentences that hold for any label: questions, statements, names, shouted words.

Labels stand in quotation marks as they are, so that no grammar is asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from welfarestats.output.wording import BASE_LABELS, join_words, number_text
from welfarestats.survey.codebook import Question
from welfarestats.survey.declarations import SYNTHETIC_MARK
from welfarestats.tables.house_style import HouseStyle


@dataclass(frozen=True)
class Told:
    """What is said of a cell: its figure, and its base with a caveat where one is due."""

    figure: str
    base: str

    def __str__(self) -> str:
        return f"{self.figure} ({self.base})" if self.base else self.figure

    @property
    def inside(self) -> str:
        """Figure and base as they stand inside brackets."""
        return f"{self.figure}, {self.base}" if self.base else self.figure


def plain_label(label: str) -> str:
    """Return a label on one line, without the mark of invented records."""
    return " ".join(label.removesuffix(SYNTHETIC_MARK).split())


def quoted(label: str) -> str:
    """Return a label in quotation marks, its own turned into single ones."""
    return f"“{plain_label(label).replace('“', '‘').replace('”', '’')}”"


def listing(texts: Sequence[str]) -> str:
    """Return texts as a list in words, with semicolons where they hold commas."""
    if not any("," in text for text in texts) or len(texts) < 3:
        return join_words(texts)
    return f"{'; '.join(texts[:-1])}; and {texts[-1]}"


@dataclass(frozen=True)
class Speech:
    """How one table speaks: its style, and of whom every sentence is."""

    style: HouseStyle
    synthetic: bool
    domain: tuple[str, ...]

    def told(self, cell: Mapping[str, Any], *, alone: bool = False) -> Told | None:
        """Return the figure and base of a cell; nothing where the style shows none.

        A figure that rounds to zero is not said, as no words for it are a figure; zero is said
        only where it stands ``alone`` beside another one.
        """
        state, base = cell["state"], number_text(float(cell["base"]))
        if cell["count"] == 0 and cell["statistic"] != "mean" and not alone:
            return None
        if state == "count-only":
            return Told(f"{number_text(float(cell['count']))} of {base}", "")
        if state not in ("shown", "flagged", "zero"):
            return None
        words = f"base {base}"
        if state == "flagged":
            reason = str(cell["reason"])
            words = f"base {base}, read with caution{f': {reason}' if reason else ''}"
            if reason.startswith(f"{BASE_LABELS[self.style.band_base].lower()} of "):
                words = f"small base of {base}, read with caution"
        if cell["statistic"] == "mean":
            return Told(self.style.mean(float(cell["estimate"])), words)
        share = float(cell["estimate"])
        figure = number_text(100 * share, self.style.decimals)
        if share and not float(figure):
            return None
        return Told(f"{figure}{self.style.percent_sign or ' per cent'}", words)

    def levels(self, question: Question, told: Sequence[tuple[str, Told]]) -> str:
        """Return the sentence with the figures of several answers, their base once if it is one."""
        one_base = len({one.base for _, one in told}) == 1
        verb, more = _verbs(question)
        parts = []
        for place, (answer, one) in enumerate(told):
            figure = one.figure if one_base else str(one)
            said = verb if not place else more
            if said.startswith("were ") and figure.startswith("1 of "):
                said = said.replace("were ", "was ", 1)
            parts.append(" ".join(word for word in (figure, said, quoted(answer)) if word))
        base = f" ({told[0][1].base})" if one_base and told[0][1].base else ""
        return self._of_whom(f"{_opening(question)}, {listing(parts)}{base}.")

    def most_common(self, question: Question, told: Sequence[tuple[str, Told]]) -> str:
        """Return the sentence with the few largest figures of many."""
        one_base = len({one.base for _, one in told}) == 1
        parts = [f"{quoted(answer)} ({one.figure if one_base else one})" for answer, one in told]
        base = f" ({told[0][1].base})" if one_base and told[0][1].base else ""
        return self._of_whom(
            f"{_opening(question)}, the most common answers were {join_words(parts)}{base}."
        )

    def net(self, question: Question, label: str, told: Told) -> str:
        """Return the sentence with the figure of a net."""
        verb, _ = _verbs(question)
        return self._of_whom(
            f"{_opening(question)}, taken together {told.figure} {verb} {quoted(label)}"
            f"{f' ({told.base})' if told.base else ''}."
        )

    def mean(self, question: Question, told: Told) -> str:
        """Return the sentence with a mean."""
        return self._of_whom(f"The mean of {quoted(question.label)} was {told}.")

    def row(
        self, question: Question, answer: str, by: Question, told: Sequence[tuple[str, Told]]
    ) -> str:
        """Return the sentence on how those with one answer are divided among groups."""
        parts = [f"{one.figure} were in the group {quoted(name)}" for name, one in told[:1]]
        parts += [f"{one.figure} in {quoted(name)}" for name, one in told[1:]]
        base = f" ({told[0][1].base})" if told[0][1].base else ""
        return self._of_whom(
            f"Of those with {quoted(answer)} on {quoted(question.label)}, {listing(parts)} of"
            f" {quoted(by.label)}{base}."
        )

    def difference(
        self,
        question: Question,
        by: Question,
        answer: str,
        sides: Sequence[tuple[str, Told | None]],
    ) -> str:
        """Return the sentence on a significant difference, the higher figure first."""
        (first, high), (second, low) = sides
        more, less = (
            f"{group}{f' ({one.inside})' if one is not None else ''}"
            for group, one in ((_group(first), high), (_group(second), low))
        )
        if answer:
            said = f"{more} were more likely than {less} to {_infinitive(question, answer)}"
        else:
            said = (
                f"the mean of {quoted(question.label)} was significantly higher for {more} than"
                f" for {less}"
            )
        return self._of_whom(f"By {quoted(by.label)}, {said}.")

    def side_by_side(
        self,
        question: Question,
        by: Question,
        answer: str,
        told: Sequence[tuple[str, Told]],
        *,
        indicative: bool,
    ) -> str:
        """Return the sentence with the figures of a few groups, whose differences are none yet."""
        if answer:
            parts = [f"in {quoted(name)} {one}" for name, one in told]
            said = f"{listing(parts)} {_past(question, answer)}"
        else:
            parts = [
                f"for {quoted(name)} {'' if place else 'was '}{one}"
                for place, (name, one) in enumerate(told)
            ]
            said = f"the mean of {quoted(question.label)} {listing(parts)}"
        several = len(told) > 2
        if indicative:
            verdict = (
                f"{'these differences are' if several else 'this difference is'} indicative only"
            )
        else:
            verdict = f"{'these differences were' if several else 'this difference was'} not tested"
        return self._of_whom(f"By {quoted(by.label)}, {said}; {verdict}.")

    def no_difference(
        self, question: Question, by: Question, versus: str, *, every: bool, some: bool
    ) -> str:
        """Return the sentence that no groups were found to differ, nor that they are alike."""
        between = {
            "total": f"the groups of {quoted(by.label)} and all respondents",
            "rest": f"the groups of {quoted(by.label)} and everyone else",
            "previous": f"neighbouring groups of {quoted(by.label)}",
        }.get(versus, f"the groups of {quoted(by.label)}")
        between += f" on {quoted(question.label)}"
        if not some:
            return self._of_whom(f"No difference between {between} could be tested.")
        where = "" if every else ", where they were large enough to be tested"
        return self._of_whom(f"No significant difference was found between {between}{where}.")

    def _of_whom(self, sentence: str) -> str:
        """Return a sentence that says whom it is of, where that is not all of them."""
        domain = join_words([quoted(words) for words in self.domain])
        whom = ", ".join(
            part
            for part in (
                "Synthetic records" if self.synthetic else "",
                f"respondents with {domain}" if domain else "",
            )
            if part
        )
        if not whom:
            return _upper(sentence)
        return f"{_upper(whom)}: {_lower(sentence)}"


def _opening(question: Question) -> str:
    several = " with several answers possible" if question.kind == "multiple" else ""
    if _is_asked(question):
        return f"Asked {quoted(question.label)}{several}"
    return f"On {quoted(question.label)}{several}"


def _group(name: str) -> str:
    others = {"Total": "all respondents with an answer", "Rest": "everyone else"}
    return others.get(name, f"those in {quoted(name)}")


def _is_asked(question: Question) -> bool:
    return plain_label(question.label).endswith("?")


def _verbs(question: Question) -> tuple[str, str]:
    """Return the verb of the first answer in a list, and what the others have."""
    if question.kind == "multiple":
        return "mentioned", ""
    return ("answered", "") if _is_asked(question) else ("were recorded as", "as")


def _infinitive(question: Question, answer: str) -> str:
    if question.kind == "multiple":
        return f"mention {quoted(answer)} on {quoted(question.label)}"
    if _is_asked(question):
        return f"answer {quoted(answer)} to {quoted(question.label)}"
    return f"be recorded as {quoted(answer)} on {quoted(question.label)}"


def _past(question: Question, answer: str) -> str:
    if question.kind == "multiple":
        return f"mentioned {quoted(answer)} on {quoted(question.label)}"
    if _is_asked(question):
        return f"answered {quoted(answer)} to {quoted(question.label)}"
    return f"were recorded as {quoted(answer)} on {quoted(question.label)}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
