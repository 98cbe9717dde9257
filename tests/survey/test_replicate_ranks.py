"""Degrees of freedom of domains under replicate weights: R's, by hand, and by two routes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st
from survey.test_replicates_golden import (
    CASES,
    MADE,
    described,
    given_survey,
    has_matrix,
    made_survey,
)

import welfarestats as ws
from welfarestats.errors import DataWarning, PrecisionWarning
from welfarestats.formulas.balanced_replication import (
    balanced_multipliers,
    successive_difference_multipliers,
)
from welfarestats.formulas.replication import (
    bootstrap_multipliers,
    held_degrees_of_freedom,
    jackknife_multipliers,
    replicate_degrees_of_freedom,
)
from welfarestats.survey.replicate_ranks import DrawnUnits, GivenRows

THEIRS = pd.read_csv(GOLDEN / "r" / "golden_domain_freedom.csv", dtype=str, keep_default_na=False)


def ways_of(case: str) -> list[Any]:
    """Return how a case becomes a survey; raked replicates are only compared as they are given."""
    made = described(case)["type"] in MADE and "rake" not in case
    return [*([given_survey] if has_matrix(case) else []), *([made_survey] if made else [])]


WAYS = [
    pytest.param(case, way, id=f"{case[4:]}-{way.__name__.split('_')[0]}")
    for case in THEIRS["case"].unique()
    for way in ways_of(case)
]


def crossed(frame: pd.DataFrame, by: str) -> pd.Series:
    columns = [
        frame[name].map(lambda one: f"{one:g}" if isinstance(one, float) else str(one))
        for name in by.split("|")
    ]
    return columns[0].str.cat(columns[1:], sep="|")


@pytest.mark.parametrize(("case", "way"), WAYS)
def test_a_domain_has_the_degrees_of_freedom_that_r_counts_again(case: str, way: Any) -> None:
    wrong = []
    for row in THEIRS[THEIRS["case"] == case].to_dict("records"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PrecisionWarning)
            survey = way(case, None, "domain")
            frame = survey.to_frame()
            mask = crossed(frame, row["by"]).isin(
                [row["by_level"], row["either"] or row["by_level"]]
            )
            domain = survey.domain(mask.to_numpy())
            if row["variable"]:
                found = ws.estimate_proportions(domain, row["variable"]).to_frame().iloc[0]
                ours, base = found["degrees_of_freedom"], found["base"]
            else:
                ours, base = domain.degrees_of_freedom, domain.base
        if (ours, base) != (float(row["df"]), int(row["n"])):
            wrong.append(f"{row}: {ours} with a base of {base}")
    assert not wrong, "\n".join(wrong[:20])


def test_every_row_of_r_is_compared_and_some_domains_have_less_than_the_design() -> None:
    assert set(THEIRS["case"]) <= set(CASES)
    assert all(ways_of(case) for case in THEIRS["case"].unique())
    lower = THEIRS.groupby("case")["df"].agg(lambda one: one.astype(float).nunique() > 1)
    assert lower.drop(["rep/scd_brr"], errors="ignore").all()


def test_columns_pairs_nets_and_the_domain_itself_have_the_same_degrees_of_freedom() -> None:
    survey = made_survey("rep/nhanes_jkn", None, "domain")
    frame = survey.to_frame()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        means = ws.estimate_means(survey, "wtmec2yr", by=["race", "agecat"]).to_frame()
        pairs = ws.compare(
            survey, "agecat", by="sdmvstra", test="design-wald", smallest_effective_base=0
        )
    for row in means.to_dict("records"):
        own = survey.domain(race=float(row["race"]), agecat=row["agecat"])
        assert row["degrees_of_freedom"] == own.degrees_of_freedom
    tried = pairs.drop_duplicates(["group_a", "group_b"]).head(12)
    for row in tried.to_dict("records"):
        groups = frame["sdmvstra"].isin([float(row["group_a"]), float(row["group_b"])])
        assert row["degrees_of_freedom"] == survey.domain(groups.to_numpy()).degrees_of_freedom
    assert pairs["degrees_of_freedom"].max() < survey.degrees_of_freedom


def people(multipliers: np.ndarray, unit: np.ndarray, **options: Any) -> ws.Survey:
    """Return a survey with replicate weights as columns, its weights 1 and 3 in turn."""
    weight = np.resize([1.0, 3.0], unit.size)
    columns = {f"r{n + 1}": column for n, column in enumerate(multipliers[unit].T * weight)}
    rng = np.random.default_rng(4)
    answers = {
        "group": np.where(unit < 3, "small", "large"),
        "answer": rng.choice(["yes", "no", None], unit.size),
        "w": weight,
    }
    given = ws.Replicates(f"r[1-{multipliers.shape[1]}]", "jkn", rscales=1, **options)
    return ws.Survey(pd.DataFrame(answers | columns), weights="w", replicates=given)


STRATA = np.array([0, 0, 1, 1, 1, 2, 2])
UNITS = np.repeat(np.arange(7), 4)


def test_stated_degrees_of_freedom_and_those_of_the_design_hold_for_domains() -> None:
    multipliers = jackknife_multipliers(STRATA, np.ones(3))[0]
    counted = people(multipliers, UNITS)
    assert counted.degrees_of_freedom == 7 - 3
    # Three units, one stratum of two complete and a third unit.
    assert counted.domain(group="small").degrees_of_freedom == 2
    stated = people(multipliers, UNITS, degrees_of_freedom=9)
    assert stated.domain(group="small").degrees_of_freedom == 9
    design = ws.Survey(
        pd.DataFrame({"psu": UNITS, "stratum": STRATA[UNITS]}),
        psu="psu",
        strata="stratum",
        df_rule="design",
    )
    made = ws.make_replicates(design, "jkn")
    assert made.domain(made.to_frame()["psu"] < 3).degrees_of_freedom == 4


def test_calibration_adds_no_degrees_of_freedom_to_a_domain() -> None:
    frame = pd.DataFrame({"psu": UNITS, "stratum": STRATA[UNITS], "sex": np.resize([1, 2, 2], 28)})
    design = ws.Survey(frame, psu="psu", strata="stratum")
    made = ws.make_replicates(design, "jkn")
    raked = ws.rake(made, {"sex": {1: 0.5, 2: 0.5}})
    for survey in (made, raked):
        assert survey.degrees_of_freedom == 4
        assert survey.domain(frame["psu"] < 3).degrees_of_freedom == 2
    assert raked.domain(frame["psu"] == 0).degrees_of_freedom == 0


def test_strata_drawn_completely_count_as_one_unit() -> None:
    frame = pd.DataFrame({"psu": UNITS, "stratum": STRATA[UNITS], "size": [2] * 8 + [9] * 20})
    made = ws.make_replicates(ws.Survey(frame, psu="psu", strata="stratum", fpc="size"), "jkn")
    weights = made.view(()).design.replicates.weights
    for inside in (frame["psu"] < 3, frame["psu"] < 2, frame["psu"] > 1, frame["psu"] >= 0):
        expected = np.linalg.matrix_rank(weights[inside]) - 1
        assert made.domain(inside).degrees_of_freedom == expected


@settings(max_examples=40)
@given(
    sizes=st.lists(st.integers(2, 5), min_size=1, max_size=5),
    method=st.sampled_from(["jackknife", "half", "bootstrap", "differences"]),
    seed=st.integers(0, 1_000),
)
def test_what_is_held_by_count_is_the_rank(sizes: list[int], method: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    sizes = [2] * len(sizes) if method == "half" else sizes
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    whole = np.ones(len(sizes))
    multipliers = {
        "jackknife": lambda: jackknife_multipliers(stratum, whole)[0],
        "half": lambda: balanced_multipliers(stratum, 0.3),
        "bootstrap": lambda: bootstrap_multipliers(stratum, 0.8 * whole, 200, random),
        "differences": lambda: successive_difference_multipliers(stratum, whole),
    }[method]()
    held = random.random((6, stratum.size)) < random.random((6, 1))
    counted = held_degrees_of_freedom(held, stratum, multipliers.shape[1])
    ranks = [
        max(np.linalg.matrix_rank(multipliers[one]) - 1, 0) if one.any() else 0 for one in held
    ]
    assert counted.tolist() == ranks
    units = DrawnUnits(np.arange(stratum.size), stratum, multipliers.shape[1])
    assert units.freedom(held).tolist() == ranks


@settings(max_examples=30)
@given(seed=st.integers(0, 1_000))
def test_rows_that_are_multiples_of_each_other_are_one_unit(seed: int) -> None:
    random = np.random.default_rng(seed)
    multipliers = bootstrap_multipliers(STRATA, np.ones(3), 60, random)
    unit = random.integers(0, 7, 50)
    weight = np.where(random.random(50) < 0.1, 0.0, random.uniform(0.5, 900, 50))
    given_rows = GivenRows(multipliers[unit] * weight[:, None], weight)
    present = weight > 0
    assert given_rows.size == np.unique(unit[present]).size
    same = pd.crosstab(given_rows.unit[present], unit[present]) > 0
    assert (same.sum(axis=0) == 1).all()
    assert (same.sum(axis=1) == 1).all()


def test_answers_of_many_units_have_at_most_what_their_group_has() -> None:
    """With more units than are counted exactly, a question that some did not answer is bounded."""
    random = np.random.default_rng(2)
    multipliers = bootstrap_multipliers(np.zeros(90, int), np.ones(1), 60, random)
    rows = GivenRows(multipliers, np.ones(90))
    every = np.ones((1, 90), dtype=bool)
    for missing in (1, 20, 35, 70, 88):
        held = every.copy()
        held[0, :missing] = False
        bounded = rows.freedom_within(held, rows.freedom(every))
        assert bounded == replicate_degrees_of_freedom(multipliers[held[0]])


def test_where_most_respondents_are_units_the_respondents_are_counted() -> None:
    random = np.random.default_rng(3)
    n = 1_400
    frame = pd.DataFrame({"group": np.resize(["a"] * 9 + ["b"], n), "w": np.ones(n)})
    drawn = random.multinomial(n, np.full(n, 1 / n), size=30).T.astype(float)
    frame = frame.join(pd.DataFrame(drawn, columns=[f"r{k}" for k in range(1, 31)]))
    frame["rare"] = np.where(np.arange(n) % 100 == 0, "yes", None)
    survey = ws.Survey(frame, weights="w", replicates=ws.Replicates("r[1-30]", "bootstrap"))
    assert survey.degrees_of_freedom == survey.domain(group="b").degrees_of_freedom == 29
    asked = ws.estimate_proportions(survey, "rare").to_frame()
    assert asked["degrees_of_freedom"].tolist() == [14 - 1]
    few = survey.domain((np.arange(n) < 5).tolist())
    assert few.degrees_of_freedom == np.linalg.matrix_rank(drawn[:5]) - 1


@settings(max_examples=12)
@given(seed=st.integers(0, 1_000), made=st.booleans())
def test_every_estimate_has_the_rank_of_those_in_its_base(seed: int, made: bool) -> None:
    random = np.random.default_rng(seed)
    n = 60
    frame = pd.DataFrame(
        {
            "stratum": np.arange(n) % 3,
            "psu": random.integers(0, 5, n),
            "w": random.choice([0.0, 1.0, 2.5], n, p=[0.1, 0.5, 0.4]),
            "a": (random.random(n) < 0.3) * 1.0,
            "b": (random.random(n) < 0.1) * 1.0,
            "q": random.choice([1.0, 2.0, np.nan], n),
            "y": random.normal(size=n),
        }
    )
    questions = [
        ws.Question(
            "m",
            kind="multiple",
            columns=("a", "b"),
            categories=[ws.Category(1, "A"), ws.Category(2, "B")],
        )
    ]
    design = ws.Survey(frame, weights="w", strata="stratum", psu="psu", codebook=questions)
    survey = ws.make_replicates(design, "bootstrap", replicates=60, seed=seed)
    weights = survey.view(()).design.replicates.weights
    if not made:
        columns = pd.DataFrame(weights, columns=[f"r{k}" for k in range(1, 61)])
        replicates = ws.Replicates("r[1-60]", "bootstrap")
        survey = ws.Survey(
            frame.join(columns), weights="w", codebook=questions, replicates=replicates
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        warnings.simplefilter("ignore", DataWarning)
        shares = ws.estimate_proportions(survey, "q", by="m").to_frame()
        medians = ws.estimate_quantiles(survey, "y", [0.5], by="q").to_frame()
    bases = [
        *((frame["ab"[row["m"] == "B"]] == 1) & frame["q"].notna() for _, row in shares.iterrows()),
        *(frame["q"] == float(label) for label in medians["q"]),
    ]
    ours = [*shares["degrees_of_freedom"], *medians["degrees_of_freedom"]]
    for base, df in zip(bases, ours, strict=True):
        rows = weights[(base & (frame["w"] > 0)).to_numpy()]
        assert df == (max(np.linalg.matrix_rank(rows) - 1, 0) if rows.size else 0)
