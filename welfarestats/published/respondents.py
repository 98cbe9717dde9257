"""What a file knows of its respondents: answers, several weights, and conditions on them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import WelfareStatsError, WelfareStatsWarning
from welfarestats.published.explanations import DECLARED, NO_WEIGHT, SCALED, Named
from welfarestats.survey.answers import Answers
from welfarestats.survey.passes import Sample
from welfarestats.survey.reweighting import declared_weights, with_weights
from welfarestats.survey.survey import Survey

__all__ = ["Filters", "Respondents"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# A condition a column, 0 or 1: half the size of doubles, and sums over it only screen.
Conditions = NDArray[np.float32]

# Questions with more categories make no filters: they are lists, not groups of people.
_MOST_CATEGORIES = 30
_MOST_FILTERS = 600


class Respondents:
    """Everybody in a file: their answers, and their weight under each of several weights."""

    def __init__(self, survey: Survey, weights: Sequence[str] = ()) -> None:
        declared = declared_weights(survey)
        columns = [name for name in dict.fromkeys((declared, *weights)) if name]
        names = [question.name for question in survey.codebook]
        view = with_weights(survey, None).view(names, numeric=columns)
        self.codebook = survey.codebook
        self.sample: Sample = view.sample
        self.size = view.size
        people = np.where(view.tally.active, view.tally.count, 0.0)
        self._people = {NO_WEIGHT: people}
        self._each: dict[str, Array] = {NO_WEIGHT: np.ones(self.size)}
        for name in columns:
            values = view.sample.answers(name, numeric=True).scores()
            self._add(name, np.nan_to_num(values), people)
        if declared is None:
            self._people[DECLARED], self._each[DECLARED] = people, self._each[NO_WEIGHT]
        else:
            self._people[DECLARED], self._each[DECLARED] = (
                self._people[declared],
                self._each[declared],
            )
            total = float((self._each[DECLARED] * people).sum())
            scale = float(self._people[DECLARED].sum()) / total if total else 1.0
            self._people[SCALED] = self._people[DECLARED]
            self._each[SCALED] = self._each[DECLARED] * scale
        self._answers: dict[str, Answers | None] = {}

    def _add(self, name: str, values: Array, people: Array) -> None:
        if (values >= 0).all() and (values > 0).any():
            self._each[name] = values
            self._people[name] = np.where(values > 0, people, 0.0)

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights under which figures can be made, the declared one first."""
        same = {
            name for name, each in self._each.items() if np.array_equal(each, self._each[DECLARED])
        }
        return (DECLARED, *(name for name in self._each if name not in same))

    def measure(self, weight: str, power: int) -> Array | None:
        """Return what each row adds: people (0), their weights (1) or squared weights (2)."""
        if weight not in self._each:
            return None
        return np.asarray(self._people[weight] * self._each[weight] ** power)

    def answers(self, name: str) -> Answers | None:
        """Return everybody's answers to a question, or nothing where they cannot be read."""
        if name not in self._answers:
            found = None
            if name in self.codebook:
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", WelfareStatsWarning)
                        found = self.sample.answers(name)
                except WelfareStatsError:
                    found = None
            self._answers[name] = found
        return self._answers[name]

    def gave(self, name: str, labels: Sequence[str]) -> Mask:
        """Return who gave one of the answers; nobody did where there is no such answer."""
        answers = self.answers(name)
        nobody = np.zeros(self.size, dtype=bool)
        if answers is None or answers.values is not None:
            return nobody
        known = [i for i, c in enumerate(answers.question.categories) if c.label in set(labels)]
        return answers.gave(known) if known else nobody

    def asked(self, name: str) -> Mask:
        """Return who was asked a question, by its routing."""
        asked = np.ones(self.size, dtype=bool)
        if name in self.codebook:
            for other, wanted in (self.codebook[name].asked_if or {}).items():
                asked &= self.sample.gave(other, wanted)
        return asked

    def base(self, name: str, base: Named) -> Mask:
        """Return who is in a base of a question."""
        answers = self.answers(name)
        if answers is None:
            return np.zeros(self.size, dtype=bool)
        if not base:
            return answers.in_base(None)
        kind, *rest = base
        if kind == "asked":
            return self.asked(name)
        if kind == "everyone":
            return np.ones(self.size, dtype=bool)
        if kind == "without":
            return answers.in_base(None) & ~self.gave(name, rest)
        return answers.in_base(rest)


@dataclass(frozen=True, eq=False)
class Filters:
    """Conditions on respondents, the first being none; ``alike`` names those that are the same."""

    names: tuple[Named, ...]
    matrix: Conditions = field(repr=False)
    alike: Mapping[Named, tuple[Named, ...]] = field(repr=False)

    @classmethod
    def of(cls, respondents: Respondents) -> Filters:
        """Return every category, every net and every valid answer that is not everybody's."""
        everyone = respondents.measure(NO_WEIGHT, 0)
        assert everyone is not None
        seen: dict[bytes, Named] = {np.packbits(everyone > 0).tobytes(): ()}
        alike: dict[Named, list[Named]] = {}
        kept: list[Named] = [()]
        columns = [np.ones(respondents.size, dtype=bool)]
        for name, mask in _conditions(respondents):
            inside = mask & (everyone > 0)
            first = seen.setdefault(np.packbits(inside).tobytes(), name)
            if first != name:
                alike.setdefault(first, []).append(name)
            elif inside.any() and len(kept) < _MOST_FILTERS:
                kept.append(name)
                columns.append(mask)
        same = {name: tuple(others) for name, others in alike.items()}
        return cls(tuple(kept), np.column_stack(columns).astype(np.float32), same)

    def told_of(self, respondents: Respondents) -> Filters:
        """Return the same conditions on other respondents."""
        columns = [_condition(respondents, name).astype(np.float32) for name in self.names]
        return Filters(self.names, np.column_stack(columns).astype(np.float32), self.alike)


def _conditions(respondents: Respondents) -> list[tuple[Named, Mask]]:
    found: list[tuple[Named, Mask]] = []
    for question in respondents.codebook:
        answers = respondents.answers(question.name) if question.kind != "scale" else None
        if answers is None or len(answers.question.categories) > _MOST_CATEGORIES:
            continue
        labels = [c.label for c in answers.question.categories]
        labels += [net.label for net in answers.question.nets]
        names: list[Named] = [(question.name, label) for label in labels]
        names.append((question.name,))
        found += [(name, _condition(respondents, name)) for name in names]
    return found


def _condition(respondents: Respondents, name: Named) -> Mask:
    if not name:
        return np.ones(respondents.size, dtype=bool)
    answers = respondents.answers(name[0])
    if answers is None:
        return np.zeros(respondents.size, dtype=bool)
    if len(name) == 1:
        return answers.in_base(None)
    nets = {net.label: net.codes for net in answers.question.nets}
    if name[1] in nets:
        return answers.gave(answers.question.positions(nets[name[1]]))
    return respondents.gave(name[0], name[1:])
