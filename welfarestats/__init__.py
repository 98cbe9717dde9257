"""Survey statistics for published evidence.

A survey number travels through the rooms of the house: a formula (`welfarestats.formulas`) is
applied to respondents and their design (`welfarestats.survey`), gives an estimate with its
uncertainty (`welfarestats.estimates`), which is arranged and made safe to show as a table
(`welfarestats.tables`) and written for a reader (`welfarestats.output`). A published number
travels back: a report's page is compared with the tables (`welfarestats.published`).

People and design
    `Survey`, `read_survey`, `write_survey`, `Codebook`, `Question`, `Category`, `Net`
    `Replicates`, `make_replicates`
Weighting
    `rake`, `poststratify`, `calibrate`, `trim_weights`, `declare_calibration`,
    `adjust_for_nonresponse`, `summarise_weights`
Handed over to other programs
    `to_svy`, `to_r_script`
Fieldwork
    `response_table`, `profile_table`; `Survey.describe`, `Survey.check_routing`
Waves
    `stack_waves`, `wave_dispositions`, `adjust_for_attrition`, `change_bounds`, `gross_flows`,
    `score_changes`, `trend_chart`
Estimates
    `estimate_proportions`, `estimate_means`, `estimate_totals`, `estimate_ratios`,
    `estimate_quantiles`, `standardise`, `compare`, `contrast`, `compare_scores`,
    `detectable_difference`
Tables
    `crosstab`, `book`, `HouseStyle`, `tabulate_amounts`, `draft_sentences`, `sensitivity`,
    `protect`, `DisclosureRule`, `audit_disclosure`
Published reports
    `load_report`, `reproduce`, `audit`, `bounds`, `published_table`,
    `disclosure_check`, `reconstruct`
Somebody else's tables and texts
    `read_tables`, `reconcile`, `compare_books`, `check_prose`

Names are loaded when they are first used, so that ``import welfarestats`` costs little more
than ``import pandas``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from welfarestats.estimates.comparisons import compare
    from welfarestats.estimates.contrasts import contrast
    from welfarestats.estimates.estimate import Estimates
    from welfarestats.estimates.incomplete_linkage import ChangeBounds, change_bounds
    from welfarestats.estimates.means import estimate_means, estimate_totals
    from welfarestats.estimates.paired_changes import score_changes
    from welfarestats.estimates.planning import detectable_difference
    from welfarestats.estimates.proportions import estimate_proportions
    from welfarestats.estimates.quantiles import estimate_quantiles
    from welfarestats.estimates.rank_tests import compare_scores
    from welfarestats.estimates.ratio_estimates import estimate_ratios
    from welfarestats.estimates.standardised import standardise
    from welfarestats.output.chart import Chart
    from welfarestats.output.trend import TrendChart
    from welfarestats.published.auditing import audit
    from welfarestats.published.book_comparison import BookComparison, compare_books
    from welfarestats.published.deducing import DisclosureCheck, disclosure_check
    from welfarestats.published.feasibility import bounds
    from welfarestats.published.findings import Audit, Finding
    from welfarestats.published.printed_tables import PrintedTables, read_tables
    from welfarestats.published.prose import ProseCheck, check_prose
    from welfarestats.published.range_tables import PublishedTable, published_table
    from welfarestats.published.reconciliation import Reconciliation, reconcile
    from welfarestats.published.reconstruction import reconstruct
    from welfarestats.published.report import Report, load_report
    from welfarestats.published.reproduction import Reproduction, reproduce
    from welfarestats.survey.attrition import (
        WaveDispositions,
        adjust_for_attrition,
        wave_dispositions,
    )
    from welfarestats.survey.calibrating import calibrate
    from welfarestats.survey.codebook import Category, Codebook, Net, Question
    from welfarestats.survey.describing import Description
    from welfarestats.survey.fieldwork import response_table
    from welfarestats.survey.handing_over import to_svy
    from welfarestats.survey.nonresponse import adjust_for_nonresponse
    from welfarestats.survey.profiles import profile_table
    from welfarestats.survey.reading import read_survey
    from welfarestats.survey.replicates import Replicates
    from welfarestats.survey.resampling import make_replicates
    from welfarestats.survey.routing import RoutingCheck
    from welfarestats.survey.survey import Survey
    from welfarestats.survey.trimming import trim_weights
    from welfarestats.survey.waves import stack_waves
    from welfarestats.survey.weight_summary import summarise_weights
    from welfarestats.survey.weight_tables import WeightSummary
    from welfarestats.survey.weighting import declare_calibration, poststratify, rake
    from welfarestats.survey.writing import write_survey
    from welfarestats.tables.amounts import AmountTable, tabulate_amounts
    from welfarestats.tables.books import Book, book
    from welfarestats.tables.crosstabs import crosstab
    from welfarestats.tables.disclosure import audit_disclosure, protect
    from welfarestats.tables.disclosure_rules import DisclosureRule
    from welfarestats.tables.flow_tables import GrossFlows, gross_flows
    from welfarestats.tables.house_style import HouseStyle
    from welfarestats.tables.r_script import RScript, to_r_script
    from welfarestats.tables.robustness import Sensitivity, sensitivity
    from welfarestats.tables.sentences import draft_sentences
    from welfarestats.tables.table import Table
    from welfarestats.tables.trends import trend_chart

__version__ = "0.1.0"

_HOMES = {
    "Survey": "survey.survey",
    "read_survey": "survey.reading",
    "write_survey": "survey.writing",
    "to_svy": "survey.handing_over",
    "rake": "survey.weighting",
    "poststratify": "survey.weighting",
    "calibrate": "survey.calibrating",
    "trim_weights": "survey.trimming",
    "declare_calibration": "survey.weighting",
    "adjust_for_nonresponse": "survey.nonresponse",
    "summarise_weights": "survey.weight_summary",
    "WeightSummary": "survey.weight_tables",
    "Description": "survey.describing",
    "Replicates": "survey.replicates",
    "make_replicates": "survey.resampling",
    "RoutingCheck": "survey.routing",
    "response_table": "survey.fieldwork",
    "profile_table": "survey.profiles",
    "stack_waves": "survey.waves",
    "WaveDispositions": "survey.attrition",
    "wave_dispositions": "survey.attrition",
    "adjust_for_attrition": "survey.attrition",
    "Codebook": "survey.codebook",
    "Question": "survey.codebook",
    "Category": "survey.codebook",
    "Net": "survey.codebook",
    "Estimates": "estimates.estimate",
    "estimate_proportions": "estimates.proportions",
    "estimate_means": "estimates.means",
    "estimate_totals": "estimates.means",
    "estimate_ratios": "estimates.ratio_estimates",
    "estimate_quantiles": "estimates.quantiles",
    "standardise": "estimates.standardised",
    "compare": "estimates.comparisons",
    "ChangeBounds": "estimates.incomplete_linkage",
    "change_bounds": "estimates.incomplete_linkage",
    "score_changes": "estimates.paired_changes",
    "detectable_difference": "estimates.planning",
    "contrast": "estimates.contrasts",
    "compare_scores": "estimates.rank_tests",
    "AmountTable": "tables.amounts",
    "tabulate_amounts": "tables.amounts",
    "Table": "tables.table",
    "crosstab": "tables.crosstabs",
    "Book": "tables.books",
    "book": "tables.books",
    "GrossFlows": "tables.flow_tables",
    "gross_flows": "tables.flow_tables",
    "HouseStyle": "tables.house_style",
    "DisclosureRule": "tables.disclosure_rules",
    "protect": "tables.disclosure",
    "audit_disclosure": "tables.disclosure",
    "draft_sentences": "tables.sentences",
    "TrendChart": "output.trend",
    "trend_chart": "tables.trends",
    "RScript": "tables.r_script",
    "to_r_script": "tables.r_script",
    "Sensitivity": "tables.robustness",
    "sensitivity": "tables.robustness",
    "Chart": "output.chart",
    "Audit": "published.findings",
    "Finding": "published.findings",
    "audit": "published.auditing",
    "bounds": "published.feasibility",
    "DisclosureCheck": "published.deducing",
    "disclosure_check": "published.deducing",
    "Report": "published.report",
    "load_report": "published.report",
    "Reproduction": "published.reproduction",
    "reproduce": "published.reproduction",
    "reconstruct": "published.reconstruction",
    "PublishedTable": "published.range_tables",
    "published_table": "published.range_tables",
    "PrintedTables": "published.printed_tables",
    "read_tables": "published.printed_tables",
    "Reconciliation": "published.reconciliation",
    "reconcile": "published.reconciliation",
    "BookComparison": "published.book_comparison",
    "compare_books": "published.book_comparison",
    "ProseCheck": "published.prose",
    "check_prose": "published.prose",
}

__all__ = [
    "AmountTable",
    "Audit",
    "Book",
    "BookComparison",
    "Category",
    "ChangeBounds",
    "Chart",
    "Codebook",
    "Description",
    "DisclosureCheck",
    "DisclosureRule",
    "Estimates",
    "Finding",
    "GrossFlows",
    "HouseStyle",
    "Net",
    "PrintedTables",
    "ProseCheck",
    "PublishedTable",
    "Question",
    "RScript",
    "Reconciliation",
    "Replicates",
    "Report",
    "Reproduction",
    "RoutingCheck",
    "Sensitivity",
    "Survey",
    "Table",
    "TrendChart",
    "WaveDispositions",
    "WeightSummary",
    "adjust_for_attrition",
    "adjust_for_nonresponse",
    "audit",
    "audit_disclosure",
    "book",
    "bounds",
    "calibrate",
    "change_bounds",
    "check_prose",
    "compare",
    "compare_books",
    "compare_scores",
    "contrast",
    "crosstab",
    "declare_calibration",
    "detectable_difference",
    "disclosure_check",
    "draft_sentences",
    "estimate_means",
    "estimate_proportions",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_totals",
    "gross_flows",
    "load_report",
    "make_replicates",
    "poststratify",
    "profile_table",
    "protect",
    "published_table",
    "rake",
    "read_survey",
    "read_tables",
    "reconcile",
    "reconstruct",
    "reproduce",
    "response_table",
    "score_changes",
    "sensitivity",
    "stack_waves",
    "standardise",
    "summarise_weights",
    "tabulate_amounts",
    "to_r_script",
    "to_svy",
    "trend_chart",
    "trim_weights",
    "wave_dispositions",
    "write_survey",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        from welfarestats.errors import did_you_mean

        hint = did_you_mean(name, __all__)
        raise AttributeError(f"welfarestats has no public name {name!r}.{hint}")
    value = getattr(import_module(f"welfarestats.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
