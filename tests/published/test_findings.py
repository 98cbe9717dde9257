from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import OptionError
from welfarestats.published.findings import Audit, Finding, by_severity, lines_of


def finding(name: str = "one", kind: str = "wording", **other: Any) -> Finding:
    values = {"lines": (3, 8), "explanation": "A fact.", "arithmetic": "1 + 1 = 2."} | other
    return Finding(name, kind, **values)


@dataclass(frozen=True)
class Judged:
    """What an audit reads of a verdict."""

    claim: str
    verdict: str
    break_even_low: float = 0.5
    break_even_design_effect: float = 1.5
    break_even_high: float = math.inf
    explanation: str = "At k = 2."
    bases_needed: int | None = None
    verdict_at: Mapping[float, str] | None = None
    changes_at: float | None = None
    arithmetic: str = ""


@pytest.fixture
def report(bare_toy: Path) -> ws.Report:
    return ws.load_report(bare_toy)


@pytest.fixture
def audited(report: ws.Report) -> Audit:
    at = {1.25: "always", 2.0: "depends", math.inf: "untestable"}
    return Audit(
        report,
        by_severity(
            [
                finding("words", lines=(1,)),
                finding("later", "contradiction", lines=(9,), items=("a", "b"), survey="visits"),
                finding("sooner", "contradiction", lines=(2,), check="repeated"),
                finding("once", "contradiction-if", assumption="rounded once"),
            ]
        ),
        (
            Judged("seen", "depends", verdict_at=at, bases_needed=1_200, changes_at=1.25),
            Judged("mood", "untestable", math.nan, math.nan, math.nan, verdict_at=at),
        ),
    )


# ------------------------------------------------------------------ one finding


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("contradiction", "high"), ("implausible", "medium"), ("wording", "low")],
)
def test_the_kind_of_a_finding_gives_its_severity(kind: str, severity: str):
    assert finding(kind=kind).severity == severity


def test_a_contradiction_under_an_assumption_names_it():
    assert finding(kind="contradiction-if", assumption="rounded once").severity == "medium"
    with pytest.raises(OptionError, match=r"no assumption is named\. Name it"):
        finding(kind="contradiction-if")


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(OptionError, match=r"Did you mean 'wording'"):
        finding(kind="wordings")


def test_a_name_that_no_file_could_have_is_refused():
    with pytest.raises(OptionError, match="must be named with small letters"):
        finding("Line 3")


def test_lines_ascend():
    assert lines_of(8, 0, 3, 8) == (3, 8)
    with pytest.raises(OptionError, match=r"must ascend, found 8 and 3\. Sort"):
        finding(lines=(8, 3))


def test_a_finding_is_not_changed():
    with pytest.raises(FrozenInstanceError):
        finding().kind = "contradiction"  # type: ignore[misc]


def test_a_finding_reads_as_line_sentence_sum_and_assumption():
    assert str(finding(lines=(3,))) == "line 3: A fact. 1 + 1 = 2."
    under = finding(kind="contradiction-if", assumption="rounded once")
    assert str(under) == "lines 3 and 8: A fact. 1 + 1 = 2. Assumption: rounded once."
    assert finding(lines=()).place == "no line"


# ------------------------------------------------------------------ an audit


def test_the_gravest_stand_first_and_then_the_first_lines(audited: Audit):
    assert list(audited.to_frame()["finding"]) == ["sooner", "later", "once", "words"]


def test_the_columns_are_those_of_the_contract(audited: Audit):
    frame = audited.to_frame()
    assert list(frame)[:5] == ["finding", "kind", "severity", "lines", "explanation"]
    assert frame["lines"][0] == (2,)
    assert frame["items"][1] == ("a", "b")
    assert isinstance(frame.index, pd.RangeIndex)
    assert list(audited.claims)[:6] == [
        "claim", "verdict", "break_even_low", "break_even_design_effect", "break_even_high",
        "explanation",
    ]  # fmt: skip


def test_the_verdicts_under_every_bound_are_columns(audited: Audit):
    claims = audited.claims
    assert list(claims.columns[-3:]) == ["verdict_at_1.25", "verdict_at_2", "verdict_at_inf"]
    assert claims["verdict_at_1.25"][0] == "always"
    assert claims["bases_needed"][0] == 1_200
    assert pd.isna(claims["bases_needed"][1])


def test_an_audit_that_found_nothing_has_the_same_columns_and_types(
    report: ws.Report, audited: Audit
):
    empty = Audit(report, ())
    assert empty.ok
    assert "Nothing was found." in empty.summary()
    assert list(empty.to_frame()) == list(audited.to_frame())
    assert (empty.to_frame().dtypes == audited.to_frame().dtypes).all()
    assert (empty.claims.dtypes == audited.claims.dtypes[: len(list(empty.claims))]).all()


def test_only_a_contradiction_is_not_ok(report: ws.Report, audited: Audit):
    assert not audited.ok
    assert Audit(report, (finding(kind="contradiction-if", assumption="k = 2"),)).ok


def test_the_summary_names_kinds_lines_and_verdicts(audited: Audit):
    text = str(audited)
    assert "Findings: 2 contradiction, 1 contradiction-if, 0 implausible and 1 wording." in text
    assert text.index("contradiction (high):") < text.index("wording (low):")
    assert "0 always, 0 never, 1 depends and 1 untestable." in text
    assert "seen: depends. At k = 2." in text
    assert "1 untestable: At k = 2." in text


def test_a_machine_can_read_an_audit(audited: Audit):
    found = json.loads(json.dumps(audited.to_dict(), allow_nan=False))
    assert found["ok"] is False
    assert found["counts"]["contradiction"] == 2
    assert found["findings"][1]["items"] == ["a", "b"]
    assert found["claims"][0]["break_even_high"] == "inf"
    assert found["claims"][1]["break_even_low"] is None
    assert found["claims"][1]["bases_needed"] is None
