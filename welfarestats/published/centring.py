"""What the weights of a survey add up to, as far as its printed weighted bases say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from welfarestats.published.rules import has_blanks
from welfarestats.published.specification import SurveySpecification
from welfarestats.published.statements import Statement, validly_answered
from welfarestats.survey.codebook import Codebook

#: Where the mean weight lies if weighted bases of groups alone are printed.
_OF_GROUPS = (0.5, 2.0)


@dataclass(frozen=True)
class Centre:
    """Where the mean of all weights lies, once they are divided by ``unit``: from low to high.

    ``printed`` is whether weighted bases say so, which are conditions of their own.
    """

    unit: float
    low: float
    high: float
    printed: bool = False

    @property
    def at_all(self) -> tuple[float, float]:
        """Where the mean lies before any printed number is asked for."""
        if not self.printed:
            return self.low, self.high
        return min(self.low, _OF_GROUPS[0]), max(self.high, _OF_GROUPS[1])


def centre_of(
    survey: SurveySpecification, codebook: Codebook, statements: Iterable[Statement]
) -> Centre | None:
    """Return what the mean weight is; None if weights represent a population of unknown size.

    A weighted base of everyone says what the weights add up to, and those of groups may say it
    together. Without any, the weights of a survey that represents its sample are taken to have
    mean one, as far as rounded weights do.
    """
    bases = [one for one in statements if one.number.statistic == "weighted_base"]
    blanks = has_blanks(survey)
    sums = [one.interval() for one in bases if _is_everyone(one, codebook, blanks=blanks)]
    if not sums and survey.weights_represent == "population":
        return None
    base = survey.base
    if not sums:
        if bases:
            return Centre(1.0, *_OF_GROUPS, printed=True)
        return Centre(1.0, 1 - 0.5 / base, 1 + 0.5 / base)
    low, high = (float(end) / base for end in (min(sums)[0], max(high for _, high in sums)))
    unit = (low + high) / 2 if survey.weights_represent == "population" else 1.0
    return Centre(unit, low / unit, high / unit, printed=True)


def _is_everyone(statement: Statement, codebook: Codebook, *, blanks: bool) -> bool:
    """Return whether nobody can be left out: not by a group, by routing or for want of an answer."""
    if not statement.whole:
        return True
    question = codebook[statement.number.variable] if statement.number.variable else None
    return (
        question is not None
        and not blanks
        and question.asked_if is None
        and len(question.counted()) == len(question.categories)
        and statement.whole == validly_answered(question)
    )
