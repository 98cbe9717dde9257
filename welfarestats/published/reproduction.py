"""Recompute every published number of a report from respondents, and compare."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.output.wording import number_text
from welfarestats.published.computing import Computed, Respondents
from welfarestats.published.printed import ROUNDS_TO_ZERO, printed_decimals, prints_as
from welfarestats.published.report import Report
from welfarestats.published.transcription import CONTRADICTED, UNCOMPUTED, PublishedNumber, mismatch

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

MADE_FROM_THE_NUMBERS = (
    "These microdata were made from the published numbers: agreement shows that the numbers can "
    "all be true together and that the engine returns them, not that the report is right."
)
REAL_RESPONDENTS = (
    "These microdata are the respondents' own answers: agreement is evidence about the engine."
)


@dataclass(frozen=True)
class Reproduction:
    """Every published number of a report beside the computed one.

    Parameters
    ----------
    report : Report
        The report.
    frame : DataFrame
        The published columns with ``computed``, ``agrees`` and ``reason``.

    See Also
    --------
    reproduce : Makes one.
    """

    report: Report
    frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the comparison, one row a published number.

        Returns
        -------
        DataFrame
            The published columns, then ``computed`` (unrounded, in printed units), ``agrees``
            (missing where nothing is to be compared) and ``reason``.
        """
        return self.frame.copy()

    @property
    def ok(self) -> bool:
        """Whether no computed number differs from the published one."""
        return not bool((self.frame["agrees"] == False).any())  # noqa: E712

    @property
    def differing(self) -> pd.DataFrame:
        """The rows that do not agree."""
        return self.frame[(self.frame["agrees"] == False).fillna(value=False)]  # noqa: E712

    @property
    def origin_statement(self) -> str:
        """What agreement is worth, given where the respondents come from."""
        return MADE_FROM_THE_NUMBERS if self.report.synthetic else REAL_RESPONDENTS

    def counts(self) -> dict[str, int]:
        """Return how many numbers are published, agree, differ or are not compared.

        Returns
        -------
        dict of str to int
            Keys ``published, agree, differ, stated, approximate, contradicted``.
        """
        uncompared = self.frame[self.frame["agrees"].isna()]
        kinds = uncompared["statistic"].where(uncompared["statistic"].isin(UNCOMPUTED))
        tally = kinds.fillna(CONTRADICTED).value_counts()
        return {
            "published": len(self.frame),
            "agree": int(self.frame["agrees"].sum()),
            "differ": len(self.differing),
            **{kind: int(tally.get(kind, 0)) for kind in (*UNCOMPUTED, CONTRADICTED)},
        }

    def summary(self) -> str:
        """Return what agrees and what does not, as text.

        Returns
        -------
        str
            First what agreement is worth, then the counts, then each number that differs with
            what is published, what was computed and the line, and each that is contradicted.
        """
        lines = [
            f"{self.report.name}: {self.origin_statement}",
            f"{self.report.title}.",
            counts_text(self.counts()),
        ]
        lines += [f"  differs: {_difference_text(row)}" for row in _records(self.differing)]
        mark = self.frame["reason"].str.startswith(CONTRADICTED) & self.frame["agrees"].isna()
        lines += [
            f"  not compared: {row['item']} (line {row['line']}): {row['reason']}"
            for row in _records(self.frame[mark])
        ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison for machines.

        Returns
        -------
        dict
            ``report, title, ok, statement``, the counts and ``numbers``, one dictionary a row
            without anything that JSON lacks.
        """
        clean = self.frame.astype(object).where(self.frame.notna(), None)
        return {
            "report": self.report.name,
            "title": self.report.title,
            "ok": self.ok,
            "statement": self.origin_statement,
            "counts": self.counts(),
            "numbers": _records(clean),
        }

    def __str__(self) -> str:
        return self.summary()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def counts_text(counts: Mapping[str, int]) -> str:
    """Return the counts of a reproduction as a sentence."""
    return (
        f"{counts['published']:,} published numbers: {counts['agree']:,} agree as printed, "
        f"{counts['differ']:,} differ; not compared: {counts['stated']:,} stated, "
        f"{counts['approximate']:,} approximate, {counts['contradicted']:,} contradicted."
    )


def _difference_text(row: Mapping[str, Any]) -> str:
    return (
        f"{row['item']} (line {row['line']}): published {row['printed']}, computed "
        f"{computed_text(row['computed'], row['printed'])}. {row['reason']}"
    ).rstrip()


def computed_text(computed: float, printed: str) -> str:
    """Return a computed number with two decimals more than the printed one.

    Parameters
    ----------
    computed : float
        The number.
    printed : str
        What stands in print.

    Returns
    -------
    str
        ``"not computed"`` where nothing was; whole numbers without decimals.
    """
    if math.isnan(computed):
        return "not computed"
    if float(computed).is_integer():
        return number_text(computed)
    return number_text(computed, printed_decimals(printed) + 2)


def reproduce(
    report: Report,
    *,
    surveys: Mapping[str, Survey] | None = None,
    progress: bool | None = False,
) -> Reproduction:
    """Return every published number of a report beside the one computed from its respondents.

    Each number goes through the library's own cross-tab or estimate, as ``spec.toml`` and the
    row itself say, and agrees if it would print as it does: rounded half up, ``*`` for a number
    that is not zero but rounds to zero.

    Parameters
    ----------
    report : Report
        The report.
    surveys : mapping of str to Survey, optional
        Other respondents for some of its surveys.
    progress : bool, optional
        Show a progress bar on standard error; ``None``: only on a terminal.

    Returns
    -------
    Reproduction
        ``.to_frame()``, ``.ok`` and ``.summary()``.

    Raises
    ------
    ReportError
        If a survey has no respondents or a number cannot be computed as it is described.

    Notes
    -----
    For a reconstructed survey agreement shows that the numbers can all be true together and that
    the engine returns them, not that the report is right.

    Examples
    --------
    >>> import welfarestats as ws
    >>> result = ws.reproduce(ws.load_report("nhanes2"))
    >>> result.ok
    True
    """
    from tqdm import tqdm

    respondents = Respondents(report, surveys)
    hidden = None if progress is None else not progress
    pairs = zip(report.numbers, report.notes, strict=True)
    rows = [
        compared(number, note, respondents)
        for number, note in tqdm(
            pairs, report.name, len(report.numbers), disable=hidden, unit="number", leave=False
        )
    ]
    found = pd.DataFrame(rows, columns=["computed", "agrees", "reason"])
    frame = report.published.assign(
        computed=found["computed"].astype(float),
        agrees=found["agrees"].astype("boolean"),
        reason=found["reason"].astype("str"),
    )
    return Reproduction(report, frame)


def compared(
    number: PublishedNumber, note: str, respondents: Respondents
) -> tuple[float, bool | None, str]:
    """Return what the respondents give for a number, whether it agrees, and why not."""
    if number.statistic in UNCOMPUTED:
        return math.nan, None, number.statistic
    computed = respondents.compute(number)
    if wrong := mismatch(number):
        return computed.value, False, wrong[0].upper() + wrong[1:]
    agrees = prints_as(computed.value, number.printed)
    if agrees:
        return computed.value, True, ""
    if note.startswith(CONTRADICTED):
        return computed.value, None, note
    return computed.value, False, _reason(number, computed)


def _reason(number: PublishedNumber, computed: Computed) -> str:
    if computed.reason:
        return computed.reason
    if math.isnan(computed.value):
        return "Nobody counts in its base."
    if number.printed == ROUNDS_TO_ZERO and computed.value == 0:
        return "'*' stands for a number that is not zero."
    would = number_text(computed.value, printed_decimals(number.printed))
    return f"It would print as {would}."
