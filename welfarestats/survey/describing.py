"""The file arrives: what is in it, column by column, and what a team asks its agency about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import join_words, number_text
from welfarestats.survey.codebook import MISSING_REASONS, Question
from welfarestats.survey.column_facts import (
    CLOSED_ROLES,
    ColumnFacts,
    column_entries,
    facts_of_column,
)
from welfarestats.survey.file_checks import (
    CheckFinding,
    Quota,
    RowKeys,
    codebook_findings,
    column_findings,
    duration_findings,
    empty_row_findings,
    identifier_findings,
    quota_findings,
    quota_rows,
    weight_findings,
)
from welfarestats.survey.records import Records

__all__ = ["Asked", "Description", "describe_records"]

_COUNTS = (
    "answered",
    "empty",
    *MISSING_REASONS,
    "unlabelled",
    "unlabelled_codes",
    "out_of_range",
    "distinct",
)
_COLUMNS = (
    "column",
    "question",
    "label",
    "kind",
    "holds",
    "role",
    "answered",
    "empty",
    *MISSING_REASONS,
    "unlabelled",
    "unlabelled_codes",
    "out_of_range",
    "constant",
    "distinct",
    "minimum",
    "maximum",
)
_MOST_ROWS_SHOWN = 100
_REASON_WORDS = dict(
    zip(MISSING_REASONS, ("don't know", "refused", "not asked", "not applicable"), strict=True)
)


@dataclass(frozen=True)
class Asked:
    """What somebody wants a file to be checked against."""

    weights: str | None
    identifier: str | None
    duration: str | None
    quotas: Mapping[str, Mapping[str, float]] | None
    fastest: float
    extreme_weight: float

    def __post_init__(self) -> None:
        for option in ("fastest", "extreme_weight"):
            value = getattr(self, option)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 < value < math.inf:
                raise OptionError(f"{option} is {value!r}; it is a number greater than 0.")

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The columns that were named, each with its role."""
        roles = ("weights", "identifier", "duration")
        given = ((getattr(self, role), role) for role in roles)
        return tuple((name, role) for name, role in given if name is not None)


@dataclass(frozen=True, eq=False, repr=False)
class Description(ShownAsTables):
    """What is in a file of respondents, and what may be wrong with it.

    `Survey.describe` makes it; a notebook shows it as tables, ``print`` as text. All counts are
    unweighted. Of identifiers, free text and columns that look like either only counts are told.

    Parameters
    ----------
    respondents
        Rows of the data; of a domain its rows.
    columns
        What `to_frame` returns.
    problems
        What `findings` returns.
    targets
        What `quotas` returns.
    origin
        ``"collected"`` or ``"synthetic"``.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> question = ws.Question(
    ...     "works",
    ...     categories=[
    ...         ws.Category(1, "Yes"),
    ...         ws.Category(2, "No"),
    ...         ws.Category(8, "Don't know", missing="dont_know"),
    ...     ],
    ... )
    >>> frame = pd.DataFrame({"works": [1, 2, 3, 8, None]})
    >>> description = ws.Survey(frame, codebook=question).describe()
    >>> description.to_frame()[
    ...     ["answered", "dont_know", "empty", "out_of_range"]
    ... ].values.tolist()
    [[3, 1, 1, 1]]
    >>> description.findings()["message"].tolist()[-1]
    '1 value lies outside 1 to 2. The first is 3.'
    """

    respondents: int
    columns: pd.DataFrame
    problems: pd.DataFrame
    targets: pd.DataFrame
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a column of the data, in their order.

        Returns
        -------
        pandas.DataFrame
            ``column``; its ``question``, ``label`` and ``kind`` (empty when no question is kept
            in it); what it ``holds`` (text, whole numbers, …); its ``role`` (weights, strata,
            psu, fpc, identifier, duration, or "may identify" for values like those of an
            identifier or of free text); respondents ``answered``, ``empty`` (no entry), and
            without an answer for one of the reasons ``dont_know``, ``refused``, ``not_asked``
            (also those with no entry who, by asked_if, were not asked), ``not_applicable``:
            these add up to the respondents. ``unlabelled`` answers under ``unlabelled_codes``
            codes, and answers ``out_of_range``: outside the labelled codes. ``constant``: all
            who answered gave the same. ``distinct`` different answers; the ``minimum`` and
            ``maximum`` of scales, weights and durations.
        """
        return self.columns.copy()

    def findings(self) -> pd.DataFrame:
        """Return one row a problem: of the whole file first, then in the order of the columns.

        Returns
        -------
        pandas.DataFrame
            ``check``, ``column`` (empty for whole rows), ``count`` of respondents and their
            ``share`` (missing where a finding is about no respondents), ``message``.
        """
        return self.problems.copy()

    def quotas(self) -> pd.DataFrame:
        """Return each quota against what was achieved.

        Returns
        -------
        pandas.DataFrame
            ``question, category, target, achieved`` (unweighted) and ``difference``: achieved
            less target.
        """
        return self.targets.copy()

    def _grids(self) -> list[Grid]:
        grids = [self._findings_grid(), self._columns_grid()]
        if len(self.targets):
            grids.insert(1, self._quotas_grid())
        return grids

    def _findings_grid(self) -> Grid:
        rows = [
            (
                str(row["check"]),
                str(row["column"] or "(whole file)"),
                "" if pd.isna(row["count"]) else number_text(row["count"]),
                str(row["message"]),
            )
            for row in self.problems.to_dict("records")
        ]
        return plain_grid(
            f"What to ask about: {len(rows):,} finding{'s' * (len(rows) != 1)} in"
            f" {self.respondents:,} respondents",
            ("Check", "Column", "Respondents", "What was found"),
            rows[:_MOST_ROWS_SHOWN] or [("Nothing was found", "", "", "")],
            text_columns=("Column", "What was found"),
            notes=_more(len(rows), "findings()"),
            origin=self.origin,
        )

    def _columns_grid(self) -> Grid:
        shown = self.columns.head(_MOST_ROWS_SHOWN)
        return plain_grid(
            f"What is in the data: {self.respondents:,} respondents, {len(self.columns):,} columns",
            ("Column", "What it is", "Answered", "No entry", "Other reasons", "Different", "Range"),
            [_column_row(row) for row in shown.itertuples(index=False)],
            text_columns=("What it is", "Other reasons"),
            notes=_more(len(self.columns), "to_frame()"),
            origin=self.origin,
        )

    def _quotas_grid(self) -> Grid:
        rows = [
            (
                f"{row['question']}: {row['category']}",
                number_text(row["target"]),
                number_text(row["achieved"]),
                f"{row['difference']:+,.0f}" if row["difference"] else "0",
            )
            for row in self.targets.to_dict("records")
        ]
        columns = ("Quota", "Target", "Achieved, unweighted", "Difference")
        return plain_grid("Quotas", columns, rows, origin=self.origin)


def describe_records(records: Records, asked: Asked) -> Description:
    """Return the description of all rows of a survey.

    Parameters
    ----------
    records
        The rows.
    asked
        The columns and settings that somebody named.

    Returns
    -------
    Description
        Columns, findings and quotas.
    """
    roles = _roles(records, asked)
    quotas = quota_rows(asked.quotas, records)
    readable = [q for q in records.codebook if set(q.stored_in) <= set(records.columns)]
    questions = {column: question for question in readable for column in question.stored_in}
    facts: list[ColumnFacts] = []
    of_columns: list[CheckFinding] = []
    whole: list[CheckFinding] = []
    keys = RowKeys(records.count.size)
    says = np.zeros(records.count.size, dtype=bool)
    asking = 0
    for name in records.columns:
        entries = column_entries(name, records)
        role = roles.get(name, "")
        made, said = facts_of_column(name, questions.get(name), records, entries, role)
        facts.append(made)
        of_columns += column_findings(made)
        if role == "identifier":
            whole += identifier_findings(name, entries, records)
        if role not in ("identifier", "duration"):
            keys.add(entries)
        if not role and (name in questions or not questions):
            says |= said
            asking += 1
    whole += [*keys.findings(records), *empty_row_findings(says, asking, records)]
    if asked.weights is not None:
        whole += weight_findings(asked.weights, records, asked.extreme_weight)
    if asked.duration is not None:
        whole += duration_findings(asked.duration, records, asked.fastest)
    whole += quota_findings(quotas)
    whole += codebook_findings(records.codebook, records.columns, roles)
    return Description(
        records.total,
        _columns_frame(facts),
        _findings_frame([*whole, *of_columns], records.total),
        _quotas_frame(quotas),
        records.facts.origin,
    )


def _roles(records: Records, asked: Asked) -> dict[str, str]:
    layout = records.layout
    roles = {name: role for role in ("fpc", "psu", "strata") for name in getattr(layout, role)}
    if layout.replicates is not None:
        roles |= dict.fromkeys(layout.replicates.columns, "replicate weights")
    return roles | dict(asked.named)


def _columns_frame(facts: list[ColumnFacts]) -> pd.DataFrame:
    rows = [
        (
            one.column,
            _question_name(one.question),
            one.label,
            one.kind,
            one.holds,
            one.role,
            one.answered,
            one.empty,
            *(one.reasons[reason] for reason in MISSING_REASONS),
            one.odd.unlabelled,
            one.odd.unlabelled_codes,
            one.odd.out_of_range,
            one.constant,
            one.distinct,
            *(one.span or (math.nan, math.nan)),
        )
        for one in facts
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(dict.fromkeys(_COUNTS, "int64"))


def _question_name(question: Question | None) -> str:
    return "" if question is None else question.name


def _findings_frame(findings: list[CheckFinding], total: int) -> pd.DataFrame:
    counts = [one.count for one in findings]
    return pd.DataFrame(
        {
            "check": pd.Series([one.check for one in findings], dtype=str),
            "column": pd.Series([one.column for one in findings], dtype=str),
            "count": pd.array([pd.NA if n is None else n for n in counts], dtype="Int64"),
            "share": pd.Series([math.nan if n is None else n / total for n in counts], dtype=float),
            "message": pd.Series([one.message for one in findings], dtype=str),
        }
    )


def _quotas_frame(quotas: list[Quota]) -> pd.DataFrame:
    rows = [(one.question, one.category, float(one.target), one.achieved) for one in quotas]
    frame = pd.DataFrame(rows, columns=["question", "category", "target", "achieved"])
    frame = frame.astype({"target": float, "achieved": "int64"})
    return frame.assign(difference=frame["achieved"] - frame["target"])


def _column_row(row: Any) -> tuple[str, ...]:
    """Return a column in the words of a listing."""
    named = row.column if row.label == row.column else f"{row.column}: {row.label}"
    what = join_words([word for word in (row.kind, row.holds) if word], ",").replace(" ,", ",")
    role = f" ({row.role})" if row.role else ""
    reasons = [
        f"{number_text(getattr(row, reason))} {words}"
        for reason, words in _REASON_WORDS.items()
        if getattr(row, reason)
    ]
    span = "" if math.isnan(row.minimum) else f"{row.minimum:g} to {row.maximum:g}"
    if row.role in CLOSED_ROLES:
        span = "not shown"
    return (
        named,
        f"{what}{role}",
        number_text(row.answered),
        number_text(row.empty),
        join_words(reasons),
        number_text(row.distinct),
        span,
    )


def _more(rows: int, method: str) -> list[str]:
    if rows <= _MOST_ROWS_SHOWN:
        return []
    return [f"The first {_MOST_ROWS_SHOWN:,} of {rows:,} are shown; {method} has all of them."]
