"""What became of one wave's people in the next: issued or not, replied or not, linked or not."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text, percent_text
from welfarestats.survey.frames import numbers, open_frame, stacked_frame
from welfarestats.survey.new_weights import replicates_alike
from welfarestats.survey.nonresponse import adjust_for_nonresponse
from welfarestats.survey.reweighting import reweighted
from welfarestats.survey.survey import Survey
from welfarestats.survey.waves import check_as_stacked, check_stacked, stack_waves, waves_of

__all__ = ["WaveDispositions", "adjust_for_attrition", "wave_dispositions"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

_RESPONDED = "wave_responded"
_LABELS = {
    "not_issued": "Not issued",
    "no_reply": "Issued, no reply",
    "replied_unlinked": "Replied, unlinked",
    "linked": "Linked",
}


@dataclass(frozen=True, eq=False, repr=False)
class WaveDispositions(ShownAsTables):
    """What became of the respondents of one wave in the next.

    `wave_dispositions` makes it; a notebook shows it as a table.

    Parameters
    ----------
    waves
        The earlier and the later wave.
    counts
        Respondents of the earlier wave by what became of them.
    newcomers
        Respondents of the later wave who are known not to be of the earlier one.
    responded
        For each respondent of the earlier wave 1 if linked, 0 if issued and not linked, missing
        if not issued, in the order of that wave's data.
    origin
        ``"synthetic"`` for invented records.
    """

    waves: tuple[str, str]
    counts: dict[str, int]
    newcomers: int
    responded: NDArray[np.float64]
    origin: str

    @property
    def issued(self) -> int:
        """How many were asked again."""
        return sum(self.counts.values()) - self.counts["not_issued"]

    @property
    def attrition(self) -> float:
        """The share of the issued who did not reply, 0–1: the second disposition and no other."""
        return self.counts["no_reply"] / self.issued

    def to_frame(self) -> pd.DataFrame:
        """Return one row a disposition.

        Returns
        -------
        pandas.DataFrame
            ``wave_a, wave_b, disposition, label, count, share`` (of the earlier wave's respondents)
            and ``share_of_issued``, missing for those who were not issued.
        """
        total = sum(self.counts.values())
        rows = [
            (
                *self.waves,
                word,
                label,
                self.counts[word],
                self.counts[word] / total,
                np.nan if word == "not_issued" else self.counts[word] / self.issued,
            )
            for word, label in _LABELS.items()
        ]
        names = ("wave_a", "wave_b", "disposition", "label", "count", "share", "share_of_issued")
        return pd.DataFrame(rows, columns=list(names))

    def _grids(self) -> Iterator[Grid]:
        frame = self.to_frame()
        first, second = self.waves
        unlinked = self.counts["replied_unlinked"]
        gone, share = number_text(self.counts["no_reply"]), percent_text(self.attrition, 0)
        attrition = f"{share} per cent ({gone} of {number_text(self.issued)})"
        notes = [f"Attrition is the share of the issued who did not reply: {attrition}."]
        if unlinked:
            notes.append(
                f"{number_text(unlinked)} replied and it is not known who they are: they are no"
                " attrition, and are missing from what is said of matched people."
            )
        if self.newcomers:
            who, were = ("respondent", "was") if self.newcomers == 1 else ("respondents", "were")
            notes.append(f"{number_text(self.newcomers)} {who} of {second} {were} not in {first}.")
        yield plain_grid(
            f"What became of the respondents of {first} in {second}",
            ["Disposition", "People", f"% of {first}", "% of issued"],
            [
                [
                    str(row["label"]),
                    number_text(row["count"]),
                    percent_text(row["share"], 0),
                    percent_text(row["share_of_issued"], 0, missing=""),
                ]
                for _, row in frame.iterrows()
            ],
            notes=notes,
            origin=self.origin,
        )


def wave_dispositions(
    stacked: Survey,
    *,
    issued: str | None = None,
    between: Sequence[str] | None = None,
) -> WaveDispositions:
    """Return what became of the respondents of one wave in the next, and attrition.

    Parameters
    ----------
    stacked
        Stacked waves whose people are known, but for some perhaps (``unlinked="apart"``); of a
        domain, its respondents of the earlier wave, wherever they are in the later one.
    issued
        A column of the earlier wave with True (or 1) for those who were asked again and False (or
        0) for the others; ``None`` where everybody was.
    between
        Two waves, the earlier one first; needed when there are more.

    Returns
    -------
    WaveDispositions
        Not issued; issued, no reply; replied, unlinked; linked. A notebook shows it as a table.

    Raises
    ------
    OptionError
        When the survey is no stack of waves.
    DataError
        When the column is missing for somebody, nobody was issued, people who were not issued
        replied, more replied than were issued, or replies without an entry may be of anybody, in
        the domain or not.

    Notes
    -----
    All respondents of positive weight, unweighted. Respondents of the later wave without an entry
    in the person column count as replies of people who were issued; who they are is not known, so
    ``responded`` has them among those who are not linked. Who lacks an entry in the earlier wave
    cannot be linked and counts as no reply, or as one of these. `adjust_for_attrition` makes
    weights.

    References
    ----------
    Lynn, P. (ed.) (2009). Methodology of Longitudinal Surveys. Wiley, chapter 1.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> first = pd.DataFrame({"id": [1, 2, 3, 4, 5], "asked": [1, 1, 1, 1, 0]})
    >>> second = pd.DataFrame({"id": [1, 2, None]})
    >>> waves = {"wave 1": ws.Survey(first), "wave 2": ws.Survey(second)}
    >>> stacked = ws.stack_waves(waves, person="id", unlinked="apart")
    >>> found = ws.wave_dispositions(stacked, issued="asked")
    >>> found.to_frame()["count"].tolist(), found.attrition
    ([1, 1, 1, 2], 0.25)
    """
    waves = waves_of(stacked, "wave_dispositions()")
    pair = check_stacked(waves, between, "what became of people")
    at = [waves.wave == waves.names.index(name) for name in pair]
    people = [waves.person[rows] for rows in at]
    inside = stacked.view(()).tally.active
    first, later = inside[at[0]], inside[at[1]]
    again = _issued(waves.surveys[pair[0]], issued, first)
    # Who replied outside the domain has replied.
    replied = people[1][stacked._sample(()).rows.weight[at[1]] > 0]
    linked = first & (people[0] >= 0) & np.isin(people[0], replied[replied >= 0])
    astray = int((linked & ~again).sum())
    if astray:
        raise DataError(
            f"{astray:,} of the {int(linked.sum()):,} people of {pair[0]!r} who are in {pair[1]!r}"
            f" were not issued by column {issued!r}. Correct it, or leave issued= out if everybody"
            " was."
        )
    unlinked = int((replied < 0).sum())
    if unlinked and stacked.facts.domain:
        raise DataError(
            f"{unlinked:,} respondents of {pair[1]!r} have no entry in the person column, so nobody"
            " knows whether they replied for people of the domain. Count the whole waves."
        )
    counts = {
        "not_issued": int((first & ~again).sum()),
        "no_reply": int((again & ~linked).sum()) - unlinked,
        "replied_unlinked": unlinked,
        "linked": int(linked.sum()),
    }
    if counts["no_reply"] < 0:
        raise DataError(
            f"{int(linked.sum()) + unlinked:,} people replied in {pair[1]!r}, linked or without an"
            f" entry in the person column, and only {int(again.sum()):,} of {pair[0]!r} were issued."
            " Those without an entry may be new: leave them out of the later wave."
        )
    newcomers = int((later & (people[1] >= 0) & ~np.isin(people[1], people[0])).sum())
    responded = np.where(again, linked.astype(float), np.nan)
    return WaveDispositions(pair, counts, newcomers, responded, stacked.origin)


def adjust_for_attrition(
    stacked: Survey,
    *,
    classes: str | Sequence[str] | None = None,
    predictors: str | Sequence[str] | None = None,
    groups: int | None = 5,
    issued: str | None = None,
    between: Sequence[str] | None = None,
) -> Survey:
    """Return the stacked waves with weights of the later one that make up for attrition.

    In a class of the earlier wave's answers the linked get the earlier weights of everybody who
    was issued: the weight of a person in the later wave is their earlier weight times Σw of the
    issued over Σw of the linked.

    Parameters
    ----------
    stacked
        Stacked waves whose people are known.
    classes
        Question(s) of the earlier wave whose crossed answers are the classes.
    predictors, groups
        Instead of ``classes``: questions from which the propensity to be linked is fitted, and how
        many classes are made of it, as in `adjust_for_nonresponse`.
    issued
        A column of the earlier wave: who was asked again; ``None`` where everybody was.
    between
        Two waves, the earlier one first; needed when there are more.

    Returns
    -------
    Survey
        The waves stacked again. Respondents of the later wave who are not linked have weight 0
        there: they are new, or nobody knows what they answered before.

    Raises
    ------
    OptionError
        When the survey is no stack of waves, or neither or both of classes and predictors are given.
    WeightingError
        When a class has nobody who is linked, or an answer is missing for somebody issued.
    DataError
        When the stack or a wave is a domain, or as in `wave_dispositions`.

    Notes
    -----
    It makes up for what the classes tell of those who left, and for nothing else. Standard errors
    take the adjustment as fixed. Replicate weights are adjusted one by one. With three waves the
    second is weighted first, ``between=("wave 1", "wave 2")``, and then the third from it.

    References
    ----------
    Little, R. J. A. (1986). Survey nonresponse adjustments for estimates of means. International
    Statistical Review 54, 139–157.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> first = pd.DataFrame({"id": [1, 2, 3, 4], "area": ["N", "N", "S", "S"]})
    >>> second = pd.DataFrame({"id": [1, 3, 4]})
    >>> waves = {"wave 1": ws.Survey(first), "wave 2": ws.Survey(second)}
    >>> stacked = ws.stack_waves(waves, person="id")
    >>> ws.adjust_for_attrition(stacked, classes="area").weights.tolist()
    [1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    """
    waves = waves_of(stacked, "adjust_for_attrition()")
    if stacked._conditions:
        raise DataError(
            "the stack is a domain, or one of its waves is, and weights are those of whole waves."
            " Stack the whole waves, weight, then take the domain of the stack."
        )
    check_as_stacked(stacked, waves, "a wave that is weighted for attrition")
    found = wave_dispositions(stacked, issued=issued, between=between)
    first, second = (waves.surveys[name] for name in found.waves)
    left_out = np.isnan(found.responded)

    def of_issued(weight: Array) -> Array:
        return np.where(left_out, 0.0, weight)

    before = first._sample(()).design.replicates
    again = reweighted(
        _with_column(first, found.responded),
        of_issued(first.weights),
        f"asked again in {found.waves[1]}",
        replicates=replicates_alike(before, of_issued),
    )
    adjusted = adjust_for_nonresponse(
        again, _RESPONDED, classes=classes, predictors=predictors, groups=groups
    )
    words = adjusted.facts.weighting[-1].replace("non-response", f"attrition from {found.waves[0]}")
    people = [waves.person[waves.wave == waves.names.index(name)] for name in found.waves]
    row = dict(zip(people[0].tolist(), range(people[0].size), strict=True)) | {-1: -1}
    rows = np.array([row.get(one, -1) for one in people[1].tolist()])

    def passed_on(weight: Array) -> Array:
        return np.asarray(np.concatenate([weight, np.zeros_like(weight[:1])])[rows])

    made = adjusted._sample(()).design.replicates
    later = reweighted(
        second,
        passed_on(adjusted.weights),
        words,
        replicates=None if made is None else replace(made, weights=passed_on(made.weights)),
    )
    # The later weights stand for what the earlier ones do.
    unweighted = None if first.facts.weighted else "sample"
    represent = first.facts.weights_represent or unweighted
    later.facts = replace(later.facts, weights_represent=represent)
    surveys = dict(waves.surveys) | {found.waves[1]: later}
    return stack_waves(surveys, person=waves.column, unlinked="apart")


def _with_column(survey: Survey, responded: NDArray[np.float64]) -> Survey:
    """Return a survey whose data say who responded."""
    frame = open_frame(stacked_frame({"": survey._frame}, {_RESPONDED: responded}, frozenset()))
    other = copy.copy(survey)
    sample = copy.copy(survey._sample(()))
    sample.rows = replace(sample.rows, table=frame.wrapped)
    other._frame, other._passes = frame, {"whole": sample}
    return other


def _issued(survey: Survey, column: str | None, active: Mask) -> Mask:
    if column is None:
        return active.copy()
    survey._frame.check(column, "issued")
    values = numbers(survey._sample(()).rows.column(column), column)
    other = active & ~np.isin(values, (0.0, 1.0))
    if other.any():
        raise DataError(
            f"{int(other.sum()):,} of {int(active.sum()):,} entries of the issued column"
            f" {column!r} are missing or neither True nor False. Decide for each respondent."
        )
    again: Mask = active & (values == 1)
    if not again.any():
        raise DataError(f"nobody was issued by column {column!r}, so nobody could reply.")
    return again
