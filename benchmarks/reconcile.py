"""Times `ws.reconcile` on a workbook of 100 tables by 20 columns of 2,000 respondents.

``python benchmarks/reconcile.py`` makes the survey and the printed tables (whole per cents, bases
and letters), clean, with the weight forgotten, and with a tenth of the percentages a point off.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pandas as pd

import welfarestats as ws
from welfarestats.output.wording import round_half_up


def survey_of(questions: int, respondents: int, seed: int = 1) -> tuple[pd.DataFrame, ws.Codebook]:
    """Return invented respondents and their codebook: stubs of six answers, four banners."""
    draws = np.random.default_rng(seed)
    widths = {"sex": 2, "age": 5, "region": 8, "work": 4}
    frame = pd.DataFrame(
        {name: draws.integers(1, n + 1, respondents) for name, n in widths.items()}
    )
    book = [
        ws.Question(
            name,
            f"Banner {name}",
            categories=tuple(ws.Category(i, f"{name} {i}") for i in range(1, n + 1)),
        )
        for name, n in widths.items()
    ]
    stubs = {}
    for number in range(questions):
        shares = draws.dirichlet(np.full(6, 2.0))
        codes = draws.choice([1, 2, 3, 4, 5, 8], respondents, p=shares)
        stubs[f"q{number}"] = np.where(
            (frame["sex"] == 1) & (draws.random(respondents) < 0.2), 1, codes
        )
        answers = (
            *(ws.Category(i, f"Answer {i}") for i in range(1, 6)),
            ws.Category(8, "Don't know", missing="dont_know"),
        )
        book.append(ws.Question(f"q{number}", f"Question number {number}", categories=answers))
    weights = pd.DataFrame({"w": np.exp(draws.normal(0, 0.4, respondents)).round(3)})
    return pd.concat([frame, pd.DataFrame(stubs), weights], axis=1), ws.Codebook(tuple(book))


def printed(survey: ws.Survey, questions: int) -> pd.DataFrame:
    """Return the tables as an agency prints them, letters after the percentages."""
    tables = ws.book(
        survey, [f"q{n}" for n in range(questions)], ["sex", "age", "region", "work"], style="none",
        test="effective-base",
    ).to_frame()  # fmt: skip
    rows = pd.DataFrame(
        {
            "table": "Table " + tables["stub"].str[1:],
            "stub": "Question number " + tables["stub"].str[1:],
            "stub_category": tables["stub_category"],
            "statistic": "percent",
            "banner": tables["banner"].where(
                tables["banner"] == "Total", "Banner " + tables["banner"]
            ),
            "banner_category": tables["banner_category"],
            "column_key": tables["column_key"],
            "value": [float(round_half_up(100 * one)) for one in tables["estimate"]],
            "letters": tables["letters"],
        }
    )
    first = tables["stub_category"] == "Answer 1"
    bases = rows[first].assign(
        stub_category="Base",
        statistic="base",
        value=tables["base"][first].astype(float),
        letters="",
    )
    found = pd.concat([bases, rows], ignore_index=True)
    return found.assign(printed=found["value"].map("{:.0f}".format))


def main() -> None:
    """Time three workbooks."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=100)
    asked.add_argument("--respondents", type=int, default=2_000)
    options = asked.parse_args()
    frame, codebook = survey_of(options.tables, options.respondents)
    survey = ws.Survey(frame, weights="w", codebook=codebook)
    clean = printed(survey, options.tables)
    unweighted = printed(ws.Survey(frame, codebook=codebook), options.tables)
    noise = clean.copy()
    draws = np.random.default_rng(2)
    off = (noise["statistic"] == "percent") & (draws.random(len(noise)) < 0.1)
    noise.loc[off, "value"] += draws.choice([-1.0, 1.0], int(off.sum()))
    noise["printed"] = noise["value"].map("{:.0f}".format)
    for name, tables in (("clean", clean), ("no weight", unweighted), ("a tenth off", noise)):
        start, busy = time.perf_counter(), time.process_time()
        result = ws.reconcile(tables, survey)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name}: {len(tables):,} cells, {seconds:.1f} s (processor {busy:.1f}), {most:,} MB; {result.counts()}"
        )
        print("", *result.summary().splitlines()[-2:], sep="\n   ")


if __name__ == "__main__":
    main()
