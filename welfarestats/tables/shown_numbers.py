"""What a table says of its people: each cell and base as a number of people who are selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from welfarestats.survey.answers import Answers, Mask
from welfarestats.tables.blocks import Plan
from welfarestats.tables.crosstabs import planned
from welfarestats.tables.partitions import EVERYONE, Name, Partitions, Selection, both, selected
from welfarestats.tables.people_of_tables import Respondents
from welfarestats.tables.sheet import Sheet
from welfarestats.tables.table import Table

Cell = tuple[str, str, str, str, str]
_NO, _YES = 1, 2


@dataclass(frozen=True)
class Printing:
    """One number of a table: a share, a mean or a base, and the people that it is about.

    ``row`` is a row of the sheet; a base has that of the first figure it stands below. ``scores``
    are what the categories of the question count as in a mean.
    """

    table: str
    kind: str
    row: int
    column: int
    people: Selection
    base: Selection
    scores: tuple[float, ...] = ()
    question: Name = ""


@dataclass(frozen=True)
class Shown:
    """A table, what it prints, and how it was made."""

    name: str
    table: Table
    plan: Plan
    printings: tuple[Printing, ...]
    known: tuple[Selection, ...]

    @property
    def sheet(self) -> Sheet:
        """Its cells."""
        return self.table.sheet

    def cell(self, printing: Printing) -> Cell:
        """Return the name of a cell: table, stub, its category, banner, its category."""
        sheet = self.sheet
        column = sheet.columns[printing.column]
        label = "Base" if printing.kind == "base" else str(sheet.labels[printing.row])
        stub = str(sheet.stub[printing.row])
        return self.name, stub, label, column.banner, column.label


@dataclass(frozen=True)
class _Row:
    """A row of a question: who gave the answer, and who is in its base."""

    people: Selection
    base: Selection
    scores: tuple[float, ...] = ()
    question: Name = ""


def numbers_shown_by(
    name: str, table: Table, them: Respondents, inside: Selection, people: Partitions
) -> Shown:
    """Return what a table shows; its questions are added to the divisions of the people."""
    recipe, sheet = table.recipe, table.sheet
    plan = planned(recipe.survey, recipe.options)
    rows: list[_Row] = []
    for stub in recipe.stubs:
        rows += _rows(them.answers(stub), them.called(stub), plan, people)
    columns, answered, known = _columns(table, them, inside, people)
    printings: list[Printing] = []
    bases: dict[Selection, Printing] = {}
    for place, row in enumerate(rows):
        _cross(row, columns, people)
        for at, column in enumerate(columns):
            kind = "mean" if sheet.mean[place] else "proportion"
            here = both(column, row.people)
            if kind == "mean" or plan.percent == "column":
                under = both(column, row.base)
            else:
                under = both(answered[at], row.people if plan.percent == "row" else row.base)
            printings.append(Printing(name, kind, place, at, here, under, row.scores, row.question))
            bases.setdefault(under, Printing(name, "base", place, at, under, under))
    return Shown(name, table, plan, (*printings, *bases.values()), tuple(known))


def _cross(row: _Row, columns: list[Selection], people: Partitions) -> None:
    """Remember which questions the table shows by one another."""
    for stub, _ in row.people:
        for column in columns:
            people.crossed |= {frozenset((stub, by)) for by, _ in column if by != stub}


# ---------------------------------------------------------------- rows


def _rows(answers: Answers, called: Name, plan: Plan, people: Partitions) -> Iterator[_Row]:
    """Yield the rows of a stub question in the order of its sheet."""
    question, includes = answers.question, plan.base_includes
    counted = question.counted(includes)
    nets = [question.positions(net.codes) for net in question.nets]
    if answers.codes is not None:
        people.add(called, answers.codes + 1, len(question.categories) + 1)
        valid = selected({called: [i + 1 for i in counted]})
        for members in [*((i,) for i in counted), *nets]:
            own = [i + 1 for i in members if i in counted]
            yield _Row(selected({called: own}), valid)
        if question.scored:
            mean = _mean(answers, called, plan)
            yield mean
            if plan.medians:
                # A median is no sum: it counts through its base alone.
                yield _Row(mean.people, mean.base)
        return
    inside = answers.in_base(includes)
    name = (called, "base", counted)
    people.add(name, inside.astype(np.int64), 2)
    valid = selected({name: [1]})
    if answers.values is not None:
        yield from [_Row(valid, valid)] * (2 if plan.medians else 1)
        return
    for label, mask in _options(answers, counted, nets):
        option = (called, "option", label, counted)
        people.add(option, np.where(inside, np.where(mask, _YES, _NO), 0), 3)
        people.declared.add((option, name))
        yield _Row(selected({option: [_YES]}), valid)


def _mean(answers: Answers, called: Name, plan: Plan) -> _Row:
    question = answers.question
    places = {
        i + 1: float(question.categories[i].score or 0)
        for i in question.counted(plan.base_includes)
        if question.categories[i].valid and question.categories[i].score is not None
    }
    scores = np.full(len(question.categories) + 1, np.nan)
    scores[list(places)] = list(places.values())
    own = selected({called: places})
    return _Row(own, own, tuple(scores.tolist()), called)


def _options(
    answers: Answers, counted: tuple[int, ...], nets: list[tuple[int, ...]]
) -> Iterator[tuple[str, Mask]]:
    question = answers.question
    for i in counted:
        yield question.categories[i].label, answers.mentioned[i]
    for net, members in zip(question.nets, nets, strict=True):
        yield net.label, answers.gave(members)


def contained(shown: Shown, them: Respondents) -> Iterator[tuple[Selection, tuple[Selection, ...]]]:
    """Yield each net of a multiple response with the options, or smaller nets, that it unites."""
    survey, recipe = shown.table.recipe.survey, shown.table.recipe
    sides = [(stub, shown.plan.base_includes) for stub in recipe.stubs]
    sides += [(banner, None) for banner in recipe.banners if isinstance(banner, str)]
    for name, includes in sides:
        question = survey.describe_question(name)
        if question.kind != "multiple":
            continue
        counted, called = question.counted(includes), them.called(name)
        members = {
            net.label: frozenset(question.positions(net.codes)) & frozenset(counted)
            for net in question.nets
        }
        for label, own in members.items():
            smaller: list[tuple[tuple[str, ...], frozenset[int]]] = [((), frozenset())]
            smaller += [((one,), inside) for one, inside in members.items() if inside < own]
            for nets, inside in smaller:
                parts = (
                    label,
                    *nets,
                    *(question.categories[i].label for i in sorted(own - inside)),
                )
                options = [selected({(called, "option", part, counted): [_YES]}) for part in parts]
                yield options[0], tuple(options[1:])


# ---------------------------------------------------------------- columns


def _columns(
    table: Table, them: Respondents, inside: Selection, people: Partitions
) -> tuple[list[Selection], list[Selection], list[Selection]]:
    """Return who is in each column, who answered its banner question, and what is known of both."""
    columns: list[Selection] = []
    answered: list[Selection] = []
    sheet = table.sheet
    if sheet.columns[0].banner == "Total":
        columns, answered = [inside], [inside]
    for banner in table.recipe.banners:
        if isinstance(banner, str):
            own, whole = _of_banner(them, banner, people)
        else:
            own, whole = _of_nested(them, banner, people)
        columns += [both(inside, one) for one in own]
        answered += [both(inside, whole)] * len(own)
    return columns, answered, [inside, *columns] if inside != EVERYONE else columns


def _of_banner(
    them: Respondents, banner: str, people: Partitions
) -> tuple[list[Selection], Selection]:
    answers, called = them.answers(banner), them.called(banner)
    question = answers.question
    counted = question.counted()
    nets = [question.positions(net.codes) for net in question.nets]
    if answers.codes is not None:
        people.add(called, answers.codes + 1, len(question.categories) + 1)
        members = [*((i,) for i in counted), *nets]
        own = [selected({called: [i + 1 for i in one]}) for one in members]
        return own, selected({called: [i + 1 for i in counted]})
    inside = answers.in_base(None)
    name = (called, "base", counted)
    people.add(name, inside.astype(np.int64), 2)
    own = []
    for label, mask in _options(answers, counted, nets):
        option = (called, "option", label, counted)
        people.add(option, np.where(inside, np.where(mask, _YES, _NO), 0), 3)
        people.declared.add((option, name))
        own.append(selected({option: [_YES]}))
    return own, selected({name: [1]})


def _of_nested(
    them: Respondents, banner: tuple[str, str], people: Partitions
) -> tuple[list[Selection], Selection]:
    names = [them.called(one) for one in banner]
    counted = []
    for name, one in zip(names, banner, strict=True):
        answers = them.answers(one)
        assert answers.codes is not None
        people.add(name, answers.codes + 1, len(answers.question.categories) + 1)
        counted.append([i + 1 for i in answers.question.counted()])
    own = [selected({names[0]: [i], names[1]: [k]}) for i in counted[0] for k in counted[1]]
    people.crossed.add(frozenset(names))
    return own, selected(dict(zip(names, counted, strict=True)))
