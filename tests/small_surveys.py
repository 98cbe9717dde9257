"""Small invented surveys for laws and identities, and every estimator applied to one of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import DataError, WelfareStatsWarning

WORK = ws.Question(
    "work",
    categories=[
        ws.Category(1, "Full time", score=40),
        ws.Category(2, "Part time", score=16),
        ws.Category(3, "Not at all", score=0),
        ws.Category(9, "Don't know", missing="dont_know"),
    ],
    nets=[ws.Net("Any work", (1, 2)), ws.Net("Not full time", (2, 3))],
)
HELP = ws.Question(
    "help",
    kind="multiple",
    columns=("help_advice", "help_money", "help_none"),
    categories=[ws.Category(1, "Advice"), ws.Category(2, "Money"), ws.Category(3, "None")],
    nets=[ws.Net("Advice or money", (1, 2))],
)
REGION = ws.Question("region", categories=[ws.Category(1, "North"), ws.Category(2, "South")])
AGE = ws.Question("age", kind="scale")
CODEBOOK = ws.Codebook([WORK, HELP, REGION, AGE])

DESIGNS: dict[str, dict[str, Any]] = {
    "persons": {},
    "strata": {"strata": "stratum"},
    "clusters": {"psu": "psu"},
    "clusters in strata": {"strata": "stratum", "psu": "psu"},
    "clusters of a finite population": {"strata": "stratum", "psu": "psu", "fpc": "psus"},
    "two stages": {"strata": "stratum", "psu": "psu", "fpc": ["psus", "people"]},
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Draw 12 to 30 respondents in two strata of three PSUs, some answers missing."""
    size = draw(st.integers(12, 30))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))

    def column(values: Sequence[float]) -> np.ndarray:
        return random.choice(np.array(values, dtype=float), size)

    index = np.arange(size)
    frame = pd.DataFrame(
        {
            "work": column([1, 2, 3, 9, np.nan]),
            "region": column([1, 2, 1, 2, np.nan]),
            "age": column([18, 25, 40, 41.5, 67, np.nan]),
            "help_advice": column([0, 1]),
            "help_money": column([0, 1]),
            "help_none": column([0, 1]),
            "w": column([0, 0.25, 1, 1, 2, 3.5]),
            "stratum": index % 2,
            "psu": index // 2 % 3,
        }
    )
    asked = column([1, 1, 1, np.nan])
    for name in HELP.stored_in:
        frame[name] *= asked
    frame.loc[0, ["w", "work", "age", "region", *HELP.stored_in]] = [1, 1, 30, 1, 1, 0, 0]
    frame["psus"] = 7
    frame["people"] = frame.groupby(["stratum", "psu"])["w"].transform("size") + 4
    return frame


def survey_of(
    frame: Any, design: str, weights: str | None = "w", codebook: ws.Codebook = CODEBOOK
) -> ws.Survey:
    """Return the survey of a frame under one of the designs."""
    return ws.Survey(
        frame,
        weights=weights,
        weights_represent="population",
        codebook=codebook,
        **DESIGNS[design],
    )


ESTIMATORS: dict[str, Callable[[ws.Survey], Any]] = {
    "proportions": lambda s: ws.estimate_proportions(s, "work"),
    "proportions by domain": lambda s: ws.estimate_proportions(s, "work", by="region"),
    "proportions by two domains": lambda s: ws.estimate_proportions(
        s, "region", by=["region", "work"]
    ),
    "proportions of mentions": lambda s: ws.estimate_proportions(s, "help", interval="wald"),
    "mentions by domain": lambda s: ws.estimate_proportions(s, "help", by="work"),
    "proportions by mentions": lambda s: ws.estimate_proportions(s, "work", by="help"),
    "with don't knows": lambda s: ws.estimate_proportions(
        s, "work", base_includes=["dont_know"], interval="wilson"
    ),
    "means": lambda s: ws.estimate_means(s, "age"),
    "means by domain": lambda s: ws.estimate_means(s, "age", by="region"),
    "means of scores": lambda s: ws.estimate_means(s, "work", by="help"),
    "totals": lambda s: ws.estimate_totals(s, "work", by="region"),
    "totals of mentions": lambda s: ws.estimate_totals(s, "help"),
    "totals of a scale": lambda s: ws.estimate_totals(s, "age", by="region"),
    "comparisons": lambda s: ws.compare(
        s, "work", by="region", test="design-wald", smallest_effective_base=0
    ),
    "comparisons of overlapping groups": lambda s: ws.compare(
        s, "age", by="help", smallest_effective_base=0
    ),
    "comparisons with the total": lambda s: ws.compare(
        s, "help", by="work", versus="total", smallest_effective_base=0, smallest_expected=0
    ),
    "ratios": lambda s: ws.estimate_ratios(s, "work", "age"),
    "ratios by domain": lambda s: ws.estimate_ratios(s, "age", "age", by="help"),
    "quantiles": lambda s: ws.estimate_quantiles(s, "age"),
    "quantiles by domain": lambda s: ws.estimate_quantiles(
        s, "work", [0.2, 0.5], by="help", definition="school", interval="wald"
    ),
    "standardised": lambda s: ws.standardise(
        ws.estimate_proportions(s, "work", by="region"), {"region": {"North": 1, "South": 3}}
    ),
    "contrasts": lambda s: ws.contrast(
        ws.estimate_means(s, "age", by="region"), {"less": {"North": 1, "South": -1}}
    ),
    "ranks compared": lambda s: ws.compare_scores(s, "age", "region"),
    "scores of several groups": lambda s: ws.compare_scores(s, "age", "work", test="t"),
    "independence": lambda s: ws.crosstab(s, "work", "region", style="none").independence(
        "adjusted-wald"
    ),
    "table": lambda s: ws.crosstab(s, ["work", "help"], "region", style="none"),
    "table of medians": lambda s: ws.crosstab(
        s, ["age", "work"], "help", medians=True, style="none"
    ),
    "table in rows": lambda s: ws.crosstab(s, "region", "work", percent="row", style="none"),
    "table of everyone": lambda s: ws.crosstab(s, "work", "help", percent="total", style="none"),
}


def result(survey: ws.Survey, estimator: str) -> pd.DataFrame | None:
    """Return the frame of an estimator, or nothing where nobody answered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WelfareStatsWarning)
        try:
            found = ESTIMATORS[estimator](survey)
        except DataError:
            return None
    return found if isinstance(found, pd.DataFrame) else found.to_frame()


@contextmanager
def same_by_name(estimator: str) -> Iterator[None]:
    """Say in a failure which estimator broke the law."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{estimator}: {error}") from None


def assert_same(
    first: pd.DataFrame | None,
    second: pd.DataFrame | None,
    *,
    but: Sequence[str] = (),
    relative: float = 1e-9,
) -> None:
    """Two results are the same number for number, float dust and the named columns apart."""
    if first is None or second is None:
        assert first is None
        assert second is None
        return
    assert list(first) == list(second)
    for name in first:
        if name in but:
            continue
        ours, theirs = first[name], second[name]
        if not pd.api.types.is_float_dtype(ours.dtype):
            assert ours.fillna("").tolist() == theirs.fillna("").tolist(), name
            continue
        scale = np.nanmax(np.abs([*ours, *theirs, 0.0]))
        np.testing.assert_allclose(
            ours, theirs, rtol=relative, atol=1e-12 * scale, equal_nan=True, err_msg=str(name)
        )
