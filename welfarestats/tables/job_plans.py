"""A job looked up in a survey: every question, answer and net it names, or the cell that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from welfarestats.errors import DataError, OptionError, WelfareStatsError, did_you_mean
from welfarestats.survey.codebook import Codebook, Net, Question
from welfarestats.survey.survey import Survey
from welfarestats.tables.job_requests import FilterRequest, Job, TableRequest

_WILD = "*?["
_LEFT_OUT = "!"


@dataclass(frozen=True)
class BookPlan:
    """What `welfarestats.book` is asked for.

    Parameters
    ----------
    stubs : dict
        The question of each table, or a list of them.
    banner : tuple
        Questions, and pairs of questions that are crossed.
    filters : dict
        For each table that has one, answers by question.
    titles : dict of str
        For each table that has one of its own.
    """

    stubs: Mapping[str, str | list[str]]
    banner: tuple[str | tuple[str, str], ...]
    filters: Mapping[str, dict[str, list[Any]]]
    titles: Mapping[str, str]


def codebook_with_nets(job: Job, survey: Survey) -> Codebook:
    """Return the survey's codebook with the nets of a job added to its questions.

    Parameters
    ----------
    job : Job
        The job.
    survey : Survey
        Its survey.

    Returns
    -------
    Codebook
        A question that was not declared is declared with the answers that the data hold.

    Raises
    ------
    CodebookError
        If a question or answer does not exist, or a label is taken. The sentence says where.
    """
    questions = {question.name: question for question in survey.codebook}
    for wish in job.nets:
        with _said_at(wish.place):
            found = questions.get(wish.question) or survey.describe_question(wish.question)
            codes = tuple(found.categories[at].code for at in found.positions(wish.codes))
            nets = (*found.nets, Net(wish.label, codes))
            questions[wish.question] = replace(found, nets=nets)
    return Codebook(tuple(questions.values()))


def asked_about(job: Job, survey: Survey) -> tuple[str, ...]:
    """Return what a pattern of a job can stand for.

    Parameters
    ----------
    job : Job
        The job.
    survey : Survey
        Its survey, before nets are added.

    Returns
    -------
    tuple of str
        The questions of the codebook; without one, the columns that are not of the design.
    """
    design = job.section("design").values()
    used = {name for value in design for name in (value if isinstance(value, tuple) else (value,))}
    declared = tuple(question.name for question in survey.codebook)
    return declared or tuple(name for name in _columns(survey) if name not in used)


def plan_of(job: Job, survey: Survey, names: Sequence[str] | None = None) -> BookPlan:
    """Return the tables, banner and filters that a job asks for.

    Parameters
    ----------
    job : Job
        The job.
    survey : Survey
        Its survey, nets included.
    names : sequence of str or None, default None
        What `asked_about` says before nets are added; None where there are none.

    Returns
    -------
    BookPlan
        Patterns are replaced by the questions that match them, in the order of the codebook; a
        question that another entry names is left to that entry.

    Raises
    ------
    CodebookError, OptionError
        If a question, answer or table does not exist or a table stands twice. The sentence says
        where.
    """
    questions = _Questions(job, survey, asked_about(job, survey) if names is None else names)
    stubs: dict[str, str | list[str]] = {}
    titles: dict[str, str] = {}
    wanted: list[FilterRequest] = []
    for request in job.tables:
        found = questions.of(request)
        made: dict[str, str | list[str]] = {name: name for name in found}
        if request.name:
            made = {request.name: found[0] if len(found) == 1 else found}
        elif request.title and len(found) > 1:
            raise OptionError(
                f"{request.place}: a title is that of one table, and {len(found)} questions without"
                " a name are as many tables. Name the table, or leave the title out."
            )
        twice = [name for name in made if name in stubs]
        if twice:
            raise OptionError(f"{request.place}: there are two tables {twice[0]!r}. Keep one.")
        stubs |= made
        titles |= dict.fromkeys(made, request.title) if request.title else {}
        wanted += [replace(one, table=name) for name in made for one in request.filters]
    if not stubs:
        raise OptionError(
            f"{job.path.name} leaves every question out, so there is no table to make."
        )
    wanted += [one for one in job.filters if one.table]
    banner = tuple(_banner_of(one.questions, one.place) for one in job.banner)
    for entry in job.banner:
        for name in entry.questions:
            questions.check(name, entry.place)
    return BookPlan(stubs, banner, _filters_of(wanted, stubs, questions), titles)


def answers_of_book(job: Job, survey: Survey) -> dict[str, list[Any]]:
    """Return the answers that everyone in the book must have given, by question.

    Parameters
    ----------
    job : Job
        The job.
    survey : Survey
        Its survey.

    Returns
    -------
    dict of list
        Empty for everybody.

    Raises
    ------
    CodebookError, OptionError
        If a question or answer does not exist, or a question stands twice.
    """
    whole = [replace(one, table="") for one in job.filters if not one.table]
    return _filters_of(whole, {"": []}, _Questions(job, survey, ())).get("", {})


class _Questions:
    """The questions that a job can name."""

    def __init__(self, job: Job, survey: Survey, names: Sequence[str]) -> None:
        self._survey = survey
        self._known = {*(question.name for question in survey.codebook), *_columns(survey)}
        self._names = names
        explicit = [name for one in job.tables for name, _ in one.questions]
        # Tables that other entries ask for by name; a pattern does not make them again.
        self._taken = {
            table
            for one in job.tables
            for table in ([one.name] if one.name else [name for name, _ in one.questions])
        }
        self._left_out = [
            name[1:].strip() for name in explicit if name.startswith(_LEFT_OUT) and len(name) > 1
        ]

    def check(self, name: str, place: str) -> None:
        """Raise unless there is such a question."""
        if name not in self._known:
            with _said_at(place):
                self._survey.describe_question(name)

    def described(self, name: str, place: str) -> Question:
        """Return a question with its answers."""
        with _said_at(place):
            return self._survey.describe_question(name)

    def of(self, request: TableRequest) -> list[str]:
        """Return the questions of an entry, patterns replaced by what matches them."""
        found: list[str] = []
        for name, place in request.questions:
            if name.startswith(_LEFT_OUT):
                self._matching(name[1:].strip(), place)
            elif name in self._known or not set(_WILD) & set(name):
                self.check(name, place)
                if name in found:
                    raise OptionError(f"{place}: question {name!r} stands twice. Name it once.")
                found.append(name)
            else:
                kept = self._kept(name, place, among_tables=not request.name)
                found += [one for one in kept if one not in found]
        if request.name and not found:
            raise OptionError(f"{request.place}: table {request.name!r} has no question left.")
        return found

    def _kept(self, pattern: str, place: str, *, among_tables: bool) -> list[str]:
        """Return what matches a pattern and is neither left out nor a table of another entry."""
        out = {name for name in self._names if any(fnmatchcase(name, p) for p in self._left_out)}
        out |= self._taken if among_tables else set()
        kept = [name for name in self._matching(pattern, place) if name not in out]
        for name in kept:
            self._check_answers(name, pattern, place)
        return kept

    def _matching(self, pattern: str, place: str) -> list[str]:
        matching = [name for name in self._names if fnmatchcase(name, pattern)]
        if not matching:
            raise OptionError(
                f"{place}: no question matches {pattern!r}.{did_you_mean(pattern, self._names)}"
            )
        return matching

    def _check_answers(self, name: str, pattern: str, place: str) -> None:
        """Refuse an identifier or a free text that a pattern met among undeclared columns."""
        if name in self._survey.codebook:
            return
        try:
            self._survey.describe_question(name)
        except DataError as error:
            raise DataError(
                f"{place}: {error} It matches {pattern!r}: leave it out with '{_LEFT_OUT}{name}'."
            ) from None


def _columns(survey: Survey) -> list[str]:
    return [str(name) for name in survey.to_frame().columns]


def _banner_of(names: Sequence[str], place: str) -> str | tuple[str, str]:
    """Return a banner question, or two that are nested."""
    if len(names) > 2:
        raise OptionError(
            f"{place}: a nested banner is of two questions, the outer one first; {len(names)} are"
            " named. Nest two, or put them side by side."
        )
    return names[0] if len(names) == 1 else (names[0], names[1])


def _filters_of(
    wanted: Sequence[FilterRequest], tables: Mapping[str, Any], questions: _Questions
) -> dict[str, dict[str, list[Any]]]:
    """Return answers by table and question, once all of them exist."""
    found: dict[str, dict[str, list[Any]]] = {}
    for one in wanted:
        if one.table not in tables:
            raise OptionError(
                f"{one.place}: there is no table {one.table!r}.{did_you_mean(one.table, tables)}"
            )
        question = questions.described(one.question, one.place)
        if question.kind == "scale":
            raise OptionError(
                f"{one.place}: {one.question!r} is a scale, which has no answers to filter by."
                " Group it first."
            )
        with _said_at(one.place):
            question.positions(one.answers)
        own = found.setdefault(one.table, {})
        if one.question in own:
            raise OptionError(
                f"{one.place}: {one.question!r} filters {one.table or 'the book'!r} twice. Put the"
                " answers in one place."
            )
        own[one.question] = list(one.answers)
    return found


@contextmanager
def _said_at(place: str) -> Iterator[None]:
    """Let an error of the library say where the job caused it."""
    try:
        yield
    except WelfareStatsError as error:
        raise type(error)(f"{place}: {error}") from None
