"""What an audit finds: printed numbers and words that do not go together, and its verdicts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from welfarestats.errors import OptionError, one_of
from welfarestats.output.wording import join_words
from welfarestats.published.report import Report

if TYPE_CHECKING:
    from welfarestats.published.claims import Verdict

#: The kinds of a finding, the gravest first, and the severity of each.
SEVERITIES = {
    "contradiction": "high",
    "contradiction-if": "medium",
    "implausible": "medium",
    "wording": "low",
}
KINDS = tuple(SEVERITIES)
_NAME = re.compile(r"[a-z0-9.-]+")
_FINDING_COLUMNS = (
    "finding", "kind", "severity", "lines", "explanation",
    "survey", "check", "assumption", "arithmetic", "items",
)  # fmt: skip
_CLAIM_TYPES = {
    "claim": "str",
    "verdict": "str",
    "break_even_low": "float64",
    "break_even_design_effect": "float64",
    "break_even_high": "float64",
    "explanation": "str",
    "bases_needed": "Int64",
    "changes_at": "float64",
    "arithmetic": "str",
}


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found, with the lines it stands in and the sum that shows it.

    Parameters
    ----------
    finding : str
        Its unique name: small letters, digits, dots and hyphens.
    kind : {"contradiction", "contradiction-if", "implausible", "wording"}
        How hard it is: what cannot be true, what cannot be true under an assumption, what would
        be odd, and words that a reader can misunderstand.
    lines : tuple of int
        The lines of the text, in ascending order.
    explanation : str
        One sentence.
    arithmetic : str
        The sum that shows it.
    survey : str
        The survey it is about.
    assumption : str
        What it rests on; needed for ``"contradiction-if"``.
    items : tuple of str
        The published numbers it is about.
    check : str
        The check that found it.

    Raises
    ------
    OptionError
        If the kind or the name is none, the lines are not in order or the assumption is missing.
    """

    finding: str
    kind: str
    lines: tuple[int, ...]
    explanation: str
    arithmetic: str
    survey: str = ""
    assumption: str = ""
    items: tuple[str, ...] = ()
    check: str = ""

    def __post_init__(self) -> None:
        one_of(self.kind, KINDS, "kind")
        if not _NAME.fullmatch(self.finding):
            raise OptionError(
                f"the finding {self.finding!r} must be named with small letters, digits, dots "
                f"and hyphens. Rename it."
            )
        if list(self.lines) != sorted(set(self.lines)):
            raise OptionError(
                f"the lines of the finding {self.finding!r} must ascend, found "
                f"{join_words([str(line) for line in self.lines])}. Sort them."
            )
        if self.kind == "contradiction-if" and not self.assumption:
            raise OptionError(
                f"the finding {self.finding!r} is a contradiction under an assumption, but no "
                f"assumption is named. Name it."
            )

    @property
    def severity(self) -> str:
        """``"high"``, ``"medium"`` or ``"low"``, as its kind has it."""
        return SEVERITIES[self.kind]

    @property
    def place(self) -> str:
        """Its lines, as words."""
        if not self.lines:
            return "no line"
        return ("line " if len(self.lines) == 1 else "lines ") + join_words(
            [str(line) for line in self.lines]
        )

    def __str__(self) -> str:
        assumption = f" Assumption: {self.assumption}." if self.assumption else ""
        return f"{self.place}: {self.explanation} {self.arithmetic}{assumption}".rstrip()


def lines_of(*lines: int) -> tuple[int, ...]:
    """Return lines of the text in ascending order, each once; 0 stands for no line."""
    return tuple(sorted({line for line in lines if line > 0}))


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted by kind, the gravest first, then by line."""
    return tuple(sorted(findings, key=lambda f: (KINDS.index(f.kind), f.lines, f.finding)))


@dataclass(frozen=True)
class Audit:
    """What an audit of a report found, and a verdict on each of its comparisons.

    Parameters
    ----------
    report : Report
        The report.
    findings : tuple of Finding
        The gravest first.
    verdicts : tuple of Verdict
        One for each row of ``report.claims``.

    See Also
    --------
    audit : Makes one.
    """

    report: Report
    findings: tuple[Finding, ...] = field(repr=False)
    verdicts: tuple[Verdict, ...] = field(default=(), repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the findings, one row each.

        Returns
        -------
        DataFrame
            ``finding, kind, severity, lines`` (a tuple of line numbers), ``explanation``, then
            ``survey, check, assumption, arithmetic, items``.
        """
        rows = [
            {column: getattr(finding, column) for column in _FINDING_COLUMNS}
            for finding in self.findings
        ]
        frame = pd.DataFrame(rows, columns=list(_FINDING_COLUMNS))
        words = [column for column in _FINDING_COLUMNS if column not in ("lines", "items")]
        return frame.astype(dict.fromkeys(words, "str") | {"lines": object, "items": object})

    @property
    def claims(self) -> pd.DataFrame:
        """The verdicts, one row for each row of ``report.claims``.

        Columns ``claim, verdict, break_even_low, break_even_design_effect, break_even_high,
        explanation``, then ``bases_needed, changes_at, arithmetic`` and, for each bound on the mean weights,
        ``verdict_at_1.25``, ``verdict_at_2`` and ``verdict_at_inf``.
        """
        bounds = sorted({bound for verdict in self.verdicts for bound in verdict.verdict_at})
        rows = [
            {column: getattr(verdict, column) for column in _CLAIM_TYPES}
            | {f"verdict_at_{bound:g}": verdict.verdict_at.get(bound, "") for bound in bounds}
            for verdict in self.verdicts
        ]
        extra = [f"verdict_at_{bound:g}" for bound in bounds]
        frame = pd.DataFrame(rows, columns=[*_CLAIM_TYPES, *extra])
        return frame.astype(_CLAIM_TYPES | dict.fromkeys(extra, "str"))

    @property
    def ok(self) -> bool:
        """Whether nothing is graded ``contradiction``."""
        return all(finding.kind != "contradiction" for finding in self.findings)

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each kind.

        Returns
        -------
        dict of str to int
            The gravest kind first.
        """
        tally = Counter(finding.kind for finding in self.findings)
        return {kind: tally[kind] for kind in KINDS}

    def verdict_counts(self) -> dict[str, int]:
        """Return how many comparisons have each verdict.

        Returns
        -------
        dict of str to int
            Keys ``always, never, depends, untestable``.
        """
        tally = Counter(verdict.verdict for verdict in self.verdicts)
        return {word: tally[word] for word in ("always", "never", "depends", "untestable")}

    def summary(self) -> str:
        """Return the findings and the verdicts, as text.

        Returns
        -------
        str
            The counts, then each finding with its lines, its sentence and its arithmetic, the
            gravest first, then each comparison with its verdict; those that cannot be tested
            are counted by the reason.
        """
        lines = [f"{self.report.name}: {self.report.title}.", findings_text(self.counts())]
        for kind in KINDS:
            found = [finding for finding in self.findings if finding.kind == kind]
            lines += [f"\n{kind} ({found[0].severity}):"] if found else []
            lines += [f"  {finding}" for finding in found]
        if self.verdicts:
            lines += ["", verdicts_text(self.verdict_counts())]
            lines += [f"  {text}" for text in _verdict_texts(self.verdicts)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the audit for machines.

        Returns
        -------
        dict
            ``report, title, ok``, the ``counts`` and ``verdicts``, and the rows of the two frames
            as ``findings`` and ``claims``, without anything that JSON lacks.
        """
        return {
            "report": self.report.name,
            "title": self.report.title,
            "ok": self.ok,
            "counts": self.counts(),
            "verdicts": self.verdict_counts(),
            "findings": _plain_records(self.to_frame()),
            "claims": _plain_records(self.claims),
        }

    def __str__(self) -> str:
        return self.summary()


def findings_text(counts: Mapping[str, int]) -> str:
    """Return the counts of findings as a sentence."""
    if not any(counts.values()):
        return "Nothing was found."
    return f"Findings: {_tally_text(counts)}."


def verdicts_text(counts: Mapping[str, int]) -> str:
    """Return the counts of verdicts as a sentence."""
    return f"Comparisons in words, significant in a test: {_tally_text(counts)}."


def _verdict_texts(verdicts: Iterable[Verdict]) -> list[str]:
    told, reasons = [], Counter[str]()
    for verdict in verdicts:
        if verdict.verdict == "untestable":
            reasons[verdict.explanation] += 1
        else:
            told.append(f"{verdict.claim}: {verdict.verdict}. {verdict.explanation}".rstrip())
    return told + [f"{number:,} untestable: {why}" for why, number in reasons.most_common()]


def _tally_text(counts: Mapping[str, int]) -> str:
    return join_words([f"{number:,} {word}" for word, number in counts.items()])


def _plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "inf"
    return value
