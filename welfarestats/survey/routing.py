"""Does the file follow the routing of the questionnaire? Answered but not asked, asked but empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import WelfareStatsError
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import join_words, number_text
from welfarestats.survey.base_lines import base_line, who_was_asked
from welfarestats.survey.records import Records, asked_rows, question_record

if TYPE_CHECKING:
    from welfarestats.survey.codebook import Question

__all__ = ["RoutingCheck", "routing_check"]

_COUNTS = (
    "asked",
    "not_asked",
    "answered",
    "asked_empty",
    "asked_coded_not_asked",
    "answered_not_asked",
)
_COLUMNS = ("question", "asked_if", *_COUNTS, "base_line", "message")
_TITLE = "Routing: who was asked, and who answered"
_HOW_TO_READ = (
    "Unweighted counts of all rows of the data, those of weight zero included. A don't know or a"
    " refusal is an answer here; a code for not asked, given by somebody who was asked, is none."
)


@dataclass(frozen=True, eq=False, repr=False)
class RoutingCheck(ShownAsTables):
    """Each question that not everybody was asked, against who answered it.

    `Survey.check_routing` makes it; a notebook shows it as a table.

    Parameters
    ----------
    questions
        What `to_frame` returns.
    origin
        ``"collected"`` or ``"synthetic"``.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> codebook = ws.Codebook(
    ...     [
    ...         ws.Question("work", categories=[ws.Category(1, "Yes"), ws.Category(2, "No")]),
    ...         ws.Question("hours", kind="scale", asked_if={"work": [1]}),
    ...     ]
    ... )
    >>> frame = pd.DataFrame({"work": [1, 1, 2, 2], "hours": [40, None, 16, None]})
    >>> check = ws.Survey(frame, codebook=codebook).check_routing()
    >>> check.to_frame()[
    ...     ["asked", "answered", "answered_not_asked", "asked_empty"]
    ... ].values.tolist()
    [[2, 1, 1, 1]]
    """

    questions: pd.DataFrame
    origin: str

    @property
    def ok(self) -> bool:
        """Whether every routed question was answered by all who were asked and nobody else."""
        faults = self.questions[["asked_empty", "answered_not_asked"]].fillna(1)
        return not faults.to_numpy(dtype=int).any()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a routed question, in codebook order.

        Returns
        -------
        pandas.DataFrame
            ``question``; ``asked_if`` (who was asked, in words); the counts of respondents
            ``asked``, ``not_asked``, ``answered`` (of those asked), ``asked_empty`` (the rest
            of them; ``asked_coded_not_asked`` of these carry a code for not asked) and
            ``answered_not_asked``; ``base_line`` and ``message``. Counts are missing for a
            question that cannot be read; its message says why.
        """
        return self.questions.copy()

    def _grids(self) -> Iterator[Grid]:
        def count(number: Any) -> str:
            return number_text(float("nan") if pd.isna(number) else float(number))

        columns = ("Question", "Asked", "Answered", "Asked but empty", "Answered, not asked")
        rows = [
            (
                f"{row.question}: asked of {row.asked_if}",
                count(row.asked),
                count(row.answered),
                count(row.asked_empty),
                count(row.answered_not_asked),
                str(row.message),
            )
            for row in self.questions.itertuples(index=False)
        ]
        yield plain_grid(
            _TITLE,
            (*columns, "In words"),
            rows or [("No question of the codebook has asked_if", "", "", "", "", "")],
            text_columns=["In words"],
            legend=[("[x]", "could not be counted")]
            if self.questions["asked"].isna().any()
            else [],
            notes=[_HOW_TO_READ],
            origin=self.origin,
        )


def routing_check(records: Records) -> RoutingCheck:
    """Return the check of every question with ``asked_if``.

    Parameters
    ----------
    records
        The rows of the data.

    Returns
    -------
    RoutingCheck
        One row a question.
    """
    rows = [_checked(question, records) for question in records.codebook if question.asked_if]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    frame = frame.astype(dict.fromkeys(_COUNTS, "Int64"))
    return RoutingCheck(frame, records.facts.origin)


def _checked(question: Question, records: Records) -> tuple[Any, ...]:
    words = who_was_asked(question, records.codebook)
    line = base_line(question, records.codebook)
    try:
        asked = asked_rows(question, records.sample)
        record = question_record(question, records.sample)
    except WelfareStatsError as error:
        unknown = [pd.NA] * len(_COUNTS)
        return (question.name, words, *unknown, line, f"Cannot be checked: {error}")
    coded = record.coded("not_asked")
    answered = asked & record.recorded & ~coded
    # Neither "not asked" nor "not applicable" is an answer of somebody who was not asked.
    stray = ~asked & record.recorded & ~record.coded("not_asked", "not_applicable")
    counts = [
        records.among(rows)
        for rows in (asked, ~asked, answered, asked & ~answered, asked & coded, stray)
    ]
    return (question.name, words, *counts, line, _message(*counts))


def _message(asked: int, _: int, answered: int, empty: int, coded: int, stray: int) -> str:
    if not asked and not stray:
        return "Nobody was asked, and nobody answered."
    if not empty and not stray:
        return f"All {asked:,} who were asked answered, and nobody else."
    parts = []
    if stray:
        parts.append(f"{stray:,} answered without being asked")
    if empty:
        of_them = f" ({coded:,} coded as not asked)" if coded else ""
        parts.append(f"{empty:,} of {asked:,} were asked and have no answer{of_them}")
    return f"{join_words(parts)}."
