"""The analyses in samplics, in an environment of its own: ``python with_samplics.py GOLDEN OUT``."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")

import samplics  # noqa: E402 - it warns when it is imported
from samplics import ModelType, PopParam, RepMethod  # noqa: E402

Found = dict[str, float]


def analyses(  # noqa: C901, PLR0915 - one small function an analysis
    golden: Path,
) -> dict[str, Callable[[], Found]]:
    """Return the analyses by name."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(golden / name, keep_default_na=False, na_values=[""])

    strat, clus1 = read("shared/data/apistrat.csv"), read("shared/data/apiclus1.csv")
    clus2, nhanes = read("r/data/apiclus2.csv"), read("r/data/nhanes.csv")
    # Here an fpc is the factor 1 - n/N that a variance is multiplied by, one a stratum.
    sizes = strat.groupby("stype").agg(n=("fpc", "size"), N=("fpc", "first"))
    strat_fpc = (1 - sizes["n"] / sizes["N"]).to_dict()
    clus1_fpc = 1 - clus1["dnum"].nunique() / clus1["fpc"].iloc[0]
    clus2_fpc = 1 - clus2["dnum"].nunique() / clus2["fpc1"].iloc[0]

    def taylor(param: PopParam, frame: pd.DataFrame, y: str, **how: Any) -> Any:
        estimator = samplics.TaylorEstimator(param)
        estimator.estimate(y=frame[y], **how)
        return estimator

    def of_strat(param: PopParam, y: str, **how: Any) -> Any:
        return taylor(
            param, strat, y, samp_weight=strat["pw"], stratum=strat["stype"], fpc=strat_fpc, **how
        )

    def of_nhanes(y: str) -> Any:
        return taylor(
            PopParam.mean,
            nhanes,
            y,
            samp_weight=nhanes["wtmec2yr"],
            stratum=nhanes["sdmvstra"],
            psu=nhanes["sdmvpsu"],
            remove_nan=True,
        )

    def proportion() -> Found:
        estimator = of_strat(PopParam.prop, "awards", domain=strat["stype"])
        return {
            "estimate": estimator.point_est["H"]["Yes"],
            "standard_error": estimator.stderror["H"]["Yes"],
        }

    def median() -> Found:
        estimator = samplics.TaylorEstimator(PopParam.median)
        estimator.estimate(
            y=strat["api00"],
            samp_weight=strat["pw"],
            stratum=strat["stype"],
            fpc=strat_fpc,
        )
        limits = alone(estimator.lower_ci), alone(estimator.upper_ci)
        return {"estimate": alone(estimator.point_est), "ci_low": limits[0], "ci_high": limits[1]}

    def two_stages() -> dict[str, Any]:
        return {
            "samp_weight": clus2["pw"],
            "psu": clus2["dnum"],
            "ssu": clus2["snum"],
            "fpc": clus2_fpc,
        }

    def crosstab(frame: pd.DataFrame, names: list[str], **how: Any) -> Any:
        table = samplics.CrossTabulation(PopParam.prop)
        table.tabulate(vars=frame[names], remove_nan=True, **how)
        return table

    def crosstab_two_stages() -> Found:
        table = crosstab(clus2, ["sch_wide", "stype"], **two_stages())
        return {
            "cell": table.point_est["Yes"]["E"],
            "standard_error": table.stderror["Yes"]["E"],
            **{name: rao_scott(table)[name] for name in ("F", "df1", "p_value")},
        }

    def crosstab_missing() -> Found:
        known = nhanes.dropna(subset=["chol"]).astype({"chol": int})
        return rao_scott(
            crosstab(
                known,
                ["chol", "riagendr"],
                samp_weight=known["wtmec2yr"],
                stratum=known["sdmvstra"],
                psu=known["sdmvpsu"],
            )
        )

    def missing_answers() -> Found:
        estimator = of_nhanes("hi_chol")
        df = estimator.degree_of_freedom
        return {**first(estimator), "degrees_of_freedom": df}

    def t_test() -> Found:
        known = nhanes.dropna(subset=["hi_chol"])
        test = samplics.Ttest("two-sample", paired=False)
        test.compare(
            y=known["hi_chol"],
            group=known["riagendr"],
            samp_weight=known["wtmec2yr"],
            stratum=known["sdmvstra"],
            psu=known["sdmvpsu"],
        )
        means = test.point_est
        low, high = sorted(means)
        difference, statistic = means[high] - means[low], abs(test.stats["t_uneq_variance"])
        return {
            "difference": difference,
            "standard_error": abs(difference) / statistic,
            "statistic": statistic * np.sign(difference),
        }

    def jackknife() -> Found:
        made = samplics.ReplicateWeight(RepMethod.jackknife, strat=False)
        replicates = made.replicate(samp_weight=clus1["pw"], psu=clus1["dnum"])
        columns = [name for name in replicates if str(name).startswith("_jk_wgt")]
        estimator = samplics.ReplicateEstimator(RepMethod.jackknife, PopParam.mean)
        estimator.estimate(
            y=clus1["api00"],
            samp_weight=replicates["_samp_weight"],
            rep_weights=replicates[columns],
            rep_coefs=np.asarray(made.rep_coefs),
        )
        return first(estimator)

    def logit(frame: pd.DataFrame, fpc: float) -> Found:
        model = samplics.SurveyGLM(ModelType.LOGISTIC)
        model.estimate(
            y=(frame["comp_imp"] == "Yes").astype(float),
            x=frame["meals"].astype(float),
            samp_weight=frame["pw"],
            psu=frame["dnum"],
            fpc=fpc,
            add_intercept=True,
            tol=1e-13,
        )
        found = model.beta
        return {"coefficient": found["point_est"][1], "standard_error": found["stderror"][1]}

    def weighted(weights: np.ndarray) -> Found:
        estimator = taylor(
            PopParam.mean, clus1, "api00", samp_weight=weights, psu=clus1["dnum"], fpc=clus1_fpc
        )
        return {"largest_weight": float(np.max(weights)), **first(estimator)}

    def raking() -> Found:
        made = samplics.SampleWeight().rake(
            samp_weight=clus1["pw"],
            margins={"stype": clus1["stype"], "sch_wide": clus1["sch_wide"]},
            control={
                "stype": {"E": 4421, "H": 755, "M": 1018},
                "sch_wide": {"No": 1072, "Yes": 5122},
            },
            tol=1e-12,
            ctrl_tol=1e-12,
            max_iter=1000,
        )
        return weighted(np.asarray(made))

    def calibration() -> Found:
        weight = samplics.SampleWeight()
        matrix, template = weight.calib_covariates(data=clus1, x_cat=["stype"], x_cont=["api99"])
        template.update({"E": 4421, "H": 755, "M": 1018, "api99": 3914069})
        made = weight.calibrate(samp_weight=clus1["pw"], aux_vars=matrix, control=template)
        return weighted(np.asarray(made))

    return {
        "mean": lambda: first(of_strat(PopParam.mean, "api00")),
        "total": lambda: first(of_strat(PopParam.total, "enroll")),
        "proportion": proportion,
        "ratio": lambda: first(of_strat(PopParam.ratio, "api00", x=strat["api99"])),
        "median": median,
        "mean, two stages": lambda: first(taylor(PopParam.mean, clus2, "api00", **two_stages())),
        "cross-tab, two stages": crosstab_two_stages,
        "cross-tab, missing answers": crosstab_missing,
        "missing answers": missing_answers,
        "t-test": t_test,
        "jackknife, finite population": jackknife,
        "logistic regression": lambda: logit(clus1, clus1_fpc),
        "logistic regression, two stages": lambda: logit(clus2, clus2_fpc),
        "raking": raking,
        "calibration": calibration,
    }


def first(estimator: Any) -> Found:
    """Return the estimate and the standard error."""
    return {"estimate": alone(estimator.point_est), "standard_error": alone(estimator.stderror)}


def alone(value: Any) -> float:
    """Return a number that may stand in a dictionary of one."""
    return alone(next(iter(value.values()))) if isinstance(value, dict) else float(value)


def rao_scott(table: Any) -> Found:
    """Return the Rao-Scott F of a table."""
    test = table.stats["Pearson-Adj"]
    return {
        "F": test["f_value"],
        "df1": test["df_num"],
        "df2": test["df_den"],
        "p_value": test["p_value"],
    }


def main(golden: str, out: str) -> None:
    """Write every analysis as JSON; one that fails has its sentence instead."""
    found: dict[str, Any] = {"version": f"samplics {version('samplics')}"}
    for name, work in analyses(Path(golden)).items():
        try:
            found[name] = {figure: float(value) for figure, value in work().items()}
        except Exception as error:  # noqa: BLE001 - whatever another program says is the finding
            found[name] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    Path(out).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
