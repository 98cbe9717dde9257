"""Every check of a report's printed numbers and words, run one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from welfarestats.published.arithmetic import arithmetic_findings
from welfarestats.published.base_labels import base_label_findings
from welfarestats.published.break_even import Bases, DesignEffects
from welfarestats.published.claims import Side, claim_findings, claim_verdicts
from welfarestats.published.conflicts import survey_conflicts
from welfarestats.published.feasibility import base_region
from welfarestats.published.findings import KINDS, Audit, Finding, by_severity
from welfarestats.published.repeats import repeated_findings
from welfarestats.published.report import Report
from welfarestats.published.whole_numbers import whole_number_findings
from welfarestats.published.wordings import wording_findings

#: The checks that look at numbers side by side; what they find stands for a conflict among the
#: same numbers.
_PLAIN_CHECKS: tuple[Callable[[Report], list[Finding]], ...] = (
    repeated_findings,
    whole_number_findings,
    base_label_findings,
    wording_findings,
    arithmetic_findings,
)


def audit(
    report: Report,
    *,
    level: float = 0.95,
    design_effects: DesignEffects | None = None,
    progress: Callable[[str], None] | None = None,
) -> Audit:
    """Return what in a report cannot be true together, and a verdict on each of its comparisons.

    Nothing is needed but what the report prints: no respondents. It is of most use for a draft
    of one's own, before it is published.

    Parameters
    ----------
    report : Report
        The report.
    level : float
        Of confidence, for the comparisons in words.
    design_effects : DesignEffects, optional
        Those that are possible for the percentages compared.
    progress : callable, optional
        Called with what is checked next.

    Returns
    -------
    Audit
        ``.to_frame()`` lists the findings, the gravest first, ``.claims`` the verdicts;
        ``.ok`` says whether nothing is graded ``contradiction``.

    Raises
    ------
    ReportError
        If a number or a comparison cannot be understood as it is described.

    See Also
    --------
    reproduce : Compares the published numbers with those computed from respondents.

    Notes
    -----
    It reads the transcription, not the text: a number that was typed wrongly is found like one
    that was printed wrongly. What it does not find may still be wrong.

    Examples
    --------
    >>> import welfarestats as ws
    >>> found = ws.audit(ws.load_report("nhanes2"))
    >>> found.ok
    True
    """
    tell = progress or _silent
    findings: list[Finding] = []
    for check in _PLAIN_CHECKS:
        findings += check(report)
    for survey in report.surveys:
        tell(f"conflicts in {survey}")
        findings += _not_told_twice(survey_conflicts(report, survey), findings)
    tell("comparisons in words")
    verdicts = claim_verdicts(
        report, _regions_of(report), level=level, design_effects=design_effects
    )
    findings += claim_findings(report, verdicts)
    return Audit(report, by_severity(findings), tuple(verdicts))


def _silent(_: str) -> None:
    """Tell nobody."""


def _not_told_twice(conflicts: Iterable[Finding], told: Sequence[Finding]) -> list[Finding]:
    """Return the conflicts without those that a plainer finding at least as grave already tells."""
    return [
        conflict
        for conflict in conflicts
        if not any(
            set(conflict.items) <= set(finding.items)
            and KINDS.index(finding.kind) <= KINDS.index(conflict.kind)
            for finding in told
        )
    ]


def _regions_of(report: Report) -> Callable[[Side, Side, float], Sequence[Bases] | None]:
    """Return what gives the pairs of bases that two groups can have; each is solved once."""
    solved: dict[object, Sequence[Bases] | None] = {}

    def regions(a: Side, b: Side, k: float) -> Sequence[Bases] | None:
        sides = a.whole, b.whole
        key = (a.survey, *(frozenset(side.items()) for side in sides), k)
        if key not in solved:
            solved[key] = base_region(report, a.survey, sides, k)
        return solved[key]

    return regions
