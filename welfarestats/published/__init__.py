"""Published numbers, re-created from respondents and checked."""

from __future__ import annotations

from welfarestats.published.audit_page import findings_page, write_audit_page
from welfarestats.published.auditing import audit
from welfarestats.published.feasibility import candidate_bases
from welfarestats.published.findings import Audit, Finding
from welfarestats.published.folder import Caveat, report_names
from welfarestats.published.page import reproduction_page, write_page
from welfarestats.published.range_tables import PublishedTable, published_table
from welfarestats.published.reconstruction import reconstruct, write_reconstruction
from welfarestats.published.report import Report, load_report
from welfarestats.published.reproduction import Reproduction, reproduce
from welfarestats.published.skeleton import write_skeleton

__all__ = [
    "Audit",
    "Caveat",
    "Finding",
    "PublishedTable",
    "Report",
    "Reproduction",
    "audit",
    "candidate_bases",
    "findings_page",
    "load_report",
    "published_table",
    "reconstruct",
    "report_names",
    "reproduce",
    "reproduction_page",
    "write_audit_page",
    "write_page",
    "write_reconstruction",
    "write_skeleton",
]
