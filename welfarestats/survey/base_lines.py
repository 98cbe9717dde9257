"""Who was asked a question, in words: base lines written from routing."""

from __future__ import annotations

from welfarestats.output.wording import join_words
from welfarestats.survey.codebook import Codebook, Question, code_text
from welfarestats.survey.declarations import SYNTHETIC_MARK

__all__ = ["base_line", "who_was_asked"]

_EVERYONE = "all respondents"


def base_line(question: Question, codebook: Codebook) -> str:
    """Return the line that tells a reader of whom a question was asked.

    Parameters
    ----------
    question
        The question.
    codebook
        The codebook with the questions that led to it.

    Returns
    -------
    str
        ``"Base: all who …"``, without a full stop.

    Examples
    --------
    >>> from welfarestats.survey.codebook import Category
    >>> work = Question(
    ...     "work", "In paid work?", categories=[Category(1, "Yes"), Category(2, "No")]
    ... )
    >>> hours = Question("hours", asked_if={"work": [1]})
    >>> base_line(hours, Codebook([work, hours]))
    'Base: all who answered “Yes” to “In paid work?”'
    """
    return f"Base: {who_was_asked(question, codebook)}"


def who_was_asked(question: Question, codebook: Codebook) -> str:
    """Return who was asked a question: the whole chain of questions that led to it, in words.

    Parameters
    ----------
    question
        The question.
    codebook
        The codebook with the questions that led to it.

    Returns
    -------
    str
        ``"all respondents"`` or ``"all who answered … to … and chose … at …"``; the first
        question of the chain stands first and none stands twice.

    Notes
    -----
    It tells the rule, not who answered: whoever was asked and gave no answer is in no base of a
    table.

    Examples
    --------
    >>> who_was_asked(Question("sex"), Codebook())
    'all respondents'
    """
    steps = list(dict.fromkeys(_steps(question, codebook)))
    return f"all who {join_words(steps)}" if steps else _EVERYONE


def _steps(question: Question, codebook: Codebook) -> list[str]:
    steps: list[str] = []
    for name, wanted in (question.asked_if or {}).items():
        other = codebook[name] if name in codebook else Question(name)
        steps += _steps(other, codebook)
        verb, place = ("chose", "at") if other.kind == "multiple" else ("answered", "to")
        answers = join_words([f"“{_label(other, one)}”" for one in wanted], "or")
        # The records are invented, not the questionnaire: whatever shows the line says so.
        asked = other.label.removesuffix(SYNTHETIC_MARK).strip()
        steps.append(f"{verb} {answers} {place} “{asked}”")
    return steps


def _label(question: Question, answer: object) -> str:
    """Return the label of an answer named by label, net or code."""
    labels = [one.label for one in question.categories]
    labels += [net.label for net in question.nets]
    if answer in labels:
        return str(answer)
    by_code = {code_text(one.code): one.label for one in question.categories}
    return by_code.get(code_text(answer), code_text(answer))
