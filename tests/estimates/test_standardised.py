"""Directly standardised estimates by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import welfarestats as ws
from welfarestats.errors import DataError, DataWarning, OptionError

RANDOM = np.random.default_rng(11)
FRAME = pd.DataFrame(
    {
        "area": RANDOM.choice(["North", "South"], 80),
        "age": RANDOM.choice(["young", "old"], 80),
        "sex": RANDOM.choice(["F", "M"], 80),
        "works": RANDOM.choice(["Yes", "No"], 80),
        "hours": RANDOM.integers(0, 40, 80).astype(float),
        "w": RANDOM.choice([0.5, 1, 3], 80),
        "psu": np.arange(80) % 10,
    }
)
SURVEY = ws.Survey(FRAME, weights="w", psu="psu")
AGES = {"age": {"young": 0.75, "old": 0.25}}


def test_a_mean_is_that_of_each_group_in_the_shares_of_the_population():
    both = ws.estimate_means(SURVEY, "hours", by=["area", "age"])
    result = ws.standardise(both, AGES)
    rows = both.to_frame().set_index(["area", "age"])
    found = result.to_frame()
    assert found["area"].tolist() == ["North", "South"]
    for place, area in enumerate(["North", "South"]):
        own = rows.loc[area]
        mean = 0.75 * own.loc["young", "estimate"] + 0.25 * own.loc["old", "estimate"]
        assert found["estimate"][place] == pytest.approx(mean)
        assert found["base"][place] == own["base"].sum()
        assert found["weighted_base"][place] == pytest.approx(own["weighted_base"].sum())
    inside = FRAME["area"] == "North"
    weights = FRAME["w"][inside]
    assert found["effective_base"][0] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    form = np.array([[0.25, 0.75, 0, 0], [0, 0, 0.25, 0.75]])  # old stands before young
    expected = form @ both.covariance().to_numpy() @ form.T
    np.testing.assert_allclose(result.covariance(), expected, rtol=1e-12)
    assert found["standard_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(expected)))


def test_the_make_up_that_a_sample_has_changes_no_estimate():
    by = ws.estimate_proportions(SURVEY, "age").to_frame().set_index("category")["estimate"]
    own = {"age": by.to_dict()}
    plain = ws.estimate_proportions(SURVEY, "works").to_frame()
    found = ws.standardise(ws.estimate_proportions(SURVEY, "works", by="age"), own).to_frame()
    np.testing.assert_allclose(found["estimate"], plain["estimate"], rtol=1e-12)
    assert found["base"].tolist() == plain["base"].tolist() == [80, 80]
    assert found["degrees_of_freedom"].tolist() == plain["degrees_of_freedom"].tolist()
    assert (found["standard_error"] != plain["standard_error"]).all()


def test_counts_are_shares():
    both = ws.estimate_proportions(SURVEY, "works", by=["area", "age"])
    counts = ws.standardise(both, {"age": {"young": 3_000, "old": 1_000}})
    pd.testing.assert_frame_equal(counts.to_frame(), ws.standardise(both, AGES).to_frame())


def test_several_questions_stand_in_a_frame():
    shares = pd.DataFrame(
        {
            "age": ["young", "young", "old", "old"],
            "sex": ["F", "M", "F", "M"],
            "target": [0.5, 0.25, 0.125, 0.125],
        }
    )
    both = ws.estimate_means(SURVEY, "hours", by=["sex", "age"])
    found = ws.standardise(both, shares).to_frame()
    rows = both.to_frame().set_index(["age", "sex"])["estimate"]
    expected = sum(
        row.target * rows.loc[(row.age, row.sex)] for row in shares.itertuples(index=False)
    )
    assert found["estimate"].tolist() == pytest.approx([expected])
    assert "sex" not in found


def test_limits_of_proportions_are_those_asked_for():
    both = ws.estimate_proportions(SURVEY, "works", by="age")
    logit, wald = (
        ws.standardise(both, AGES, interval=interval).to_frame() for interval in ("logit", "wald")
    )
    assert logit["interval_method"].tolist() == ["logit", "logit"]
    middle = (wald["ci_low"] + wald["ci_high"]) / 2
    np.testing.assert_allclose(middle, wald["estimate"])
    assert (logit["ci_low"] != wald["ci_low"]).all()
    assert logit["is_net"].tolist() == [False, False]
    p = logit["estimate"]
    np.testing.assert_allclose(
        logit["design_effect"], logit["standard_error"] ** 2 / (p * (1 - p) / 79), rtol=1e-12
    )


def test_the_design_effect_of_a_mean_is_over_the_standard_population():
    both = ws.estimate_means(ws.Survey(FRAME), "hours", by="age")
    found = ws.standardise(both, AGES).to_frame().iloc[0]
    groups = FRAME.groupby("age")["hours"]
    square = groups.apply(lambda y: (y**2).mean()).loc[["young", "old"]] @ [0.75, 0.25]
    spread = square - found["estimate"] ** 2
    expected = found["standard_error"] ** 2 / (spread / 79)
    assert found["design_effect"] == pytest.approx(expected)


def test_ratios_can_be_standardised():
    both = ws.estimate_ratios(SURVEY, "hours", "w", by="age")
    found = ws.standardise(both, AGES).to_frame()
    rows = both.to_frame().set_index("age")["estimate"]
    assert found["estimate"][0] == pytest.approx(0.75 * rows["young"] + 0.25 * rows["old"])


def test_a_domain_without_a_part_of_the_population_is_refused():
    frame = FRAME[(FRAME["area"] == "North") | (FRAME["age"] == "young")].reset_index(drop=True)
    with pytest.warns(DataWarning):
        both = ws.estimate_means(ws.Survey(frame), "hours", by=["area", "age"])
    with pytest.raises(
        DataError,
        match=r"1 combinations of domain and standard population have nobody in their base:"
        r" 'South & old'\. Unite categories, or leave the domain out\.",
    ):
        ws.standardise(both, AGES)
    without = ws.standardise(both, {"age": {"young": 1, "old": 0}}).to_frame()
    assert without["estimate"].notna().all()


@pytest.mark.parametrize(
    ("population", "words"),
    [
        ({"age": {"young": 1}}, r"lacks 1 that they have; the first is 'old'"),
        (
            {"age": {"young": 0.5, "olt": 0.5}},
            r"lacks 1 that they have; the first is 'olt'\. Did you mean 'old'\?",
        ),
        ({"age": {"young": 1, "old": -1}}, r"1 of 2 shares of the population are missing, negativ"),
        ({"age": {"young": 0.5, "old": 0.4}}, r"shares of the population add up to 0\.9, not to 1"),
        ({"age": {"young": 0, "old": 0}}, r"0 of 2 shares .* and they add up to 0\."),
        ({"aeg": {"young": 1}}, r"the population is by 'aeg', .* Did you mean 'age'\?"),
        ({"age": {}}, r"the population of 'age' is a share for each of its categories"),
        ({}, r"population is the shares of one question, such as"),
        (3, r"population is the shares of one question, such as"),
        (pd.DataFrame({"age": ["young"]}), r"and one named 'target'; the columns are 'age'"),
        (
            pd.DataFrame({"age": ["young", "young", "old"], "target": 1}),
            r"a category stands twice in the population",
        ),
    ],
)
def test_a_population_fits_the_estimates(population, words):
    both = ws.estimate_means(SURVEY, "hours", by=["area", "age"])
    with pytest.raises(OptionError, match=words):
        ws.standardise(both, population)


def test_codes_of_a_frame_are_found_whether_whole_or_not():
    frame = FRAME.assign(age=FRAME["age"].map({"young": 1, "old": 2}))
    both = ws.estimate_means(ws.Survey(frame, weights="w"), "hours", by=["area", "age"])
    shares = pd.DataFrame({"age": [1.0, 2.0], "target": [0.75, 0.25]})
    found = ws.standardise(both, shares).to_frame()
    assert found["estimate"].tolist() == pytest.approx(
        ws.standardise(both, {"age": {1: 0.75, 2: 0.25}}).to_frame()["estimate"].tolist()
    )


def test_quantiles_and_totals_are_not_standardised():
    with pytest.raises(OptionError, match="an average of medians is the median of nobody"):
        ws.standardise(ws.estimate_quantiles(SURVEY, "hours", [0.5], by="age"), AGES)
    survey = ws.Survey(FRAME, weights="w", weights_represent="population")
    with pytest.raises(OptionError, match="totals cannot be standardised"):
        ws.standardise(ws.estimate_totals(survey, "hours", by="age"), AGES)
    with pytest.raises(OptionError, match="what is standardised are Estimates, not 'Survey'"):
        ws.standardise(SURVEY, AGES)
    with pytest.raises(OptionError, match="interval cannot be 'wilson'"):
        ws.standardise(ws.estimate_means(SURVEY, "hours", by="age"), AGES, interval="wilson")


def test_standardised_estimates_can_be_contrasted():
    both = ws.estimate_means(SURVEY, "hours", by=["area", "age"])
    result = ws.standardise(both, AGES)
    found = ws.contrast(result, {"x": {"North": 1, "South": -1}}).iloc[0]
    direct = ws.contrast(
        both,
        {
            "x": {
                ("North", "young"): 0.75,
                ("North", "old"): 0.25,
                ("South", "young"): -0.75,
                ("South", "old"): -0.25,
            }
        },
    ).iloc[0]
    for name in ("estimate", "standard_error", "degrees_of_freedom", "p_value"):
        assert found[name] == pytest.approx(direct[name])


def test_invented_records_have_no_error():
    survey = ws.Survey(FRAME, origin="synthetic")
    for both in (
        ws.estimate_means(survey, "hours", by="age"),
        ws.estimate_proportions(survey, "works", by="age"),
    ):
        found = ws.standardise(both, AGES).to_frame()
        assert found[["standard_error", "ci_low", "ci_high"]].isna().all(axis=None)
        assert set(found["interval_method"]) == {"none (synthetic records)"}


def test_volunteers_are_indicative():
    both = ws.estimate_means(ws.Survey(FRAME, sample="volunteer"), "hours", by="age")
    (method,) = ws.standardise(both, AGES).to_frame()["interval_method"]
    assert method == "t (indicative only: not a random sample)"
