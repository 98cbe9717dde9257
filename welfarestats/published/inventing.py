"""People invented question by question, so that every published number holds.

The questions are dealt in codebook order, each after those that lead to it. What was dealt stays;
the linear model of the survey (`Outlook`) says how each question must turn out so that the later
numbers can still be met, and an integer programme (`Assignment`) deals it to single people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from welfarestats.errors import ReportError, listed
from welfarestats.published.assignment import Assignment
from welfarestats.published.conflicts import find_conflicts
from welfarestats.published.outlook import Outlook, Prospect, mean_weight
from welfarestats.published.people import Flags, Integers, People, invented_weights
from welfarestats.published.polytope import Polytope
from welfarestats.published.rules import mention_counts
from welfarestats.published.specification import Recipe, SurveySpecification
from welfarestats.published.statements import Statement, with_answers
from welfarestats.survey.codebook import Codebook, Question

NODE_LIMIT = 200
ATTEMPTS = 3
#: How near to its targets a question is dealt: nearer each time that it has to be dealt again.
_NEAR = (0.75, 0.25, 0.05, 0.01)


class _DeadEndError(Exception):
    """What was dealt leaves no way to deal a question."""


def invent(
    survey: SurveySpecification,
    codebook: Codebook,
    statements: Sequence[Statement],
    *,
    seed: int,
    node_limit: int = NODE_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> People:
    """Return people who give every published number.

    Raises
    ------
    ReportError
        If the numbers cannot all be true together, or no such people were found.
    """
    polytope = Polytope(survey, codebook, statements)
    stuck = ""
    for attempt in range(ATTEMPTS):
        random = np.random.default_rng([seed, attempt])
        try:
            return _dealt(polytope, random, node_limit, progress)
        except _DeadEndError as end:
            stuck = str(end)
            if attempt == 0:
                refuse_conflicts(polytope)
    about = [one.source for one in statements if stuck in {name for name, _ in one.atoms}]
    raise ReportError(
        f"no people were found for survey {survey.name!r} in {ATTEMPTS} attempts: question "
        f"{stuck!r} could not be dealt, of which {listed(about)} are published. That does not "
        f"prove that there are none. Raise node_limit, change the seed, or add weight values in "
        f"spec.toml."
    )


def refuse_conflicts(polytope: Polytope) -> None:
    """Raise if the numbers cannot all be true together, naming a few that cannot."""
    conflicts = find_conflicts(polytope, most=1)
    if not conflicts:
        return
    survey = polytope.survey
    found = [statement.source for statement in conflicts[0].statements]
    people = f"{survey.base:,} people as spec.toml describes them"
    if len(found) == 1:
        raise ReportError(
            f"no {people} can give one published number of survey {survey.name!r}: {found[0]}. "
            f"Check its transcription, its population and the bases in spec.toml, or mark it as "
            f"contradicted in its note."
        )
    raise ReportError(
        f"the published numbers of survey {survey.name!r} cannot all be true together with "
        f"{people}. Leave out any one of these and the others can be: {'; '.join(found)}. Check "
        f"their transcription and populations, or mark one as contradicted in its note."
    )


def _dealt(
    polytope: Polytope,
    random: np.random.Generator,
    node_limit: int,
    progress: Callable[[str], None],
) -> People:
    survey, codebook = polytope.survey, polytope.codebook
    recipe = survey.recipe or Recipe()
    people = People(
        codebook, invented_weights(survey, mean_weight(polytope, recipe.weights), random)
    )
    outlook = Outlook(polytope, people)
    questions = in_order(survey, codebook)
    prospect = outlook.prospect(questions[0].name)
    for question, following in pairwise([*questions, None]):
        assert question is not None
        progress(question.name)
        for near in _NEAR:
            if prospect is None:
                raise _DeadEndError(question.name)
            dealt = _deal(polytope, people, question, prospect, near, random, node_limit)
            if dealt is not None:
                _keep(people, question, dealt)
                if following is None or (ahead := outlook.prospect(following.name)) is not None:
                    break
                people.forget(question.name)
        else:
            raise _DeadEndError(question.name)
        prospect = None if following is None else ahead
    return people


def in_order(survey: SurveySpecification, codebook: Codebook) -> list[Question]:
    """Return the questions in codebook order, each after those that lead to it or count it.

    Of questions that imply each other the one should stand first of which most is published, as
    what is dealt first is dealt with an outlook on all that is said of it.
    """
    counted = {count.of: count.into for count in (survey.recipe or Recipe()).counts}
    found: dict[str, Question] = {}

    def visit(name: str) -> None:
        if name in found:
            return
        for earlier in codebook[name].asked_if or ():
            visit(earlier)
        if name in counted:
            visit(counted[name])
        found[name] = codebook[name]

    for question in codebook:
        visit(question.name)
    return list(found.values())


def _deal(
    polytope: Polytope,
    people: People,
    question: Question,
    prospect: Prospect,
    near: float,
    random: np.random.Generator,
    node_limit: int,
) -> tuple[Integers, Flags] | None:
    """Return who was asked a question, and who of them gave which answer."""
    led = people.inside(with_answers(question.asked_if or {}, polytope.codebook))
    recipe = polytope.survey.recipe or Recipe()
    assignment = Assignment(question, people, np.flatnonzero(led).astype(np.int64), recipe)
    for statement in polytope.statements:
        names = {name for name, _ in statement.atoms}
        if question.name in names and all(n == question.name or people.knows(n) for n in names):
            assignment.meet(statement)
    for implication in polytope.survey.implications:
        assignment.imply(implication, polytope.codebook)
    for count in mention_counts(polytope.survey, polytope.codebook):
        if count.options[0][0] == question.name:
            assignment.count_mentions(count)
    assignment.aim(prospect.targets, near)
    flags = assignment.solve(prospect.shares, random, node_limit)
    return None if flags is None else (assignment.asked, flags)


def _keep(
    people: People,
    question: Question,
    dealt: tuple[Integers, Flags],
) -> None:
    asked, flags = dealt
    if question.kind == "multiple":
        mentioned = np.zeros((len(question.categories), people.size), dtype=bool)
        mentioned[:, asked] = flags
        people.mentioned[question.name] = mentioned
        unasked = np.ones(people.size, dtype=bool)
        unasked[asked] = False
        people.unasked[question.name] = unasked
        return
    position = np.full(people.size, -1, dtype=np.int64)
    position[asked] = flags.argmax(axis=0)
    people.position[question.name] = position
