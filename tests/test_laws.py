"""Laws that every estimator obeys, on surveys that hypothesis draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from small_surveys import DESIGNS, ESTIMATORS, assert_same, frames, result, same_by_name, survey_of

import welfarestats as ws

# Each example goes through every estimator; a failure names its survey by size and seed.
PHASES = (Phase.explicit, Phase.generate)
FEW = settings(max_examples=6, phases=PHASES, deadline=None)
MANY = settings(max_examples=40, phases=PHASES, deadline=None)
designs = st.sampled_from(sorted(DESIGNS))

# Columns that grow with the weights.
GROWING = ("weighted_base", "weighted_count")


def assert_all_same(first: ws.Survey, second: ws.Survey, *, relative: float = 1e-9) -> None:
    for estimator in ESTIMATORS:
        with same_by_name(estimator):
            assert_same(result(first, estimator), result(second, estimator), relative=relative)


@FEW
@given(frame=frames(), design=designs)
def test_weights_of_one_are_no_weights(frame: pd.DataFrame, design: str) -> None:
    ones = survey_of(frame.assign(w=1.0), design)
    none = survey_of(frame, design, weights=None)
    assert_all_same(ones, none)


@FEW
@given(frame=frames(), design=designs, factor=st.sampled_from([0.001, 3.0, 1e6]))
def test_the_scale_of_the_weights_does_not_matter(
    frame: pd.DataFrame, design: str, factor: float
) -> None:
    light, heavy = survey_of(frame, design), survey_of(frame.assign(w=frame["w"] * factor), design)
    for estimator in ESTIMATORS:
        before, after = result(light, estimator), result(heavy, estimator)
        grows = list(GROWING)
        if estimator.startswith("totals"):
            grows += ["estimate", "standard_error", "ci_low", "ci_high"]
        if after is not None:
            here = [name for name in grows if name in after]
            after[here] = after[here] / factor
        with same_by_name(estimator):
            assert_same(before, after)


@FEW
@given(frame=frames(), design=designs, seed=st.integers(0, 100))
def test_the_order_of_respondents_does_not_matter(
    frame: pd.DataFrame, design: str, seed: int
) -> None:
    shuffled = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    assert_all_same(survey_of(frame, design), survey_of(shuffled, design))


@FEW
@given(frame=frames(), design=st.sampled_from(["clusters", "clusters in strata"]))
def test_a_weight_of_two_is_two_people_alike_in_one_psu(frame: pd.DataFrame, design: str) -> None:
    frame = frame.assign(w=frame["w"].round())
    people = frame.loc[frame.index.repeat(frame["w"].clip(lower=1).astype(int))]
    people = people.assign(w=(people["w"] > 0).astype(float)).reset_index(drop=True)
    # What counts respondents differs; what counts weights and PSUs does not. Column tests know
    # the number of respondents, Wald contrasts do not.
    bases = ("base", "base_a", "base_b", "count", "effective_base", "design_effect")
    bases += ("effective_base_a", "effective_base_b", "reason", "letters", "tested")
    limits = ("ci_low", "ci_high", "interval_method", "method", "p_adjusted", "significant")
    tests = ("standard_error", "statistic", "p_value", "degrees_of_freedom", "method_reason")
    # Both stand on Kish's effective bases, which two people have two of.
    tests += ("least_significant_difference", "minimum_detectable_difference")
    one, two = survey_of(frame, design), survey_of(people, design)
    for estimator in ESTIMATORS:
        loose = tests if estimator.startswith("comparisons") else ()
        with same_by_name(estimator):
            assert_same(
                result(one, estimator), result(two, estimator), but=(*bases, *limits, *loose)
            )


@FEW
@given(frame=frames(), design=designs, code=st.sampled_from([1, 2]))
def test_a_weight_of_zero_is_outside_the_domain(
    frame: pd.DataFrame, design: str, code: int
) -> None:
    mask = ~(frame["region"] == code)
    if not (frame["w"] * mask > 0).any():
        return
    weightless = survey_of(frame.assign(w=frame["w"] * mask), design)
    domain = survey_of(frame, design).domain(mask)
    assert_all_same(domain, weightless)


@FEW
@given(frame=frames(), design=designs)
def test_every_engine_gives_the_same(frame: pd.DataFrame, design: str) -> None:
    expected = survey_of(frame, design)
    polars = pl.from_pandas(frame)
    for other in (polars, polars.lazy(), pa.Table.from_pandas(frame)):
        assert_all_same(expected, survey_of(other, design), relative=1e-10)


@FEW
@given(frame=frames(), design=designs, mask_code=st.sampled_from([1, 2]))
def test_a_domain_by_mask_is_a_domain_by_answer(
    frame: pd.DataFrame, design: str, mask_code: int
) -> None:
    survey = survey_of(frame, design)
    if not (frame["w"] * (frame["region"] == mask_code) > 0).any():
        return
    by_mask = survey.domain(frame["region"] == mask_code)
    by_code, by_label = (
        survey.domain(region=mask_code),
        survey.domain(region=["North", "South"][mask_code - 1]),
    )
    assert_all_same(by_mask, by_code)
    assert_all_same(by_mask, by_label)


@MANY
@given(frame=frames(), design=designs)
def test_a_category_and_its_complement_add_to_one_with_equal_errors(
    frame: pd.DataFrame, design: str
) -> None:
    found = result(survey_of(frame, design), "proportions")
    assert found is not None
    rows = found.set_index("category")
    for part, rest in (("Full time", "Not full time"), ("Not at all", "Any work")):
        assert rows.loc[part, "estimate"] + rows.loc[rest, "estimate"] == pytest.approx(1)
        error = rows.loc[part, "standard_error"]
        assert error == pytest.approx(rows.loc[rest, "standard_error"], rel=1e-9, abs=1e-12)
        low, high = rows.loc[part, "ci_low"], rows.loc[part, "ci_high"]
        if not np.isnan(low):
            assert 1 - high == pytest.approx(rows.loc[rest, "ci_low"], rel=1e-9, abs=1e-9)


@MANY
@given(frame=frames(), design=designs)
def test_a_net_is_the_sum_of_its_categories_and_its_error_is_not(
    frame: pd.DataFrame, design: str
) -> None:
    made = ws.estimate_proportions(survey_of(frame, design, weights=None), "work")
    rows = made.to_frame()
    form = np.array([1, 1, 0, 0, 0])
    assert rows["estimate"][3] == pytest.approx(form @ rows["estimate"])
    variance = form @ made.covariance().to_numpy() @ form
    assert rows["standard_error"][3] == pytest.approx(np.sqrt(variance), rel=1e-9, abs=1e-12)
    if rows["estimate"][0] > 0 and rows["estimate"][1] > 0 and rows["estimate"][3] < 1:
        assert rows["standard_error"][3] != pytest.approx(rows["standard_error"][:2].sum())


@MANY
@given(frame=frames(), design=designs)
def test_a_net_of_mentions_is_at_least_its_largest_category(
    frame: pd.DataFrame, design: str
) -> None:
    found = result(survey_of(frame, design), "proportions of mentions")
    assert found is not None
    advice, money, _, either = found["estimate"]
    assert max(advice, money) - 1e-12 <= either <= min(1, advice + money) + 1e-12


@MANY
@given(frame=frames(), design=designs)
def test_a_covariance_is_symmetric_and_never_negative(frame: pd.DataFrame, design: str) -> None:
    made = ws.estimate_proportions(survey_of(frame, design, weights=None), "help")
    matrix = made.covariance().to_numpy()
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-15)
    assert np.linalg.eigvalsh(matrix).min() >= -1e-12
    variances = made.to_frame()["standard_error"] ** 2
    np.testing.assert_allclose(np.diag(matrix), variances, atol=1e-15)


def test_people_split_into_psus_of_their_own_change_the_error_only() -> None:
    frame = pd.DataFrame({"age": [20.0, 30, 60, 70], "psu": [1, 2, 3, 4], "w": [2.0] * 4})
    twins = pd.concat([frame.assign(w=1.0)] * 2, ignore_index=True)
    together = ws.estimate_means(ws.Survey(twins, weights="w", psu="psu"), "age").to_frame()
    apart = ws.estimate_means(ws.Survey(twins, weights="w"), "age").to_frame()
    assert together["estimate"][0] == apart["estimate"][0] == 45
    assert together["standard_error"][0] > 1.2 * apart["standard_error"][0]


def test_a_domain_never_drops_a_psu() -> None:
    # Two PSUs have people of the domain, the third has none: totals 40, 60 and 0.
    frame = pd.DataFrame(
        {"psu": [1, 1, 2, 2, 3, 3], "x": list("yyynnn"), "age": [10.0, 30, 60, 5, 5, 5]}
    )
    right = ws.estimate_totals(ws.Survey(frame, psu="psu").domain(x="y"), "age").to_frame()
    dropped = frame[frame["x"] == "y"].reset_index(drop=True)
    wrong = ws.estimate_totals(ws.Survey(dropped, psu="psu"), "age").to_frame()
    assert right["estimate"][0] == wrong["estimate"][0] == 100
    # 3/2 · ((40 − 33⅓)² + (60 − 33⅓)² + 33⅓²) = 2,800; 2 · ((40 − 50)² + (60 − 50)²) = 400
    assert right["standard_error"][0] ** 2 == pytest.approx(2_800)
    assert wrong["standard_error"][0] ** 2 == pytest.approx(400)


def changes_of(frame: pd.DataFrame, later: pd.DataFrame, **design: str | None) -> pd.DataFrame:
    """Return the changes between two waves by every route there is, one row each."""
    design = {"weights": "w", **design}
    codebook = [ws.Question("score", kind="scale")]
    waves = {
        "one": ws.Survey(frame, codebook=codebook, **design),
        "two": ws.Survey(later, codebook=codebook, **design),
    }
    stacked = ws.stack_waves(waves, person="id", unlinked="apart")
    bounds = ws.change_bounds(stacked, "score").to_frame()
    flows = ws.gross_flows(stacked, "works", weights="two", style="none")
    moves = flows.to_frame()[["share", "share_standard_error"]]
    return pd.concat(
        [
            bounds[["change", "standard_error", "largest_standard_error"]],
            ws.score_changes(stacked, "score", weights="two")[["change", "standard_error"]],
            moves.set_axis(["change", "standard_error"], axis=1),
            flows.changes()[["change", "standard_error"]],
        ],
        ignore_index=True,
    )


@FEW
@given(size=st.integers(8, 20), seed=st.integers(0, 10_000))
def test_changes_between_waves_obey_the_laws(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    ids = np.arange(2 * size)
    frames_ = []
    for start in (0, size // 2):
        frame = pd.DataFrame({"id": ids[start : start + size].astype(float)})
        frame["score"] = random.integers(0, 11, size)
        frame["works"] = np.arange(size) % 2
        frame["w"] = random.uniform(0.5, 2, size)
        frames_.append(frame)
    first, second = frames_
    second.loc[size - 2 :, "id"] = np.nan
    plain = changes_of(first, second)
    shuffled = (one.sample(frac=1, random_state=seed) for one in frames_)
    pd.testing.assert_frame_equal(plain, changes_of(*shuffled), rtol=1e-9, atol=1e-12)
    heavy = (one.assign(w=1000 * one["w"]) for one in frames_)
    pd.testing.assert_frame_equal(plain, changes_of(*heavy), rtol=1e-9, atol=1e-12)
    ones = (one.assign(w=1.0) for one in frames_)
    unweighted = changes_of(first, second, weights=None)
    pd.testing.assert_frame_equal(unweighted, changes_of(*ones), rtol=1e-9, atol=1e-12)
    engines = (pl.from_pandas(first), pa.Table.from_pandas(second))
    pd.testing.assert_frame_equal(plain, changes_of(*engines), rtol=1e-9, atol=1e-12)
    assert (plain["largest_standard_error"].dropna() >= plain["standard_error"][0]).all()
