"""The people who are in two waves: one row each, their answers of both side by side."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import CodebookError, DataError, OptionError, one_of
from welfarestats.survey.caveats import Caveat
from welfarestats.survey.codebook import Codebook
from welfarestats.survey.frames import joined_frame, open_frame
from welfarestats.survey.passes import Condition, Sample
from welfarestats.survey.survey import Survey
from welfarestats.survey.wave_codebooks import renamed_question
from welfarestats.survey.waves import check_as_stacked, check_stacked, waves_of

__all__ = ["Matched", "match_people", "matched_name"]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Matched:
    """People of two waves: a survey of one row each, and the waves, the earlier one first."""

    survey: Survey
    waves: tuple[str, str]
    weights: str

    def names(self, question: str) -> tuple[str, str]:
        """Return what a question is called in either wave, or raise where it was not asked."""
        names = matched_name(question, self.waves[0]), matched_name(question, self.waves[1])
        known = {*self.survey._frame.columns, *(one.name for one in self.survey.codebook)}
        lacking = [repr(w) for w, name in zip(self.waves, names, strict=True) if name not in known]
        if lacking:
            raise CodebookError(
                f"question {question!r} was not asked in {' and '.join(lacking)}, so answers to it"
                " have nothing to stand beside. Name one that both waves have."
            )
        return names


def matched_name(question: str, wave: str) -> str:
    """Return what a question of a wave is called where waves stand side by side."""
    return f"{question} ({wave})"


def match_people(
    stacked: Survey, *, between: Sequence[str] | None = None, weights: str | None = None
) -> Matched:
    """Return the people of two waves as a domain of one wave's respondents.

    Of a domain of the stack, those who are in it in both waves.
    ``weights`` names the wave whose weights and design count. Without it, waves must be unweighted
    or weight the same people alike.
    """
    waves = waves_of(stacked, "the match of people")
    pair = check_stacked(waves, between, "a match of people")
    check_as_stacked(stacked, waves, "a match of people")
    surveys = [waves.surveys[name] for name in pair]
    at = [np.flatnonzero(waves.wave == waves.names.index(name)) for name in pair]
    people = [waves.person[rows] for rows in at]
    inside = stacked.view(()).tally.active
    active = [inside[rows] for rows in at]
    first, second = _rows_of_both(people)
    kept = active[0][first] & active[1][second]
    if first.size and not kept.any():
        raise DataError(
            f"none of the {first.size:,} people who are in both {pair[0]!r} and {pair[1]!r} is in"
            " the domain, with a positive weight, in both. Describe it by answers that both waves"
            " have, or take the domain of one wave before they are stacked."
        )
    if not first.size:
        raise DataError(
            f"nobody is known to be in both {pair[0]!r} and {pair[1]!r}, so no answers can be set"
            " beside each other. Name the column that says who is who: stack_waves(…,"
            " person=…)."
        )
    weigh = _weights_wave(surveys, pair, (first[kept], second[kept]), weights)
    place = pair.index(weigh)
    rows = (first, second)
    other = np.full(people[place].size, -1, dtype=np.int64)
    other[rows[place]] = rows[1 - place]
    matched = np.zeros(other.size, dtype=bool)
    matched[rows[place][kept]] = True
    survey = _side_by_side(surveys, pair, place, other)
    label = f"answers in {pair[0]} and {pair[1]}"
    survey._conditions = (Condition(mask=matched, label=label),)
    told = stacked.facts
    survey.facts = replace(
        survey.facts,
        domain=(*told.domain, label),
        caveats=tuple(_of_either(caveat, pair) for caveat in told.caveats),
        treat_as_random_because=told.treat_as_random_because,
    )
    if any(one.origin == "synthetic" for one in surveys):
        survey.facts = replace(survey.facts, origin="synthetic")
    return Matched(survey, pair, weigh)


def _of_either(caveat: Caveat, pair: tuple[str, str]) -> Caveat:
    """Return a caveat about its questions in either wave, by the names they have side by side."""
    scope = [matched_name(name, wave) for name in caveat.scope for wave in pair]
    return Caveat(str(caveat), (*caveat.scope, *scope), caveat.source)


def _rows_of_both(people: Sequence[Integers]) -> tuple[Integers, Integers]:
    """Return the rows of either wave that are of one person."""
    known = [np.flatnonzero(own >= 0) for own in people]
    _, one, other = np.intersect1d(
        people[0][known[0]], people[1][known[1]], assume_unique=True, return_indices=True
    )
    return known[0][one], known[1][other]


def _weights_wave(
    surveys: Sequence[Survey],
    pair: tuple[str, str],
    rows: tuple[Integers, Integers],
    weights: str | None,
) -> str:
    """Return the wave whose weights count."""
    if weights is not None:
        one_of(weights, pair, "weights")
        return weights
    of_both = [survey.weights[own] for survey, own in zip(surveys, rows, strict=True)]
    shares = [own / own.sum() for own in of_both]
    if not np.allclose(shares[0], shares[1], rtol=1e-9):
        raise OptionError(
            f"the people in both waves have other weights in {pair[0]!r} than in {pair[1]!r}. Say"
            f" whose count: weights={pair[1]!r}, as is usual where these make up for attrition, or"
            f" weights={pair[0]!r}."
        )
    return pair[1]


def _side_by_side(
    surveys: Sequence[Survey], pair: tuple[str, str], place: int, other: Integers
) -> Survey:
    """Return the respondents of one wave with the answers of both, under its design and weights."""
    whole = surveys[place]
    names = [
        {column: matched_name(column, wave) for column in survey._frame.columns}
        for survey, wave in zip(surveys, pair, strict=True)
    ]
    own = {column: column for column in whole._frame.columns}
    turned = [{new: old for old, new in named.items()} for named in names]
    frame = open_frame(
        joined_frame(
            (
                (whole._frame, np.arange(other.size), own | turned[place]),
                (surveys[1 - place]._frame, other, turned[1 - place]),
            )
        )
    )
    codebook = Codebook(
        tuple(
            renamed_question(question, wave, _all_names(survey, wave, named))
            for survey, wave, named in zip(surveys, pair, names, strict=True)
            for question in survey.codebook
        )
    )
    matched = copy.copy(whole)
    matched.__dict__.pop("_whole", None)
    matched._frame, matched.codebook, matched._waves = frame, codebook, None
    before = whole._sample(())
    sample = Sample(frame.rows((), None), whole._layout.unweighted, codebook, frame.columns)
    sample.rows = replace(sample.rows, weight=before.rows.weight, square=before.rows.square)
    sample.design = before.design
    matched._passes = {"whole": sample}
    return matched


def _all_names(survey: Survey, wave: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the new names of columns and of the questions that stand in several."""
    return {**{q.name: matched_name(q.name, wave) for q in survey.codebook}, **columns}
