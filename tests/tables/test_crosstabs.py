"""crosstab(): its frame, its engines, its laws and its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_tables import CODEBOOK, HELP, SEX, TEN, WORKS, cell, panel, shares, ten

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DesignError, OptionError

CONTRACT = (
    "stub, stub_category, is_net, statistic, banner, banner_category, column_key, estimate,"
    " proportion, standard_error, ci_low, ci_high, count, weighted_count, base, weighted_base,"
    " effective_base, design_effect, letters, state, reason, display, origin"
).split(", ")


def test_the_frame_has_the_columns_and_types_of_the_contract() -> None:
    frame = ws.crosstab(panel(), ["works", "help", "pay"], ["sex", "help"]).to_frame()
    assert list(frame.columns) == CONTRACT
    assert isinstance(frame.index, pd.RangeIndex)
    words = ["stub", "stub_category", "statistic", "banner", "banner_category", "column_key"]
    words += ["letters", "state", "reason", "display", "origin"]
    assert {frame[name].dtype.name for name in words} == {"str"}
    assert not frame[words].isna().any(axis=None)
    assert {frame[name].dtype.kind for name in ("count", "base")} == {"i"}
    assert frame["is_net"].dtype == bool
    rest = [name for name in CONTRACT if name not in (*words, "count", "base", "is_net")]
    assert {frame[name].dtype.name for name in rest} == {"float64"}


def test_the_estimate_is_the_proportion_and_neither_is_rounded() -> None:
    frame = ws.crosstab(ten(), "works", "sex", style="dwp-1000").to_frame()
    shares_ = frame[frame["statistic"] == "proportion"]
    assert (shares_["estimate"] == shares_["proportion"]).all()
    assert cell(frame, "Yes", "Total")["proportion"] == 8 / 13
    assert cell(frame, "Yes", "Total")["display"] == "62"


def test_codes_without_a_codebook_are_plain_text() -> None:
    frame = pd.DataFrame({"works": [1.0, 2.0, np.nan, 1.0], "keen": [True, False, True, True]})
    found = ws.crosstab(ws.Survey(frame), "works", "keen").to_frame()
    assert list(dict.fromkeys(found["stub_category"])) == ["1", "2"]
    assert list(dict.fromkeys(found["banner_category"])) == ["Total", "False", "True"]


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), size=st.sampled_from([30, 80, 150]))
def test_a_table_has_the_numbers_of_the_estimates(seed: int, size: int) -> None:
    survey = panel(size, seed)
    interval = ("logit", "wilson", "korn-graubard")[seed % 3]
    for stub, banner in (("works", "sex"), ("help", "works"), ("works", "help")):
        table = ws.crosstab(survey, stub, banner, style="none", interval=interval).to_frame()
        table = table[table["statistic"] == "proportion"]
        nets = {net.label for net in CODEBOOK[banner].nets}
        inside = table[(table["banner"] != "Total") & ~table["banner_category"].isin(nets)]
        for part, by in ((inside, banner), (table[table["banner"] == "Total"], None)):
            theirs = ws.estimate_proportions(survey, stub, by=by, interval=interval).to_frame()
            assert part["stub_category"].tolist() == theirs["category"].tolist()
            for name in ("base", "estimate", "standard_error", "ci_low", "ci_high"):
                np.testing.assert_allclose(
                    part[name], theirs[name], rtol=1e-10, atol=1e-14, err_msg=name
                )
            for name in ("weighted_base", "effective_base", "design_effect"):
                np.testing.assert_allclose(part[name], theirs[name], rtol=1e-10, atol=1e-12)


def test_the_mean_row_has_the_numbers_of_the_means() -> None:
    survey = panel()
    for stub in ("pay", "works"):
        table = ws.crosstab(survey, stub, "sex", style="none").to_frame()
        ours = table.query("statistic == 'mean' and banner == 'sex'")
        theirs = ws.estimate_means(survey, stub, by="sex").to_frame()
        for name in ("estimate", "standard_error", "ci_low", "ci_high", "base", "design_effect"):
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-10, err_msg=name)


def frames_of(frame: pd.DataFrame) -> dict[str, Any]:
    polars = pl.from_pandas(frame, nan_to_null=True)
    return {
        "polars": polars,
        "lazy polars": polars.lazy(),
        "arrow": pa.Table.from_pandas(frame),
    }


@pytest.mark.parametrize("engine", ["polars", "lazy polars", "arrow"])
@pytest.mark.parametrize("psu", ["psu", None])
def test_every_engine_gives_the_same_table(engine: str, psu: str | None) -> None:
    options: dict[str, Any] = {"weights": "w", "strata": "stratum", "psu": psu}
    frame = panel().to_frame()
    questions = (["works", "help", "hours", "pay"], ["sex", "help"])
    table = ws.crosstab(ws.Survey(frame, codebook=CODEBOOK, **options), *questions)
    survey = ws.Survey(frames_of(frame)[engine], codebook=CODEBOOK, **options)
    other = ws.crosstab(survey, *questions)
    pd.testing.assert_frame_equal(other.to_frame(), table.to_frame(), rtol=1e-10, atol=1e-12)
    pd.testing.assert_frame_equal(other.comparisons(), table.comparisons(), rtol=1e-9, atol=1e-12)
    assert other.to_html() == table.to_html()


@pytest.mark.parametrize("test", ["design", "auto", "exact"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_a_lazy_frame_is_scanned_once_a_table(
    tmp_path: Path, test: str, weights: str | None
) -> None:
    if test == "exact" and weights:
        return
    path = tmp_path / "panel.parquet"
    panel().to_frame().to_parquet(path)
    scans = []

    def seen(frame: pl.DataFrame) -> pl.DataFrame:
        scans.append(len(frame))
        return frame

    lazy = pl.scan_parquet(path).map_batches(seen)
    survey = ws.Survey(lazy, weights=weights, codebook=CODEBOOK)
    assert scans == []
    ws.crosstab(survey, ["works", "help", "hours"], ["sex", "help"], test=test)
    assert len(scans) == 1
    scans.clear()
    ws.book(survey, ["works", "help", "hours", "pay"], ["sex", "help"], test=test)
    assert len(scans) == 1


def test_a_domain_never_drops_a_psu() -> None:
    survey = panel()
    frame = survey.to_frame()
    # All people of sex 1 live in few PSUs: without the others' rows, PSUs would vanish.
    frame = frame.assign(sex=np.where(frame["psu"] < 3, frame["sex"], 2))
    options = {"weights": "w", "strata": "stratum", "psu": "psu", "codebook": CODEBOOK}
    whole = ws.Survey(frame, **options)
    inside = ws.crosstab(whole.domain(sex="Men"), "works", style="none")
    column = ws.crosstab(whole, "works", "sex", style="none")
    for name in ("proportion", "standard_error", "ci_low", "ci_high", "base"):
        assert cell(inside, "Yes", "Total")[name] == pytest.approx(
            cell(column, "Yes", "Men")[name], rel=1e-12
        )
    dropped = ws.crosstab(ws.Survey(frame[frame["sex"] == 1], **options), "works", style="none")
    ours, theirs = (cell(one, "Yes", "Total") for one in (inside, dropped))
    assert ours["proportion"] == pytest.approx(theirs["proportion"], rel=1e-12)
    assert ours["standard_error"] != pytest.approx(theirs["standard_error"], rel=1e-3)


def test_nobody_in_a_column_is_a_mark_and_no_noise() -> None:
    sexes = ws.Question("sex", categories=[*SEX.categories, ws.Category(3, "Other")])
    codebook = ws.Codebook([sexes, WORKS, HELP])
    table = ws.crosstab(ten(codebook=codebook), ["works", "help"], "sex", style="none")
    other = table.to_frame().query("banner_category == 'Other'")
    assert set(other["state"]) == {"none-recorded"}
    assert set(other["display"]) == {"[w]"}
    assert other["estimate"].isna().all()
    assert (other["base"] == 0).all()
    assert "nan" not in table.to_html().lower()
    assert "nan" not in str(table).lower()
    for percent in ("row", "total"):
        rows = ws.crosstab(ten(codebook=codebook), "works", "sex", percent=percent, style="none")
        assert cell(rows, "Yes", "Other")["display"] == "0"


def test_a_question_may_stand_on_both_sides() -> None:
    table = ws.crosstab(ten(), "help", "help", style="none")
    assert cell(table, "Family", "Family")["proportion"] == 1
    # Of the three who named friends (weights 1, 2, 2) two named family too.
    assert cell(table, "Family", "Friends")["proportion"] == 3 / 5


def test_one_respondent_makes_a_table_where_a_lone_psu_is_allowed() -> None:
    with pytest.raises(DesignError, match="has only one PSU"):
        ws.Survey(TEN[:1], codebook=CODEBOOK)
    survey = ws.Survey(TEN[:1], codebook=CODEBOOK, lonely_psu="certainty")
    table = ws.crosstab(survey, "works", "sex", style="none")
    men = cell(table, "Yes", "Men")
    assert (men["proportion"], men["base"]) == (1, 1)
    assert np.isnan(men["ci_low"])


def test_invented_records_have_no_inference_and_say_so_everywhere() -> None:
    table = ws.crosstab(ten(origin="synthetic"), ["works", "help", "pay"], "sex", style="none")
    frame = table.to_frame()
    blank = ["standard_error", "ci_low", "ci_high", "design_effect"]
    assert frame[blank].isna().all(axis=None)
    assert set(frame["letters"]) == {""}
    assert set(frame["origin"]) == {"synthetic"}
    assert frame["estimate"].notna().all()
    assert not table.comparisons()["tested"].any()
    assert table.comparisons()["p_value"].isna().all()
    single = ws.crosstab(ten(origin="synthetic"), "works", "sex")
    assert single.independence()[["statistic", "p_value"]].isna().all(axis=None)
    html = single.to_html()
    caption = html[html.index("<caption") : html.index("</caption>")]
    assert "synthetic" in caption.lower()
    assert any("synthetic records" in note for note in table.grid.notes)
    assert "synthetic" in str(table).lower()
    assert "synthetic" in table.to_markdown().lower()
    for name in ws.book(ten(origin="synthetic"), ["works", "help"], "sex"):
        assert name in ("works", "help")


def test_inference_on_invented_records_must_be_asked_for() -> None:
    asked = ws.crosstab(
        ten(origin="synthetic"), "works", "sex", style="none", synthetic_inference=True
    )
    real = ws.crosstab(ten(), "works", "sex", style="none")
    pd.testing.assert_frame_equal(
        asked.to_frame().drop(columns="origin"), real.to_frame().drop(columns="origin")
    )
    assert set(asked.to_frame()["origin"]) == {"synthetic"}
    pd.testing.assert_frame_equal(asked.independence(), real.independence())


def test_volunteers_are_called_no_random_sample() -> None:
    table = ws.crosstab(ten(sample="volunteer"), "works", "sex", style="none")
    assert any("volunteers, not a random sample" in note for note in table.grid.notes)
    census = ws.crosstab(ten(sample="attempted_census"), "works", "sex", style="none")
    assert any("an attempted census, not a random sample" in note for note in census.grid.notes)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"percent": "colum"}, r"percent cannot be 'colum'.*Did you mean 'column'"),
        ({"test": "desing"}, r"test cannot be 'desing'.*Did you mean 'design'"),
        ({"adjust": "bonferoni"}, r"adjust cannot be 'bonferoni'.*Did you mean 'bonferroni'"),
        ({"versus": "pair"}, r"versus cannot be 'pair'.*Did you mean 'pairs'"),
        ({"family": "categories"}, r"family cannot be 'categories'.*Did you mean 'category'"),
        ({"interval": "wislon"}, r"interval cannot be 'wislon'.*Did you mean 'wilson'"),
        ({"interval": "hypergeometric"}, "interval cannot be 'hypergeometric'"),
        ({"style": "defualt"}, r"no house style is named 'defualt'.*Did you mean 'default'"),
        ({"base_includes": ["dontknow"]}, r"cannot be 'dontknow'.*Did you mean 'dont_know'"),
        ({"base_includes": "dontknow"}, r"cannot be 'dontknow'.*Did you mean 'dont_know'"),
        ({"level": 95}, "level is a confidence level between 0 and 1, not 95"),
        ({"level": "0.95"}, "between 0 and 1, not '0.95'"),
    ],
)
def test_an_option_that_is_none_of_its_words_is_refused(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        ws.crosstab(ten(), "works", "sex", **options)


def test_questions_that_do_not_exist_are_refused_with_the_nearest() -> None:
    with pytest.raises(CodebookError, match=r"no question named 'work' in the.*mean 'works'"):
        ws.crosstab(ten(), "work", "sex")
    with pytest.raises(CodebookError, match=r"no question named 'sxe' in the.*mean 'sex'"):
        ws.crosstab(ten(), "works", "sxe")
    with pytest.raises(CodebookError, match="a question is named by text, not by 'int'"):
        ws.crosstab(ten(), ["works", 3], "sex")  # type: ignore[list-item]
    bare = ws.Survey(TEN)
    with pytest.raises(CodebookError, match=r"no question named 'work' in the data.*mean 'works'"):
        ws.crosstab(bare, "work", "sex")


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_a_table_without_a_stub_is_refused(nothing: Any) -> None:
    with pytest.raises(OptionError, match="a table needs at least one stub question"):
        ws.crosstab(ten(), nothing, "sex")


def test_what_is_no_question_is_refused() -> None:
    with pytest.raises(OptionError, match="the stub of a table is the name of a question or a"):
        ws.crosstab(ten(), 5, "sex")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="question 'sex' stands in the banner twice"):
        ws.crosstab(ten(), "works", ["sex", "sex"])
    with pytest.raises(OptionError, match="question 'works' stands in the stub twice"):
        ws.crosstab(ten(), ["works", "works"], "sex")
    with pytest.raises(OptionError, match="cannot be named 'Total'"):
        ws.crosstab(ws.Survey(TEN.assign(Total=1)), "works", "Total")
    with pytest.raises(OptionError, match="a table is made from a Survey, not from 'DataFrame'"):
        ws.crosstab(TEN, "works", "sex")  # type: ignore[arg-type]


@pytest.mark.parametrize(("stub", "banner"), [("has", "nino"), ("nino", "has")])
def test_an_identifier_is_no_question_and_its_values_are_not_told(stub: str, banner: str) -> None:
    frame = shares({"a": (80, 20), "b": (60, 40)})
    frame["nino"] = [f"QQ{i:06}C" for i in range(len(frame))]
    with pytest.raises(DataError, match="'nino' has 200 different values among 200") as told:
        ws.crosstab(ws.Survey(frame), stub, banner)
    assert "QQ" not in str(told.value)


def test_a_banner_of_very_many_columns_is_refused_unless_declared() -> None:
    frame = shares({"a": (160, 40), "b": (120, 80)})
    frame["place"] = [f"Place {i % 101}" for i in range(len(frame))]
    with pytest.raises(DataError, match="'place' would make 101 columns; it looks like an"):
        ws.crosstab(ws.Survey(frame), "has", "place")
    assert len(ws.crosstab(ws.Survey(frame), "place", "has").to_frame()) == 303


def test_many_declared_categories_may_be_columns() -> None:
    offices = [ws.Category(i, f"Office {i}") for i in range(120)]
    frame = pd.DataFrame({"office": np.arange(480) % 120, "has": np.arange(480) % 2})
    survey = ws.Survey(frame, codebook=ws.Codebook([ws.Question("office", categories=offices)]))
    table = ws.crosstab(survey, "has", "office", versus="rest")
    assert table.to_frame()["banner_category"].nunique() == 121
