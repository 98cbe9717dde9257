"""What became of one wave's people in the next: issued or not, replied or not, linked or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from welfarestats.errors import DataError
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text, percent_text
from welfarestats.survey.frames import numbers
from welfarestats.survey.survey import Survey
from welfarestats.survey.wave_units import Waves
from welfarestats.survey.waves import check_stacked, waves_of

__all__ = ["WaveDispositions", "wave_dispositions"]

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

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
        notes = [
            f"Attrition is the share of the issued who did not reply:"
            f" {percent_text(self.attrition, 0)} per cent ({number_text(self.counts['no_reply'])} of"
            f" {number_text(self.issued)})."
        ]
        if unlinked:
            notes.append(
                f"{number_text(unlinked)} replied and it is not known who they are: they are no"
                " attrition, and are missing from what is said of matched people."
            )
        if self.newcomers:
            notes.append(
                f"{number_text(self.newcomers)} respondents of {second} were not in {first}."
            )
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
        Stacked waves whose people are known, but for some perhaps (``unlinked="apart"``).
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
        replied, or more replied than were issued.

    Notes
    -----
    All respondents of positive weight, unweighted. Respondents of the later wave without an entry
    in the person column count as replies of people who were issued; who they are is not known, so
    ``responded`` has them among those who are not linked. Who lacks an entry in the earlier wave
    cannot be linked and counts as no reply, or as one of these. For weights that make up for
    attrition, put ``responded`` into the earlier wave's data as a column and adjust for
    non-response within classes.

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
    people, active = zip(*(_people(waves, name) for name in pair), strict=True)
    again = _issued(waves.surveys[pair[0]], issued, active[0])
    replied = people[1][active[1]]
    linked = active[0] & (people[0] >= 0) & np.isin(people[0], replied[replied >= 0])
    astray = int((linked & ~again).sum())
    if astray:
        raise DataError(
            f"{astray:,} of the {int(linked.sum()):,} people of {pair[0]!r} who are in {pair[1]!r}"
            f" were not issued by column {issued!r}. Correct it, or leave issued= out if everybody"
            " was."
        )
    unlinked = int((replied < 0).sum())
    counts = {
        "not_issued": int((active[0] & ~again).sum()),
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
    known = replied[replied >= 0]
    newcomers = int((~np.isin(known, people[0][active[0]])).sum())
    responded = np.where(again, linked.astype(float), np.nan)
    return WaveDispositions(pair, counts, newcomers, responded, stacked.origin)


def _people(waves: Waves, name: str) -> tuple[Integers, Mask]:
    """Return the person of each row of a wave, and which rows count."""
    own = waves.wave == waves.names.index(name)
    return waves.person[own], waves.surveys[name].view(()).tally.active


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
    again = active & (values == 1)
    if not again.any():
        raise DataError(f"nobody was issued by column {column!r}, so nobody could reply.")
    return again
