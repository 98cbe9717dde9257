"""The analyses in welfarestats: ``python with_welfarestats.py GOLDEN OUT``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import welfarestats as ws

Found = dict[str, float]


def analyses(  # noqa: C901 - one small function an analysis
    golden: Path,
) -> dict[str, Callable[[], Found]]:
    """Return the analyses by name."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(golden / name, keep_default_na=False, na_values=[""])

    strat = ws.Survey(
        read("shared/data/apistrat.csv"),
        weights="pw",
        strata="stype",
        fpc="fpc",
        weights_represent="population",
    )
    clus1 = ws.Survey(
        read("shared/data/apiclus1.csv"),
        weights="pw",
        psu="dnum",
        fpc="fpc",
        weights_represent="population",
    )
    clus2 = ws.Survey(
        read("r/data/apiclus2.csv"), weights="pw", psu=["dnum", "snum"], fpc=["fpc1", "fpc2"]
    )
    # A bare column of 0 and 1 would be read as two answers: its mean is wanted.
    scale = ws.Codebook([ws.Question("hi_chol", kind="scale")])
    nhanes = ws.Survey(
        read("r/data/nhanes.csv"),
        weights="wtmec2yr",
        strata="sdmvstra",
        psu="sdmvpsu",
        codebook=scale,
    )
    lonely = ws.Survey(
        read("shared/data/lonely.csv"),
        weights="w",
        strata="stratum",
        psu="psu",
        lonely_psu="average",
    )

    def mean(survey: ws.Survey, variable: str, *, df: bool = False) -> Found:
        return first(ws.estimate_means(survey, variable).to_frame(), df=df)

    def proportion() -> Found:
        frame = ws.estimate_proportions(strat.domain(stype="H"), "awards").to_frame()
        return first(frame[frame["category"] == "Yes"])

    def median() -> Found:
        found = ws.estimate_quantiles(strat, "api00", quantiles=(0.5,), interval="wald")
        row = found.to_frame().iloc[0]
        return {name: row[name] for name in ("estimate", "ci_low", "ci_high")}

    def crosstab_two_stages() -> Found:
        table = ws.crosstab(clus2, "sch_wide", "stype", percent="total", style="none")
        frame = table.to_frame()
        cell = frame[(frame["stub_category"] == "Yes") & (frame["banner_category"] == "E")].iloc[0]
        test = independence(table)
        return {
            "cell": cell["estimate"],
            "standard_error": cell["standard_error"],
            **{name: test[name] for name in ("F", "df1", "p_value")},
        }

    def crosstab_missing() -> Found:
        return independence(ws.crosstab(nhanes, "chol", "riagendr", style="none"))

    def t_test() -> Found:
        row = ws.compare(nhanes, "hi_chol", by="riagendr", test="design-wald").iloc[0]
        names = ("difference", "standard_error", "statistic")
        return {name: -row[name] if name != "standard_error" else row[name] for name in names}

    def jackknife() -> Found:
        return mean(ws.make_replicates(clus1, "jk1", centre="mean"), "api00")

    def weighted(survey: ws.Survey) -> Found:
        return {"largest_weight": survey.weights.max(), **mean(survey, "api00")}

    def raking() -> Found:
        targets = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch_wide": {"No": 1072, "Yes": 5122}}
        return weighted(ws.rake(clus1, targets))

    def calibration() -> Found:
        totals: dict[str, Any] = {"stype": {"E": 4421, "H": 755, "M": 1018}, "api99": 3914069}
        return weighted(ws.calibrate(clus1, totals))

    def rank_test() -> Found:
        row = ws.compare_scores(clus1, "api00", by="comp_imp").iloc[0]
        return {"statistic": abs(row["statistic"]), "p_value": row["p_value"]}

    return {
        "mean": lambda: mean(strat, "api00"),
        "total": lambda: first(ws.estimate_totals(strat, "enroll").to_frame()),
        "proportion": proportion,
        "ratio": lambda: first(ws.estimate_ratios(strat, "api00", "api99").to_frame()),
        "median": median,
        "mean, two stages": lambda: mean(clus2, "api00"),
        "cross-tab, two stages": crosstab_two_stages,
        "cross-tab, missing answers": crosstab_missing,
        "missing answers": lambda: mean(nhanes, "hi_chol", df=True),
        "t-test": t_test,
        "jackknife, finite population": jackknife,
        "rank test, finite population": rank_test,
        "raking": raking,
        "calibration": calibration,
        "lonely PSU, average": lambda: mean(lonely, "y"),
    }


def first(frame: pd.DataFrame, *, df: bool = False) -> Found:
    """Return the first row's estimate and standard error, and its degrees of freedom if asked."""
    names = ["estimate", "standard_error", *(["degrees_of_freedom"] if df else [])]
    return {name: frame.iloc[0][name] for name in names}


def independence(table: ws.Table) -> Found:
    """Return the Rao-Scott test of a table of one stub by one banner question."""
    row = table.independence().iloc[0]
    return {"F": row["statistic"], "df1": row["df1"], "df2": row["df2"], "p_value": row["p_value"]}


def main(golden: str, out: str) -> None:
    """Write every analysis as JSON; one that does not exist (yet) has a sentence instead."""
    found: dict[str, Any] = {"version": f"welfarestats {ws.__version__}"}
    for name, work in analyses(Path(golden)).items():
        try:
            found[name] = {figure: float(value) for figure, value in work().items()}
        except AttributeError as missing:
            found[name] = str(missing)
    Path(out).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
