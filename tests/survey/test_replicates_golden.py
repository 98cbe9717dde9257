"""Replicate weights against R's `survey`: given as columns, and made from the same design."""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from golden_cases import GOLDEN, Row, design_options, golden_frame, golden_rows, rows_of

import welfarestats as ws
from welfarestats.errors import PrecisionWarning

CLOSED_FORM, DUST, ITERATED = 1e-8, 1e-12, 1e-6
MADE = {"JK1": "jk1", "JKn": "jkn", "BRR": "brr", "Fay": "fay"}
GIVEN = {**MADE, "subbootstrap": "bootstrap", "bootstrap": "bootstrap", "ACS": "sdr"}
# R's draws for this case are not among the files; `rep/clus1_canty` has its own.
NOT_KEPT = ("rep/clus1_boot", "rep/clus1_boot_mse")
# R's half-samples are others than ours: totals have the same variance in both, ratios have not.
OTHER_HALVES = ("rep/nhanes2_brr_mse", "rep/nhanes2_fay50_mse")
CALIBRATED = ("rep/clus1_fpc_jk1_rake", "rep/clus1_fpc_jk1_poststrat")


def every_row() -> list[Row]:
    own = rows_of("r", GOLDEN / "r" / "golden_replicates.csv")
    return [*(row for row in golden_rows() if row.group == "rep"), *own]


def by_case() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in every_row():
        found[row.case].append(row)
    return found


CASES = by_case()


def described(case: str) -> dict[str, Any]:
    return dict(json.loads(CASES[case][0].design))


def matrix_of(case: str) -> pd.DataFrame:
    """Return the replicate weights that R made, one row a respondent."""
    row, said = CASES[case][0], described(case)
    kept = pd.read_csv(_folder(row.source) / said["replicates"])
    base = said["base_design"]
    keys = [name for name in (base["strata"], *_listed(base["psu"])) if name in kept]
    if not keys:
        return kept
    # One row a PSU: what its respondents' weights were multiplied by.
    frame = golden_frame(row.source, row.dataset)
    expanded = frame[keys].merge(kept, on=keys, how="left").drop(columns=keys)
    return expanded.mul(frame[base["weights"]], axis=0)


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def shares_of(case: str) -> Any:
    source, said = CASES[case][0].source, described(case)
    if isinstance(said["rscales"], str):
        file = said["replicates"].replace(".csv", "_scales.csv")
        return pd.read_csv(_folder(source) / file)["rscale"].tolist()
    return said["rscales"]


def _folder(source: str) -> Any:
    return GOLDEN / ("shared" if source == "shared" else "r") / "data"


def centre_of(case: str) -> str:
    return "estimate" if described(case)["mse"] else "mean"


def has_matrix(case: str) -> bool:
    return described(case)["replicates"] is not None and case not in NOT_KEPT


def calibrated(frame: pd.DataFrame, weights: str, margins: dict[str, dict[str, int]]) -> np.ndarray:
    """Return weights raked to the margins, as R's rake did before it made these replicates."""
    weight = frame[weights].to_numpy().copy()
    for _ in range(60):
        for name, targets in margins.items():
            sums = pd.Series(weight).groupby(frame[name].to_numpy()).sum()
            weight = weight * frame[name].map(pd.Series(targets) / sums).to_numpy(float)
    return weight


MARGINS = {
    "rep/clus1_fpc_jk1_rake": {
        "stype": {"E": 4421, "H": 755, "M": 1018},
        "sch_wide": {"No": 1072, "Yes": 5122},
    },
    "rep/clus1_fpc_jk1_poststrat": {"stype": {"E": 4421, "H": 755, "M": 1018}},
}


@cache
def given_survey(
    case: str, question: ws.Question | None = None, df_rule: str = "design"
) -> ws.Survey:
    """Return the survey whose frame has the replicate weights as columns.

    The values of R in its domains are on the degrees of freedom of the whole design.
    """
    row, said = CASES[case][0], described(case)
    frame, matrix = golden_frame(row.source, row.dataset), matrix_of(case)
    weights = said["base_design"]["weights"]
    if case in MARGINS:
        frame = frame.assign(final=calibrated(frame, weights, MARGINS[case]))
        weights = "final"
    method = GIVEN[said["type"]]
    replicates = ws.Replicates(
        f"r[1-{matrix.shape[1]}]",
        method,
        scale=said["scale"],
        rscales=shares_of(case),
        fay=said["rho"],
        centre=centre_of(case),
    )
    return ws.Survey(
        pd.concat([frame, matrix], axis=1),
        weights=weights,
        weights_represent="population",
        replicates=replicates,
        codebook=[question] if question else None,
        df_rule=df_rule,
    )


@cache
def made_survey(
    case: str, question: ws.Question | None = None, df_rule: str = "design"
) -> ws.Survey:
    """Return the survey whose replicate weights were made from the design."""
    row, said = CASES[case][0], described(case)
    options = design_options(json.dumps(said["base_design"]))
    frame = golden_frame(row.source, row.dataset)
    codebook = [question] if question else None
    survey = ws.Survey(frame, codebook=codebook, df_rule=df_rule, **options)
    method = MADE[said["type"]]
    return ws.make_replicates(survey, method, fay=said["rho"], centre=centre_of(case))


WAYS = [
    *(
        pytest.param(case, given_survey, id=f"{case[4:]}-given")
        for case in CASES
        if has_matrix(case)
    ),
    *(
        pytest.param(case, made_survey, id=f"{case[4:]}-made")
        for case in CASES
        if described(case)["type"] in MADE and case not in CALIBRATED
    ),
]


def agrees(ours: float, theirs: float, relative: float, scale: float) -> bool:
    return bool(abs(ours - theirs) <= relative * abs(theirs) + DUST * abs(scale))


VERBS = {
    "mean": ws.estimate_means,
    "total": ws.estimate_totals,
    "prop": ws.estimate_proportions,
    "count": ws.estimate_totals,
}


@cache
def estimated(way: Any, case: str, statistic: str, variable: str, by: str) -> pd.DataFrame:
    kind = "scale" if statistic in ("mean", "total") else "single"
    survey = way(case, ws.Question(variable, kind=kind))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        return VERBS[statistic](survey, variable, by=by or None).to_frame()


def estimate_row(way: Any, row: Row) -> pd.Series:
    frame = estimated(way, row.case, row.statistic, row.variable, row.by)
    here = np.ones(len(frame), dtype=bool)
    if row.level:
        here &= frame["category"] == row.level
    if row.by:
        here &= frame[row.by] == row.by_level
    (place,) = np.flatnonzero(here)
    return frame.iloc[place]


def checks_of(way: Any, row: Row) -> list[tuple[str, float, float, float]]:
    """Return what is compared: its name, ours, R's, and the size that dust is measured by."""
    if row.statistic == "degf":
        return [("degrees of freedom", way(row.case).degrees_of_freedom, row.value, 1)]
    if row.statistic == "ratio":
        return ratio_checks(way, row)
    if row.statistic == "diff":
        return difference_checks(way, row)
    if row.statistic.startswith("chisq"):
        return table_checks(way, row)
    ours = estimate_row(way, row)
    scale = 1.0 if row.statistic == "prop" else abs(row.value)
    found = [
        ("estimate", ours["estimate"], row.value, scale),
        ("standard error", ours["standard_error"], row.standard_error, scale),
        ("degrees of freedom", ours["degrees_of_freedom"], row.df, 1),
    ]
    if row.statistic in ("mean", "total"):
        found.append(("low", ours["ci_low"], row.ci_low, scale))
        found.append(("high", ours["ci_high"], row.ci_high, scale))
    return found


def ratio_checks(way: Any, row: Row) -> list[tuple[str, float, float, float]]:
    (found,) = (
        ws.estimate_ratios(way(row.case), *row.variable.split("/")).to_frame().to_dict("records")
    )
    return [
        ("ratio", found["estimate"], row.value, 1),
        ("standard error", found["standard_error"], row.standard_error, 1),
        ("degrees of freedom", found["degrees_of_freedom"], row.df, 1),
    ]


def difference_checks(way: Any, row: Row) -> list[tuple[str, float, float, float]]:
    survey = way(row.case, ws.Question(row.variable, kind="scale"))
    frame = ws.compare(
        survey, row.variable, by=row.by, test="design-wald", smallest_effective_base=0
    )
    first, second = row.by_level.rsplit("-", 1)
    if row.by == "agecat":
        first, second = "0-19", "19-39"
    pair = (frame["group_a"] == first) & (frame["group_b"] == second)
    (place,) = np.flatnonzero(pair)
    ours = frame.iloc[place]
    scale = max(abs(ours["estimate_a"]), abs(ours["estimate_b"]))
    return [
        ("difference", ours["difference"], row.value, scale),
        ("standard error", ours["standard_error"], row.standard_error, scale),
        ("degrees of freedom", ours["degrees_of_freedom"], row.df, 1),
    ]


def table_checks(way: Any, row: Row) -> list[tuple[str, float, float, float]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        table = ws.crosstab(way(row.case), row.variable, row.by, style="none")
    if row.statistic == "chisq_Chisq":
        first = table.independence(method="rao-scott-first-order").iloc[0]
        return [("p", first["p_value"], row.extra["p"], 1e4)]
    second = table.independence().iloc[0]
    return [
        ("F", second["statistic"], row.value, 1),
        ("df1", second["df1"], row.df, 1),
        ("df2", second["df2"], row.extra["ddf"], 1),
        ("p", second["p_value"], row.extra["p"], 1e4),
    ]


@pytest.mark.parametrize(("case", "way"), WAYS)
def test_replicates_give_what_r_gives(case: str, way: Any) -> None:
    rows = CASES[case]
    if case in OTHER_HALVES and way is made_survey:
        rows = [row for row in rows if row.statistic in ("degf", "total", "count")]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "replicates are made of PSUs", PrecisionWarning)
        wrong = [
            f"{row.words}: {name} {float(ours)!r}, not {theirs!r}"
            for row in rows
            for name, ours, theirs, scale in checks_of(way, row)
            if not agrees(ours, theirs, CLOSED_FORM, scale)
        ]
    assert not wrong, "\n".join(wrong[:20])


def test_every_row_is_compared() -> None:
    compared = {case for way in WAYS for case in [way.values[0]]}
    assert set(CASES) - compared == set(NOT_KEPT)


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if has_matrix(case)
        and described(case)["type"] in MADE
        and case not in (*CALIBRATED, *OTHER_HALVES)
    ],
)
def test_the_replicates_made_are_the_weights_that_r_made(case: str) -> None:
    theirs, made = matrix_of(case).to_numpy(), made_survey(case).view(()).design.replicates
    assert made is not None
    ours = made.weights
    # The same columns, in whichever order.
    order = [np.lexsort(np.round(one, 6)[::-1]) for one in (ours, theirs)]
    np.testing.assert_allclose(ours[:, order[0]], theirs[:, order[1]], rtol=1e-9)
    shares = np.broadcast_to(shares_of(case), made.rscales.shape)
    np.testing.assert_allclose(made.rscales[order[0]], shares[order[1]], rtol=1e-9)
    assert made.scale == pytest.approx(described(case)["scale"], rel=1e-9)


def test_successive_differences_are_those_made_in_r_by_their_formula() -> None:
    frame = golden_frame("r", "apiclus1")
    given = matrix_of("rep/clus1_sdr").to_numpy()
    made = ws.make_replicates(ws.Survey(frame, weights="pw", psu="dnum"), "sdr")
    ours = made.view(()).design.replicates
    assert ours is not None
    assert given.shape == ours.weights.shape == (183, 16)
    # Another Hadamard matrix of the same order: replicates differ, products of all of them do not.
    weight = frame["pw"].to_numpy()[:, None]
    first, second = given - weight, ours.weights - weight
    np.testing.assert_allclose(second @ second.T, first @ first.T, rtol=1e-9, atol=1e-7)
