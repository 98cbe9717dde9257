"""The finished table: frozen, with its test of independence, shown by itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from golden_cases import Row, frame_of, golden_rows, survey_of
from toy_tables import CODEBOOK, SEX, TEN, WORKS, panel, shares, ten

import welfarestats as ws
from welfarestats.errors import OptionError, TableError

AGAINST_R = [
    row
    for row in golden_rows()
    if row.group == "chisq" and row.statistic == "chisq_F" and not np.isnan(row.value)
    if row.dataset != "messy" and "subset" not in row.extra
]


def test_a_table_gives_copies_and_cannot_be_changed() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    frame = table.to_frame()
    frame["estimate"] = 0
    assert table.to_frame()["estimate"].max() > 0
    pairs = table.comparisons()
    pairs["difference"] = 9
    assert not (table.comparisons()["difference"] == 9).any()
    with pytest.raises(FrozenInstanceError):
        table.title = "another"  # type: ignore[misc]


def test_a_notebook_shows_the_table_and_a_terminal_its_text() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    assert table._repr_html_() == table.to_html()
    assert repr(table) == str(table)
    assert str(table).startswith("In work, by sex\n")
    assert "| Yes |" in table.to_markdown()


def test_independence_has_one_row_a_pair_of_questions() -> None:
    table = ws.crosstab(panel(), ["works", "sex"], ["hours", "sex"])
    found = table.independence()
    assert list(found.columns) == ["stub", "banner", "method", "statistic", "df1", "df2", "p_value"]
    pairs = found[["stub", "banner"]].to_numpy().tolist()
    assert pairs == [["works", "hours"], ["works", "sex"], ["sex", "hours"], ["sex", "sex"]]


@pytest.mark.parametrize("row", AGAINST_R[::3], ids=lambda row: f"{row.source}:{row.line}")
def test_the_second_order_statistic_is_that_of_r(row: Row) -> None:
    survey = survey_of(row, "domain")
    assert {row.variable, row.by} <= set(frame_of(row).columns)
    table = ws.crosstab(survey, row.variable, row.by, style="none")
    found = table.independence().iloc[0]
    assert found["statistic"] == pytest.approx(row.value, rel=1e-9)
    assert found["df1"] == pytest.approx(row.df, rel=1e-9)
    assert found["df2"] == pytest.approx(row.extra["ddf"], rel=1e-9)
    assert found["p_value"] == pytest.approx(row.extra["p"], rel=1e-7)


def test_the_first_order_statistic_is_that_of_r() -> None:
    # R's statistic="Chisq" is the Pearson statistic itself; its first-order correction divides
    # by the mean of the eigenvalues, which is what "F" does before its degrees of freedom.
    by_case = {
        (row.case, row.variable, row.by): row
        for row in golden_rows()
        if row.statistic == "chisq_lincom" and "eigen" in row.extra
    }
    row = by_case["chisq/wonly", "sch_wide", "stype"]
    table = ws.crosstab(survey_of(row), "sch_wide", "stype", style="none")
    found = table.independence(method="rao-scott-first-order").iloc[0]
    mean = float(np.mean(row.extra["eigen"]))
    assert found["statistic"] == pytest.approx(row.value / mean, rel=1e-8)
    assert found["df1"] == 2


def test_unweighted_without_clusters_it_is_nearly_pearsons() -> None:
    from scipy import stats

    counts = [[60, 40], [45, 55], [30, 70]]
    frame = shares({f"g{i}": (yes, no) for i, (yes, no) in enumerate(counts)}, repeat=20)
    found = ws.crosstab(ws.Survey(frame), "has", "group").independence().iloc[0]
    pearson = stats.chi2_contingency(np.array(counts) * 20, correction=False)
    assert found["statistic"] == pytest.approx(pearson.statistic / 2, rel=1e-3)
    assert found["df1"] == pytest.approx(2, rel=1e-3)


def test_an_empty_row_or_column_has_no_part_in_it() -> None:
    frame = panel().to_frame()
    options = {"weights": "w", "strata": "stratum", "psu": "psu"}
    more_sexes = ws.Question("sex", categories=[*SEX.categories, ws.Category(3, "Other")])
    more_works = ws.Question("works", categories=[ws.Category(0, "Sometimes"), *WORKS.categories])
    plain = ws.Survey(frame, codebook=CODEBOOK, **options)
    wider = ws.Survey(frame, codebook=ws.Codebook([more_sexes, more_works]), **options)
    ours = ws.crosstab(wider, "works", "sex").independence()
    theirs = ws.crosstab(plain, "works", "sex").independence()
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-10)
    assert ours["p_value"].notna().all()


def test_nets_and_the_total_have_no_part_in_it() -> None:
    netted = ws.Question("works", categories=WORKS.categories, nets=[ws.Net("All", (1, 2))])
    survey = ten(codebook=ws.Codebook([SEX, netted]))
    pd.testing.assert_frame_equal(
        ws.crosstab(survey, "works", "sex").independence(),
        ws.crosstab(ten(), "works", "sex", total=False).independence(),
    )


def test_percentages_of_another_kind_have_the_same_test() -> None:
    tables = [ws.crosstab(panel(), "works", "sex", percent=p) for p in ("column", "row", "total")]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table.independence(), tables[0].independence())


def test_a_domain_keeps_the_design_in_it() -> None:
    row = next(
        one
        for one in golden_rows()
        if one.statistic == "chisq_F" and one.extra.get("subset") == "race == 2"
    )
    black = survey_of(row, "domain").domain(frame_of(row)["race"] == 2)
    found = ws.crosstab(black, row.variable, row.by, style="none").independence().iloc[0]
    assert found["statistic"] == pytest.approx(row.value, rel=1e-9)
    assert found["df2"] == pytest.approx(row.extra["ddf"], rel=1e-9)


@pytest.mark.parametrize(("stub", "banner"), [("help", "sex"), ("works", "help"), ("pay", "sex")])
def test_independence_is_refused_where_a_respondent_may_have_several_answers(
    stub: str, banner: str
) -> None:
    with pytest.raises(TableError, match=f"independence of '{stub}' and '{banner}' cannot be test"):
        ws.crosstab(ten(), stub, banner).independence()


def test_a_domain_in_one_psu_has_an_empty_test_of_independence() -> None:
    frame = pd.DataFrame(
        {"psu": [1, 1, 1, 1, 2, 2], "q": [1, 2, 1, 2, 1, 2], "g": [1, 1, 2, 1, 1, 2]}
    )
    domain = ws.Survey(frame, psu="psu").domain(psu=1)
    found = ws.crosstab(domain, "q", "g").independence()
    assert found[["statistic", "df1", "df2", "p_value"]].isna().all(axis=None)


def test_independence_needs_a_banner_and_a_method_that_exists() -> None:
    with pytest.raises(TableError, match="without a banner question has nothing to be independent"):
        ws.crosstab(ten(), "works").independence()
    with pytest.raises(OptionError, match=r"cannot be 'rao-scot-second-order'.*Did you mean"):
        ws.crosstab(ten(), "works", "sex").independence(method="rao-scot-second-order")


def test_a_banner_that_nobody_answered_has_nothing_to_test() -> None:
    survey = ws.Survey(TEN.assign(sex=np.nan), codebook=CODEBOOK)
    for versus in ("pairs", "total", "rest", "previous"):
        table = ws.crosstab(survey, "works", "sex", versus=versus, style="none")
        assert table.independence()["p_value"].isna().all()
        pairs = table.comparisons()
        assert not pairs["tested"].any()
        assert pairs[["difference", "standard_error", "ci_low", "ci_high"]].isna().all(axis=None)


def test_a_banner_of_one_category_has_no_pairs_and_no_types_of_its_own() -> None:
    one = ws.crosstab(ws.Survey(TEN.assign(sex=1)), "works", "sex", adjust="holm").comparisons()
    row = ws.crosstab(ten(), "works", "sex", percent="row").comparisons()
    some = ws.crosstab(ten(), "works", "sex").comparisons()
    assert (len(one), len(row)) == (0, 0)
    assert one.dtypes.to_dict() == row.dtypes.to_dict() == some.dtypes.to_dict()
    assert len(ws.compare(ws.Survey(TEN.assign(sex=1)), "works", by="sex")) == 0


def test_a_table_of_one_category_cannot_depend_on_anything() -> None:
    frame = TEN.assign(works=1)
    table = ws.crosstab(ws.Survey(frame, codebook=CODEBOOK), "works", "sex", style="none")
    found = table.independence()
    assert found["p_value"].isna().all()


def test_a_table_with_another_title_is_another_table() -> None:
    table = ws.crosstab(ten(), "works", "sex", style="none")
    assert replace(table, title="x").title == "x"
    assert table.title == "In work, by sex"


def test_a_pair_says_that_it_was_tested_with_caution():
    works = ["Yes"] * 10 + ["No"] * 38 + ["Yes"] * 100 + ["No"] * 60 + ["Yes"] * 12 + ["No"] * 13
    frame = pd.DataFrame({"group": ["a"] * 48 + ["b"] * 160 + ["c"] * 25, "works": works})
    table = ws.crosstab(ws.Survey(frame), "works", "group")
    pairs = table.comparisons().query("category == 'Yes'").set_index(["group_a", "group_b"])
    assert pairs["tested"].tolist() == [True, False, False]
    assert pairs["reason"].tolist() == [
        "effective base of 48 is under 100: tested, read with caution",
        "effective base under 30",
        "effective base under 30",
    ]
    free = ws.crosstab(ws.Survey(frame), "works", "group", style="none").comparisons()
    assert (free["reason"] == "").all()
