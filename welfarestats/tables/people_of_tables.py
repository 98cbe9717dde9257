"""The respondents behind several tables, lined up: of one survey, or of waves with some in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import TableError
from welfarestats.survey.answers import Answers
from welfarestats.survey.frames import factorize
from welfarestats.survey.passes import View
from welfarestats.survey.survey import Survey
from welfarestats.tables.partitions import Name
from welfarestats.tables.table import Table

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Respondents:
    """Those whom a table is about, each at their place among all people of all tables.

    ``rows`` (people,) is the row of each person in the data of the table, −1 for none. ``steady``
    are the answers to questions that everyone in two waves answered alike; they are taken to be
    known of a person whenever they were given.
    """

    view: View
    rows: Rows
    wave: int
    steady: dict[str, Answers]

    def answers(self, name: str) -> Answers:
        """Return the answers of all people to a question."""
        if name in self.steady:
            return self.steady[name]
        return _placed(self.view.sample.answers(name), self.rows)

    def called(self, question: str) -> Name:
        """Return the name of a question among those of all tables."""
        return question if not self.wave or question in self.steady else (question, self.wave)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return a value a row as one a person, nothing for those who are not in the data."""
        found = values[self.rows].copy()
        found[self.rows < 0] = 0
        return found

    @property
    def count(self) -> Array:
        """How many respondents each person stands for: the rows of some engines are several."""
        return self.spread(self.view.tally.count)

    @property
    def weight(self) -> Array:
        """The weight of each."""
        return self.spread(self.view.tally.weight)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Who is in the table."""
        return np.asarray(self.spread(self.view.tally.active).astype(bool) & (self.count > 0))


def respondents_of(tables: Sequence[Table], person: str | None) -> list[Respondents]:
    """Return the respondents of each table at their places among all people."""
    names = _questions(tables)
    views = [table.recipe.survey.view(names[at]) for at, table in enumerate(tables)]
    waves = _waves(tables, views)
    places, size = _placed_people(tables, views, waves, person)
    found = []
    for at, view in enumerate(views):
        rows = np.full(size, -1, dtype=np.int64)
        rows[places[waves[at]]] = np.arange(view.size)
        found.append(Respondents(view, rows, waves[at], {}))
    if len(set(waves)) == 1:
        return found
    steady = _steady(found, names)
    return [replace(one, steady=steady) for one in found]


def _questions(tables: Sequence[Table]) -> list[list[str]]:
    """Return the questions that each table is made of; those of one survey are read together."""
    asked = []
    for table in tables:
        flat = [
            n for one in table.recipe.banners for n in ((one,) if isinstance(one, str) else one)
        ]
        asked.append([*table.recipe.stubs, *flat])
    frames = [_frame(table) for table in tables]
    return [
        list(
            dict.fromkeys(n for k, own in enumerate(asked) if frames[k] is frames[at] for n in own)
        )
        for at in range(len(tables))
    ]


def _frame(table: Table) -> Any:
    return table.recipe.survey.to_frame()


def _waves(tables: Sequence[Table], views: Sequence[View]) -> list[int]:
    """Return the number of the data that each table was made of."""
    frames: list[Any] = []
    sizes: list[int] = []
    found = []
    for table, view in zip(tables, views, strict=True):
        at = next((i for i, one in enumerate(frames) if one is _frame(table)), len(frames))
        if at == len(frames):
            frames.append(_frame(table))
            sizes.append(view.size)
        if sizes[at] != view.size:
            raise TableError(
                "tables of different domains of a lazy frame cannot be lined up. Collect the frame"
                " first."
            )
        found.append(at)
    return found


def _placed_people(
    tables: Sequence[Table], views: Sequence[View], waves: Sequence[int], person: str | None
) -> tuple[dict[int, Rows], int]:
    """Return the place of every row among all people, for each of the data."""
    first = {wave: waves.index(wave) for wave in dict.fromkeys(waves)}
    if len(first) == 1:
        size = views[0].size
        return {waves[0]: np.arange(size)}, size
    if person is None:
        raise TableError(
            f"the tables were made of {len(first)} different frames, and nothing says who is in"
            " both. Pass person= with the column that tells people apart, or tables of one survey."
        )
    labels: dict[Any, int] = {}
    places = {}
    for wave, at in first.items():
        survey: Survey = tables[at].recipe.survey
        codes, values = _identified(survey, views[at], person)
        own = np.array([labels.setdefault(value, len(labels)) for value in values], dtype=np.int64)
        places[wave] = own[codes]
    return places, len(labels)


def _identified(survey: Survey, view: View, person: str) -> tuple[Rows, list[Any]]:
    """Return who each row is; every person has one row."""
    if person not in view.sample.rows.table.columns:
        raise TableError(f"one of the surveys has no column {person!r} that tells people apart.")
    codes, values = factorize(view.sample.rows.column(person), person)
    if (codes < 0).any() or np.unique(codes).size < codes.size:
        raise TableError(
            f"column {person!r} does not tell people apart: of {codes.size:,} rows of a survey"
            f" {int((codes < 0).sum()):,} have no value, and {np.unique(codes).size:,} values are"
            " different. Every person needs one of their own."
        )
    return codes.astype(np.int64), [str(value) for value in values]


def _steady(found: Sequence[Respondents], names: Sequence[Sequence[str]]) -> dict[str, Answers]:
    """Return the questions that all who are in two waves answered alike, with all answers."""
    waves: dict[int, Respondents] = {}
    asked: dict[int, set[str]] = {}
    for one, own in zip(found, names, strict=True):
        waves.setdefault(one.wave, one)
        asked.setdefault(one.wave, set()).update(own)
    steady: dict[str, Answers] = {}
    for name in sorted(set().union(*asked.values())):
        held = [waves[wave] for wave in waves if name in asked[wave]]
        answers = [one.answers(name) for one in held]
        if len(held) < 2 or any(one.codes is None for one in answers):
            continue
        whole = answers[0]
        assert whole.codes is not None
        codes, known = whole.codes.copy(), held[0].rows >= 0
        alike = True
        for one, other in zip(held[1:], answers[1:], strict=True):
            assert other.codes is not None
            here = one.rows >= 0
            alike &= other.question.categories == whole.question.categories
            alike = alike and bool((other.codes == codes)[here & known].all())
            codes = np.where(known, codes, other.codes)
            known = known | here
        if alike:
            steady[name] = replace(whole, codes=codes)
    return steady


def _placed(answers: Answers, rows: Rows) -> Answers:
    """Return answers at the places of people; whoever is not in the data gave none."""
    if np.array_equal(rows, np.arange(rows.size)):
        return answers
    here = rows >= 0
    if answers.codes is not None:
        return replace(answers, codes=np.where(here, answers.codes[rows], np.int32(-1)))
    if answers.values is not None:
        return replace(answers, values=np.where(here, answers.values[rows], np.nan))
    mentioned = tuple(mask[rows] & here for mask in answers.mentioned)
    assert answers.answered is not None
    return replace(answers, mentioned=mentioned, answered=answers.answered[rows] & here)
