"""A published report as a regression test of your own."""

from __future__ import annotations

from pathlib import Path

from welfarestats.published.report import Report, load_report
from welfarestats.published.reproduction import reproduce

__all__ = ["assert_reproduces"]


def assert_reproduces(report: Report | str | Path) -> None:
    """Fail unless every published number of a report is computed as it is printed.

    Parameters
    ----------
    report : Report, str or Path
        A report, its name or its folder.

    Raises
    ------
    AssertionError
        With the summary of what differs: published, computed and line.
    ReportError
        If the report cannot be read or computed.

    Notes
    -----
    Numbers that are stated, approximate or proven to contradict others are not compared.

    Examples
    --------
    >>> from welfarestats.testing import assert_reproduces
    >>> assert_reproduces("nhanes2")
    """
    __tracebackhide__ = True
    result = reproduce(report if isinstance(report, Report) else load_report(report))
    if not result.ok:
        raise AssertionError(result.summary())
