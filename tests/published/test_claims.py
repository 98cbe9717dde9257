from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist

import pytest
from toyreport import write_claims, write_toy

from welfarestats.errors import OptionError
from welfarestats.published.break_even import Bases, DesignEffects
from welfarestats.published.claims import (
    Side,
    Verdict,
    claim_findings,
    claim_verdicts,
    parse_group,
)
from welfarestats.published.findings import Audit, Finding
from welfarestats.published.report import Report, load_report

FACTORS = (1.25, 2.0, math.inf)
#: Bases at which 60 and 40 per cent are always, sometimes and never significantly different.
LARGE, MIDDLING, SMALL = (400.0, 300.0), (60.0, 60.0), (20.0, 20.0)


def claiming(folder: Path, *rows: dict[str, str]) -> Report:
    """A toy report whose claims are a row that is right, with other words where given."""
    write_toy(folder)
    write_claims(folder, rows or ({},))
    return load_report(folder)


class Bounds:
    """Bases that are possible for each bound on weights; it remembers what it was asked."""

    def __init__(self, *regions: Sequence[Bases] | None) -> None:
        self.regions = dict(zip(FACTORS, regions if len(regions) > 1 else regions * 3, strict=True))
        self.asked: list[float] = []

    def __call__(self, a: Side, b: Side, k: float) -> Sequence[Bases] | None:
        assert a.whole != b.whole
        self.asked.append(k)
        return self.regions[k]


def judged(
    folder: Path, regions: Bounds, level: float = 0.95, **words: str
) -> tuple[Verdict, list[Finding]]:
    report = claiming(folder, words)
    verdicts = claim_verdicts(report, regions, level=level)
    return verdicts[0], claim_findings(report, verdicts)


# ---------------------------------------------------------------- verdicts


def test_always_for_every_bound(tmp_path: Path):
    verdict, findings = judged(tmp_path, Bounds([LARGE]))
    assert verdict.verdict == "always"
    assert verdict.verdict_at == dict.fromkeys(FACTORS, "always")
    assert verdict.changes_at is None
    assert verdict.break_even_low < verdict.break_even_design_effect < verdict.break_even_high
    assert "60 and 40 per cent of 400 and 300 people: the smallest statistic" in verdict.explanation
    assert "within a factor of 2 of the overall mean" in verdict.explanation
    assert "design effects from 0.9 × 4pq to 2" in verdict.explanation
    assert findings == []


def test_a_difference_that_depends(tmp_path: Path):
    verdict, findings = judged(tmp_path, Bounds([MIDDLING]))
    assert verdict.verdict == "depends"
    by_hand = 0.2**2 * 60 / (1.959963985**2 * 2 * 0.24)
    assert verdict.break_even_design_effect == pytest.approx(by_hand)
    assert f"up to a common design effect of {by_hand:.2f}" in verdict.explanation
    assert verdict.bases_needed == 47
    assert "it needs 47 people in each group" in verdict.explanation
    assert findings == []


def test_the_smallest_bound_at_which_the_verdict_changes(tmp_path: Path):
    verdict, _ = judged(tmp_path, Bounds([LARGE], [LARGE, MIDDLING], [LARGE, SMALL]))
    assert [verdict.verdict_at[k] for k in FACTORS] == ["always", "depends", "depends"]
    assert verdict.verdict == "depends"
    assert verdict.changes_at == 2
    assert "halfway between the least and the most favourable bases" in verdict.explanation
    last, _ = judged(tmp_path, Bounds([SMALL], [SMALL], [SMALL, LARGE]))
    assert last.changes_at == math.inf


def test_bases_that_stand_in_the_row_are_the_bases(tmp_path: Path):
    bounds = Bounds([SMALL])
    verdict, _ = judged(tmp_path, bounds, base_a="400", base_b="300")
    assert verdict.verdict == "always"
    assert bounds.asked == []
    assert "factor" not in verdict.explanation


def test_one_base_in_the_row_is_not_both(tmp_path: Path):
    bounds = Bounds([SMALL])
    assert judged(tmp_path, bounds, base_a="400")[0].verdict == "never"
    assert bounds.asked == list(FACTORS)


def test_bounds_on_weights_play_no_part_without_weights(tmp_path: Path):
    bounds = Bounds([LARGE])
    words = {
        "survey": "staff",
        "outcome": "tools=Phone",
        "group_a": "confident=Agree",
        "group_b": "confident=Neither",
    }
    verdict, _ = judged(tmp_path, bounds, **words)
    assert bounds.asked == [2.0]
    assert verdict.verdict_at == dict.fromkeys(FACTORS, "always")
    assert "factor" not in verdict.explanation


@pytest.mark.parametrize(
    ("words", "region", "reason"),
    [
        ({"outcome": "which answer"}, [LARGE], "may be the same"),
        ({"group_b": "Everyone else"}, [LARGE], "in words only"),
        ({"group_b": "seen=Yes"}, [LARGE], "may overlap"),
        ({"percent_a": ""}, [LARGE], "is not printed"),
        ({}, None, "cannot be stated"),
        ({}, [], "cannot be stated"),
        ({"outcome": "In a good mood"}, [LARGE], "cannot be stated"),
        ({}, [(8.0, 9.0), (9.0, 8.0)], "fewer than 10 people: 8 to 9 and 8 to 9"),
    ],
)
def test_untestable_says_why(
    tmp_path: Path, words: dict[str, str], region: list[Bases] | None, reason: str
):
    verdict, findings = judged(tmp_path, Bounds(region), **words)
    assert verdict.verdict == "untestable"
    assert verdict.verdict_at == dict.fromkeys(FACTORS, "untestable")
    assert verdict.changes_at is None
    assert math.isnan(verdict.break_even_design_effect)
    assert reason in verdict.explanation
    assert findings == []


def test_an_outcome_in_words_is_tested_where_all_numbers_stand_in_the_row(tmp_path: Path):
    words = {"outcome": "In a good mood", "base_a": "400", "base_b": "300"}
    assert judged(tmp_path, Bounds(None), **words)[0].verdict == "always"


def test_a_base_that_may_be_under_ten_leaves_a_verdict_for_the_others(tmp_path: Path):
    verdict, findings = judged(tmp_path, Bounds([(2.0, 90.0), (90.0, 2.0)]))
    assert verdict.verdict == "untestable"
    assert verdict.verdict_from_ten == dict.fromkeys(FACTORS, "depends")
    assert math.isnan(verdict.break_even_high)
    assert verdict.bases_needed == 47
    assert verdict.explanation.startswith("One of the groups may have fewer than 10 people. With")
    assert "10 to 82 and 10 to 82 people, at most 92 in both groups together" in verdict.explanation
    assert findings == []


def test_never_says_what_it_does_not_say(tmp_path: Path):
    verdict, _ = judged(tmp_path, Bounds([SMALL]))
    assert verdict.verdict == "never"
    assert "the largest statistic anywhere in the set is 1.46, under 1.96" in verdict.explanation
    assert "cannot differ significantly in a two-sided test of this pair" in verdict.explanation
    assert "a test of the whole variable, a regression or a one-sided test could" in (
        verdict.explanation
    )


def test_percentages_that_are_printed_alike(tmp_path: Path):
    verdict, _ = judged(tmp_path, Bounds([(1e5, 1e5)]), percent_b="60", direction="same")
    assert verdict.verdict == "depends"
    assert verdict.break_even_low == verdict.break_even_design_effect == 0
    assert verdict.bases_needed is None
    assert "As printed the two are the same" in verdict.explanation


def test_numbers_that_round_alike_are_told_apart(tmp_path: Path):
    level = 2 * NormalDist().cdf(1.4648) - 1
    verdict, _ = judged(tmp_path, Bounds([SMALL]), level=level)
    assert "is 1.4646, under 1.4648" in verdict.explanation


def test_settings_that_make_no_sense_are_refused(tmp_path: Path):
    with pytest.raises(OptionError, match="level"):
        claim_verdicts(claiming(tmp_path), Bounds(None), level=95)


def test_the_design_effects_are_a_setting(tmp_path: Path):
    report = claiming(tmp_path)
    (verdict,) = claim_verdicts(report, Bounds([MIDDLING]), design_effects=DesignEffects(0.9, 1.05))
    assert "design effects from 0.9 × 4pq to 1.05" in verdict.explanation


def test_verdicts_and_findings_fit_an_audit(tmp_path: Path):
    report = claiming(tmp_path, {}, {"claim": "again", "outcome": "which answer"})
    verdicts = claim_verdicts(report, Bounds([SMALL]))
    audit = Audit(report, tuple(claim_findings(report, verdicts)), tuple(verdicts))
    assert audit.claims["claim"].tolist() == ["mood", "again"]
    assert audit.claims["verdict_at_inf"].tolist() == ["never", "untestable"]
    assert audit.to_frame()["kind"].tolist() == ["implausible"]
    assert audit.ok


def test_the_parser_of_groups_is_at_hand():
    assert parse_group("a=b", ["all"]) == ("all", {"a": "b"})


# ---------------------------------------------------------------- findings


def test_significant_that_never_can_be_is_found(tmp_path: Path):
    _, (found,) = judged(tmp_path, Bounds([SMALL]))
    assert (found.finding, found.kind, found.check) == ("claim.mood", "implausible", "claim")
    assert found.lines == (30,)
    assert found.assumption == ""
    assert "60 and 40 per cent is called significant" in found.explanation
    assert found.arithmetic == (
        "|0.605 − 0.395| / √(0.8603 × 0.605 × 0.395 / 20 + 0.8603 × 0.395 × 0.605 / 20) "
        "= 1.465 ≤ 1.96"
    )


@pytest.mark.parametrize("claimed", ["none", "marginal"])
def test_only_what_is_called_significant_is_found(tmp_path: Path, claimed: str):
    assert judged(tmp_path, Bounds([SMALL]), claimed=claimed)[1] == []


def test_the_bound_on_weights_that_it_rests_on_is_named(tmp_path: Path):
    bounds = Bounds([SMALL], [SMALL, (15.0, 20.0)], [SMALL, LARGE])
    verdict, (found,) = judged(tmp_path, bounds)
    assert verdict.changes_at == math.inf
    assert found.assumption == (
        "the mean weight of each group is within a factor of 2 of the overall mean"
    )
    narrow, (also,) = judged(tmp_path, Bounds([SMALL], [SMALL, LARGE], [SMALL, LARGE]))
    assert narrow.verdict == "depends"
    assert "factor of 1.25" in also.assumption
    assert also.arithmetic.endswith("= 1.465 ≤ 1.96")  # of the bound that it rests on


def test_ten_people_are_named_where_fewer_are_possible(tmp_path: Path):
    verdict, (found,) = judged(tmp_path, Bounds([SMALL, (2.0, 20.0)]))
    assert verdict.verdict == "untestable"
    assert found.assumption == "both groups have 10 people or more"


def test_a_percentage_from_elsewhere_brings_its_line_and_item(tmp_path: Path):
    words = {"outcome": "mood=Good or middling", "percent_a": "", "percent_b": "80"}
    _, (found,) = judged(tmp_path, Bounds([SMALL]), **words)
    assert found.lines == (19, 30)
    assert found.items == ("mood-net-uc",)
    assert "90 and 80 per cent (line 19)" in found.explanation


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"direction": "less"}, "said to be less than benefit=ESA, but the percentages printed"),
        ({"percent_a": "40", "percent_b": "60"}, "go the other way"),
        ({"percent_a": "40"}, "are the same"),
        ({"percent_a": "40", "direction": "less"}, "are the same"),
        ({"direction": "same"}, "are at least 19 points apart"),
        ({"group_a": "Claimants", "direction": "less"}, "Claimants is said to be less than"),
    ],
)
def test_words_that_go_another_way_are_found(tmp_path: Path, words: dict[str, str], said: str):
    verdict, findings = judged(tmp_path, Bounds([MIDDLING]), claimed="none", **words)
    (found,) = findings
    assert (found.finding, found.kind, found.check) == ("direction.mood", "wording", "direction")
    assert said in found.explanation
    assert verdict.verdict != "always"


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"direction": "less", "percent_a": "40", "percent_b": "60"},
        {"direction": "less", "percent_b": ""},
        {"direction": "same", "percent_b": "60"},
        {"direction": "same", "percent_b": "52"},
        {"direction": "same", "percent_a": "", "percent_b": ""},
    ],
)
def test_words_that_go_the_way_of_the_numbers_pass(tmp_path: Path, words: dict[str, str]):
    assert judged(tmp_path, Bounds([MIDDLING]), **words)[1] == []


def test_the_same_is_odd_where_the_difference_is_always_significant(tmp_path: Path):
    words = {"direction": "same", "percent_b": "55", "claimed": "none"}
    assert judged(tmp_path, Bounds([(9e3, 9e3)]), **words)[1][0].check == "direction"
    assert judged(tmp_path, Bounds([LARGE]), **words)[1] == []
