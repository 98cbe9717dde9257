"""The largest error of a change is that of the worst of all ways to link people."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import welfarestats as ws
from welfarestats.errors import DataError, OptionError

SCORE = ws.Question("score", kind="scale")
WORKS = ws.Question("works", categories=[ws.Category(1, "Yes"), ws.Category(0, "No")])
CODEBOOK = [SCORE, WORKS]


def people(seed: int, size: int, first_id: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": np.arange(first_id, first_id + size, dtype=float),
            "score": random.integers(0, 11, size),
            "works": random.integers(0, 2, size),
            "w": random.uniform(0.5, 2, size).round(2),
            "area": np.arange(size) % 2,
        }
    )


def stacked(first: pd.DataFrame, second: pd.DataFrame, **design: str) -> ws.Survey:
    waves = {
        name: ws.Survey(frame, weights="w", codebook=CODEBOOK, **design)
        for name, frame in (("before", first), ("after", second))
    }
    return ws.stack_waves(waves, person="id", unlinked="apart")


def error(survey: ws.Survey, variable: str) -> float:
    found = ws.compare(survey, variable, by="wave", test="design-wald")
    return float(found["standard_error"].iloc[0])


def every_linkage(first: pd.DataFrame, second: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the second wave with its missing identifiers filled in every possible way."""
    free = first["id"][~first["id"].isin(second["id"])]
    unknown = second.index[second["id"].isna()]
    frames = []
    for k in range(len(unknown) + 1):
        for rows in combinations(unknown, k):
            for ids in permutations(free, k):
                linked = second.copy()
                linked.loc[list(rows), "id"] = ids
                frames.append(linked)
    return frames


@pytest.mark.parametrize("seed", [1, 8])
@pytest.mark.parametrize("variable", ["score", "works"])
def test_no_way_of_linking_has_a_larger_error_and_one_has_it(variable, seed):
    first, second = people(seed, 5, 1), people(seed + 1, 4, 4)
    second.loc[[2, 3], "id"] = np.nan
    bounds = ws.change_bounds(stacked(first, second), variable).to_frame().iloc[0]
    errors = [error(stacked(first, one), variable) for one in every_linkage(first, second)]
    assert bounds["standard_error"] == pytest.approx(errors[0], rel=1e-12)
    assert bounds["largest_standard_error"] == pytest.approx(max(errors), rel=1e-9)


@pytest.mark.parametrize("seed", [1, 8])
def test_links_stay_within_strata(seed):
    first, second = people(seed, 6, 1), people(seed + 1, 5, 1)
    second.loc[[2, 3], "id"] = np.nan
    bounds = ws.change_bounds(stacked(first, second, strata="area"), "score").to_frame().iloc[0]
    errors = []
    for one in every_linkage(first, second):
        area = first.set_index("id")["area"].reindex(one["id"]).to_numpy()
        if ((area == one["area"]) | np.isnan(area)).all():
            errors.append(error(stacked(first, one, strata="area"), "score"))
    assert bounds["largest_standard_error"] == pytest.approx(max(errors), rel=1e-9)


@pytest.mark.parametrize("later", ["known", "unknown"])
def test_people_who_are_known_in_both_waves_are_not_linked(later):
    first, second = people(1, 5, 1), people(2, 6, 4)  # 4 and 5 in both, 6 to 9 are new
    if later == "unknown":
        second.loc[[2, 3], "id"] = np.nan
        pairs = [(first, one) for one in every_linkage(first, second)]
    else:
        first.loc[[0, 1], "id"] = np.nan
        pairs = [(one, second) for one in every_linkage(second, first)]
    bounds = ws.change_bounds(stacked(first, second), "score").to_frame().iloc[0]
    errors = [error(stacked(*pair), "score") for pair in pairs]
    assert bounds["largest_standard_error"] == pytest.approx(max(errors), rel=1e-9)
    assert bounds[["possible", "linked"]].tolist() == [2, 2]


@pytest.mark.parametrize("seed", [3, 4])
def test_no_way_of_linking_has_a_larger_error_where_both_waves_lack_entries(seed):
    first, second = people(seed, 4, 1), people(seed + 50, 4, 4)  # 4 in both, 6 and 7 are new
    first.loc[0, "id"] = second.loc[1, "id"] = np.nan
    bounds = ws.change_bounds(stacked(first, second), "score").to_frame().iloc[0]
    errors = []
    for link in (None, 6.0, 7.0, 99.0):  # whom the first of wave 1 is: 99 is nobody's yet
        for other in (None, 2.0, 3.0, 99.0):
            if (link == 99.0) != (other == 99.0):
                continue
            one, two = first.copy(), second.copy()
            one.loc[0, "id"] = np.nan if link is None else link
            two.loc[1, "id"] = np.nan if other is None else other
            errors.append(error(stacked(one, two), "score"))
    assert len(errors) == 10
    assert bounds["largest_standard_error"] >= max(errors) * (1 - 1e-9)
    assert bounds["largest_standard_error"] < 1.1 * max(errors)


def test_people_outside_a_domain_are_not_counted():
    first, second = people(1, 8, 1), people(2, 6, 3)
    second.loc[[0, 1], "id"] = np.nan
    inside = stacked(first, second).domain(area=1)
    row = ws.change_bounds(inside, "score").to_frame().iloc[0]
    assert row[["linked", "possible"]].tolist() == [2, 1]


def test_waves_that_may_share_anybody_are_merged_when_they_do():
    first, second = people(3, 4, 1), people(4, 3, 1)
    second["id"] = np.nan
    bounds = ws.change_bounds(stacked(first, second), "score").to_frame().iloc[0]
    errors = [error(stacked(first, one), "score") for one in every_linkage(first, second)]
    assert bounds["largest_standard_error"] == pytest.approx(max(errors), rel=1e-9)
    assert bounds[["possible", "linked"]].tolist() == [3, 0]


def test_with_everybody_linked_there_is_one_error():
    first, second = people(1, 8, 1), people(2, 6, 3)
    frame = ws.change_bounds(stacked(first, second), "works").to_frame()
    assert (frame["possible"] == 0).all()
    assert (frame["linked"] == 6).all()
    same = frame["largest_standard_error"].to_numpy()
    assert same == pytest.approx(frame["standard_error"].to_numpy(), rel=1e-12)


def test_declared_psus_tell_what_is_correlated():
    first, second = people(1, 8, 1), people(2, 6, 3)
    second.loc[0, "id"] = np.nan
    found = ws.change_bounds(stacked(first, second.assign(area=[0, 1] * 3), psu="area"), "score")
    row = found.to_frame().iloc[0]
    assert row["largest_standard_error"] == row["standard_error"]
    # One degree of freedom of two areas, and no link takes it away.
    assert row["widest_ci_high"] == row["ci_high"]
    assert (
        row["widest_ci_low"]
        == row["ci_low"]
        == pytest.approx(row["change"] - 12.7062047 * row["standard_error"])
    )
    assert "does not depend on who is linked" in found.to_html()


def test_a_change_is_the_later_wave_less_the_earlier():
    first, second = people(1, 8, 1), people(2, 6, 3)
    survey = stacked(first, second)
    forward = ws.change_bounds(survey, "score").to_frame().iloc[0]
    means = [np.average(one["score"], weights=one["w"]) for one in (first, second)]
    assert forward["change"] == pytest.approx(means[1] - means[0])
    with pytest.raises(
        OptionError, match=r"the earlier one first, not \('after', 'before'\)\. The"
    ):
        ws.change_bounds(survey, "score", between=("after", "before"))


def test_limits_stand_on_fewer_units_when_people_are_linked():
    first, second = people(1, 8, 1), people(2, 6, 3)
    second.loc[[0, 1], "id"] = np.nan
    row = ws.change_bounds(stacked(first, second), "score").to_frame().iloc[0]
    t = 2.262157162740992  # 97.5 per cent of t on 9: ten units less one
    assert row["degrees_of_freedom"] == 9
    assert row["ci_high"] - row["change"] == pytest.approx(t * row["standard_error"])
    assert row["widest_ci_high"] - row["change"] > t * row["largest_standard_error"]


def test_it_shows_itself_with_both_errors_and_what_they_mean():
    first, second = people(1, 8, 1), people(2, 6, 3)
    second.loc[[0, 1], "id"] = np.nan
    text = ws.change_bounds(stacked(first, second), "works").to_html()
    assert "Standard error if nobody else is in both" in text
    assert "Largest possible standard error" in text
    assert "4 people are known to be in both waves, and up to 2 more may be." in text


def test_it_carries_caveats_and_says_where_limits_are_indicative():
    options = {"codebook": CODEBOOK, "sample": "volunteer", "caveats": ["Asked by post."]}
    waves = {
        name: ws.Survey(one, **options)
        for name, one in (("a", people(1, 8, 1)), ("b", people(2, 8, 1)))
    }
    found = ws.change_bounds(ws.stack_waves(waves, person="id"), "score")
    assert "indicative only" in found.to_frame()["method"].iloc[0]
    text = found.to_html()
    assert "Asked by post." in text
    assert "limits and tests are indicative only" in text
    assert "8 people are known to be in both waves. The largest" in text
    assert "−" in ws.change_bounds(ws.stack_waves(waves, person="id"), "works").to_html()


def test_a_survey_of_one_wave_is_refused():
    with pytest.raises(OptionError, match=r"made from stacked waves, not from 'Survey' of one"):
        ws.change_bounds(ws.Survey(people(1, 5, 1)), "score")


def test_a_question_of_one_wave_has_no_change():
    first, second = people(1, 8, 1), people(2, 6, 3)
    waves = {"a": ws.Survey(first), "b": ws.Survey(second.drop(columns="works"))}
    with pytest.raises(
        DataError, match="nobody in 'b' has an answer to 'works', so there is no ch"
    ):
        ws.change_bounds(ws.stack_waves(waves, person="id"), "works")


def test_replicate_weights_are_refused():
    survey = ws.make_replicates(stacked(people(1, 8, 1), people(2, 8, 1)), "jk1")
    with pytest.raises(OptionError, match="have replicate weights or a finite population"):
        ws.change_bounds(survey, "score")


def test_calibrated_waves_are_bounded_by_their_residuals():
    first, second = people(5, 8, 1), people(6, 6, 5)
    second.loc[[4, 5], "id"] = np.nan
    halves = {"area": {0: 0.5, 1: 0.5}}

    def raked(later: pd.DataFrame) -> ws.Survey:
        waves = {
            name: ws.rake(ws.Survey(frame, weights="w", codebook=CODEBOOK), halves)
            for name, frame in (("before", first), ("after", later))
        }
        return ws.stack_waves(waves, person="id", unlinked="apart")

    bounds = ws.change_bounds(raked(second), "score").to_frame().iloc[0]
    errors = [error(raked(one), "score") for one in every_linkage(first, second)]
    assert bounds["standard_error"] == pytest.approx(errors[0], rel=1e-12)
    assert bounds["largest_standard_error"] == pytest.approx(max(errors), rel=1e-9)


def test_a_change_has_to_be_so_large_to_be_found():
    bounds = ws.change_bounds(stacked(people(1, 30, 1), people(2, 20, 21)), "works").to_frame()
    t = stats.t(bounds["degrees_of_freedom"].iloc[0])
    error = bounds["standard_error"]
    least, found = "least_significant_difference", "minimum_detectable_difference"
    np.testing.assert_allclose(bounds[least], t.ppf(0.975) * error)
    np.testing.assert_allclose(bounds[found], (t.ppf(0.975) + t.ppf(0.8)) * error)
