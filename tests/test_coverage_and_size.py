"""The simulation of column tests and limits, in small, and what its page says of the whole.

``proofs/coverage_and_size.py`` runs it at full size.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from proofs.coverage_and_size import (
    LEVEL,
    RESULTS,
    frame_of,
    limits_of,
    named_tests,
    own_freedom,
)
from proofs.sampled_pairs import Pairs, pairs_of
from proofs.simulated_samples import PEOPLE, Samples, population, samples
from proofs.simulated_settings import BASES, KINDS, PROPORTIONS, RESPONSE, Kind, Setting, settings
from proofs.size_and_coverage_page import PAGE, PICTURE, drawn_into, printed_in, summary_of

KIND = {kind.name: kind for kind in KINDS}
CLUSTERS = KIND["30 clusters, weights × 3"]
AREAS = KIND["30 clusters of one group each, weights × 3"]


def drawn(setting: Setting, repeats: int) -> Samples:
    random = np.random.default_rng(7)
    return samples(setting, population(setting, random), repeats, random)


def survey_of(sample: Samples, kind: Kind) -> ws.Survey:
    """The first sample as a survey, with somebody of a third group in every cluster."""
    units = np.arange(sample.units)
    each = sample.units // sample.strata
    group = np.repeat(["a", "b"], [sample.base_a, sample.person.shape[1] - sample.base_a])
    people = {"group": group, "has": sample.has[0].astype(int), "weight": sample.weight[0]}
    frame = pd.DataFrame({**people, "psu": sample.unit[0]})
    others = pd.DataFrame({"group": "c", "has": units % 2, "weight": 1.0, "psu": units})
    frame = pd.concat([frame, others] if kind.psus else [frame], ignore_index=True)
    frame["stratum"] = frame["psu"] // each
    design = {"strata": "stratum", "psu": "psu"} if kind.psus else {}
    if kind.weighted:
        design |= {"weights": "weight", "weights_represent": "sample"}
    return ws.Survey(frame, **design)


@pytest.mark.parametrize("name", [k.name for k in KINDS if not k.poststratified])
def test_one_sample_gives_what_compare_gives(name: str):
    setting = Setting(KIND[name], 82, 200, 0.4)
    sample = drawn(setting, 3)
    pairs, survey = pairs_of(sample), survey_of(sample, setting.kind)
    for test, result in named_tests(pairs, setting.kind):
        if test in ("design, without the rule of 5", "former design", "exact (mid-p)"):
            continue
        rows = ws.compare(survey, "has", by="group", test=test, adjust="none")
        row = rows.query("category == '1' and group_a == 'a' and group_b == 'b'").iloc[0]
        assert row["p_value"] == pytest.approx(result.p_value[0], rel=1e-9), test
        assert row["standard_error"] == pytest.approx(pairs.variance[0] ** 0.5, rel=1e-9)
        if test not in ("auto", "exact"):
            assert row["statistic"] == pytest.approx(result.statistic[0], rel=1e-9)
            assert row["degrees_of_freedom"] == pytest.approx(result.degrees_of_freedom[0])


@pytest.mark.parametrize("kind", [k for k in KINDS if k.poststratified], ids=lambda k: k.name)
def test_one_sample_post_stratified_gives_what_compare_gives(kind: Kind):
    setting = Setting(kind, 82, 200, 0.4)
    sample = drawn(setting, 3)
    pairs = pairs_of(sample, poststratified=True)
    people, n = sample.population, sample.person.shape[1]
    frame = survey_of(sample, kind).to_frame()
    frame["class"] = 0
    frame.loc[: n - 1, "class"] = sample.reluctant[0].astype(int)
    frame.loc[: n - 1, "weight"] *= np.where(sample.reluctant[0], RESPONSE[1], RESPONSE[0])
    targets = {
        ("ab"[g], str(one)): float((people.reluctant[people.group == g] == one).mean() * base)
        for g, base in enumerate((82, 200))
        for one in (0, 1)
    }
    if kind.psus:
        targets["c", "0"] = 30.0
    design = {"strata": "stratum", "psu": "psu"} if kind.psus else {}
    survey = ws.Survey(frame, weights="weight", **design)
    survey = ws.poststratify(survey, ["group", "class"], targets)
    for test, result in named_tests(pairs, kind):
        if test in ("design", "design-wald", "effective-base", "quantum"):
            rows = ws.compare(survey, "has", by="group", test=test)
            row = rows.query("category == '1' and group_a == 'a' and group_b == 'b'").iloc[0]
            assert row["p_value"] == pytest.approx(result.p_value[0], rel=1e-9), test
            assert row["standard_error"] == pytest.approx(pairs.variance[0] ** 0.5, rel=1e-9)


@pytest.mark.parametrize("name", [CLUSTERS.name, KINDS[0].name])
@pytest.mark.parametrize("method", ["logit", "korn-graubard", "wilson", "wald"])
def test_one_sample_gives_the_limits_of_a_table(name: str, method: str):
    from welfarestats.formulas.intervals import proportion_interval

    setting = Setting(KIND[name], 82, 200, 0.4)
    sample = drawn(setting, 1)
    pairs = pairs_of(sample)
    table = ws.crosstab(survey_of(sample, setting.kind), "has", "group", interval=method)
    row = table.to_frame().query("stub_category == '1' and banner_category == 'a'").iloc[0]
    low, high, _ = proportion_interval(
        method,
        pairs.proportion[0, 0],
        pairs.covariance[0, 0, 0],
        level=LEVEL,
        base=82,
        effective_base=pairs.effective_base[0, 0],
        degrees_of_freedom=pairs.degrees_of_freedom[0, 0],
    )
    assert row["estimate"] == pytest.approx(pairs.proportion[0, 0], rel=1e-12)
    assert row["ci_low"] == pytest.approx(float(low), rel=1e-9)
    assert row["ci_high"] == pytest.approx(float(high), rel=1e-9)


@pytest.mark.parametrize("kind", [CLUSTERS, AREAS, KINDS[0]])
def test_the_two_groups_have_one_proportion_and_samples_have_their_bases(kind: Kind):
    setting = Setting(kind, 30, 200, 0.1)
    sample = drawn(setting, 50)
    people = sample.population
    assert people.has.size == PEOPLE
    for group in (0, 1):
        assert people.has[people.group == group].mean() == pytest.approx(0.1, abs=1e-5)
        assert (people.group[sample.person[:, sample.groups[group]]] == group).all()
    assert sample.person.shape == (50, 230)
    once = np.array([np.unique(row).size for row in sample.person])
    assert once.mean() > 229
    if kind.psus:
        drawn_strata = people.strata[people.cluster[sample.person]]
        assert (drawn_strata == sample.unit // (kind.psus // kind.strata)).all()


def test_weights_and_variances_are_right_on_average():
    setting = Setting(CLUSTERS, 200, 200, 0.3)
    pairs = pairs_of(drawn(setting, 4_000))
    error = pairs.proportion.std(axis=0) / 4_000**0.5
    assert np.abs(pairs.proportion.mean(axis=0) - 0.3).max() < 0.004 + 3 * error.max()
    spread = (pairs.proportion[:, 0] - pairs.proportion[:, 1]).var()
    assert pairs.variance.mean() == pytest.approx(spread, rel=0.1)


def test_design_holds_where_the_others_do_not():
    """1,500 samples a setting; a rate of 5 per cent has a standard error of 0.6 points."""
    chosen = [
        Setting(CLUSTERS, 200, 200, 0.3),
        Setting(AREAS, 200, 200, 0.3),
        Setting(KIND["12 clusters of one group each, no weights"], 30, 1500, 0.5),
        Setting(KINDS[0], 34, 82, 0.2),
    ]
    frame = frame_of(chosen, repeats=1_500, seed=3)
    rate = {
        name.partition(":")[0]: 100 * frame[name] / frame[name.replace("called", "tested")]
        for name in frame
        if name.endswith(": called")
    }
    assert rate["design"].between(2.2, 7.8).all()
    assert (rate["effective-base"][:2] > 8).all()
    assert (rate["spss-ctables"][:2] > 12).all()
    assert rate["former design"][2] > 8
    held = 100 * frame["logit: held"].dropna() / 1_500
    assert held.between(92, 98).all()
    assert held.size == 2


def test_every_setting_asked_for_is_simulated():
    assert {17, 34, 60, 82, 200, 1500} <= {a for a, b in BASES if a == b}
    assert {(34, 82), (30, 1500)} <= set(BASES)
    assert (min(PROPORTIONS), max(PROPORTIONS)) == (0.03, 0.5)
    frame = pd.read_csv(RESULTS / "coverage_and_size.csv")
    asked = [(one.kind.name, one.base_a, one.base_b, one.proportion) for one in settings()]
    assert list(frame[["kind", "base_a", "base_b", "proportion"]].itertuples(index=False)) == asked
    assert (frame["samples"] >= 4_000).all()


def test_the_page_prints_the_last_result(tmp_path: Path):
    text = (RESULTS / "coverage_and_size.txt").read_text(encoding="utf-8")
    frame = pd.read_csv(RESULTS / "coverage_and_size.csv")
    assert text == summary_of(frame, text.partition("\n")[0]) + "\n"
    assert printed_in(PAGE.read_text(encoding="utf-8"), "coverage_and_size") == text
    drawn_into(frame, tmp_path / PICTURE.name)
    assert (tmp_path / PICTURE.name).read_bytes() == PICTURE.read_bytes()


def test_own_degrees_of_freedom_never_exceed_those_of_the_pair():
    pairs: Pairs = pairs_of(drawn(Setting(AREAS, 30, 1500, 0.3), 200))
    assert (own_freedom(pairs) <= pairs.degrees_of_freedom[:, 2]).all()
    assert np.median(own_freedom(pairs)) < 8
    assert sum(1 for _ in limits_of(pairs, 0.3)) == 10
