"""The analyses in svy, in an environment of its own: ``python with_svy.py GOLDEN OUT``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import svy

Found = dict[str, float]


def analyses(golden: Path) -> dict[str, Callable[[], Found]]:
    """Return the analyses by name."""

    def read(name: str) -> pl.DataFrame:
        return pl.read_csv(golden / name, infer_schema_length=None)

    strat = svy.Sample(
        read("shared/data/apistrat.csv"), svy.Design(stratum="stype", wgt="pw", pop_size="fpc")
    )
    clus1 = svy.Sample(
        read("shared/data/apiclus1.csv"), svy.Design(psu="dnum", wgt="pw", pop_size="fpc")
    )
    clus2 = svy.Sample(
        read("r/data/apiclus2.csv"),
        svy.Design(psu="dnum", ssu="snum", wgt="pw", pop_size=svy.PopSize(psu="fpc1", ssu="fpc2")),
    )
    nhanes = svy.Sample(
        read("r/data/nhanes.csv"), svy.Design(stratum="sdmvstra", psu="sdmvpsu", wgt="wtmec2yr")
    )
    lonely = svy.Sample(
        read("shared/data/lonely.csv"),
        svy.Design(stratum="stratum", psu="psu", wgt="w", singleton="scale"),
    )

    def proportion() -> Found:
        found = strat.estimation.prop("awards", where=svy.col("stype") == "H").to_polars()
        return first(found.filter(pl.col("awards") == "Yes"))

    def median() -> Found:
        row = strat.estimation.median("api00").to_polars().row(0, named=True)
        return {"estimate": row["est"], "ci_low": row["lci"], "ci_high": row["uci"]}

    def crosstab_two_stages() -> Found:
        table = clus2.categorical.tabulate("sch_wide", "stype")
        cell = table.to_polars().filter((pl.col("sch_wide") == "Yes") & (pl.col("stype") == "E"))
        row = cell.row(0, named=True)
        test = rao_scott(table)
        return {
            "cell": row["est"],
            "standard_error": row["se"],
            **{name: test[name] for name in ("F", "df1", "p_value")},
        }

    def t_test() -> Found:
        found = nhanes.categorical.ttest("hi_chol", group="riagendr", drop_nulls=True)
        row = found.to_polars().row(0, named=True)
        return {"difference": row["diff"], "standard_error": row["se"], "statistic": row["t"]}

    def jackknife() -> Found:
        made = clus1.weighting.create_jk_wgts()
        return first(
            made.estimation.mean(
                "api00", method="replication", variance_center="rep_mean"
            ).to_polars()
        )

    def rank_test() -> Found:
        row = clus1.categorical.ranktest("api00", group="comp_imp").to_polars().row(0, named=True)
        return {"statistic": abs(row["t"]), "p_value": row["p_value"]}

    def logit(sample: svy.Sample) -> Found:
        made = sample.wrangling.mutate(
            {"improved": svy.when(svy.col("comp_imp") == "Yes").then(1).otherwise(0)}
        )
        model = made.glm.fit("improved", x=["meals"], family="binomial", tol=1e-13)
        row = model.to_polars().filter(pl.col("term") == "meals").row(0, named=True)
        return {"coefficient": row["estimate"], "standard_error": row["std_err"]}

    def weighted(sample: svy.Sample) -> Found:
        weights = sample.data[sample.design.wgt]
        return {
            "largest_weight": float(weights.max()),
            **first(sample.estimation.mean("api00").to_polars()),
        }

    def raking() -> Found:
        controls = {
            "stype": {"E": 4421, "H": 755, "M": 1018},
            "sch_wide": {"No": 1072, "Yes": 5122},
        }
        return weighted(clus1.weighting.rake(controls=controls, tol=1e-12, max_iter=1000))

    def calibration() -> Found:
        controls: dict[Any, Any] = {
            svy.Cat("stype"): {"E": 4421, "H": 755, "M": 1018},
            "api99": 3914069,
        }
        return weighted(clus1.weighting.calibrate(controls=controls))

    return {
        "mean": lambda: first(strat.estimation.mean("api00").to_polars()),
        "total": lambda: first(strat.estimation.total("enroll").to_polars()),
        "proportion": proportion,
        "ratio": lambda: first(strat.estimation.ratio("api00", "api99").to_polars()),
        "median": median,
        "mean, two stages": lambda: first(clus2.estimation.mean("api00").to_polars()),
        "cross-tab, two stages": crosstab_two_stages,
        "cross-tab, missing answers": lambda: rao_scott(
            nhanes.categorical.tabulate("chol", "riagendr", drop_nulls=True)
        ),
        "missing answers": lambda: first(
            nhanes.estimation.mean("hi_chol", drop_nulls=True).to_polars(), df=True
        ),
        "t-test": t_test,
        "jackknife, finite population": jackknife,
        "rank test, finite population": rank_test,
        "logistic regression": lambda: logit(clus1),
        "logistic regression, two stages": lambda: logit(clus2),
        "raking": raking,
        "calibration": calibration,
        "lonely PSU, average": lambda: first(lonely.estimation.mean("y").to_polars()),
    }


def first(frame: pl.DataFrame, *, df: bool = False) -> Found:
    """Return the first row's estimate and standard error, and its degrees of freedom if asked."""
    row = frame.row(0, named=True)
    found = {"estimate": row["est"], "standard_error": row["se"]}
    return {**found, "degrees_of_freedom": row["df"]} if df else found


def rao_scott(table: svy.Table) -> Found:
    """Return the Rao-Scott F of a table."""
    test = table.stats.f
    return {"F": test.value, "df1": test.df_num, "df2": test.df_den, "p_value": test.p_value}


def main(golden: str, out: str) -> None:
    """Write every analysis as JSON; one that fails has its sentence instead."""
    found: dict[str, Any] = {"version": f"svy {svy.__version__}"}
    for name, work in analyses(Path(golden)).items():
        try:
            found[name] = {figure: float(value) for figure, value in work().items()}
        except Exception as error:  # noqa: BLE001 - whatever another program says is the finding
            found[name] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    Path(out).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
