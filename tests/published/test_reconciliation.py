"""Agencies' tables with faults put in on purpose, alone and two at a time: found and named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from agency_workbook import agency_tables, write_agency_workbook
from printed_workbooks import (
    CODEBOOK,
    FAULTS,
    READY,
    STUBS,
    Recipe,
    earlier_delivery,
    half_even,
    mistyped,
    named,
    pairs_of_faults,
    people,
    printed,
    surveyed,
    with_faults,
)

import welfarestats as ws
from welfarestats.errors import CodebookError, OptionError, TableError

FEWER = {"stubs": ("ready", "health", "helped"), "banner": ("sex", "age")}


@pytest.fixture(scope="module")
def survey() -> ws.Survey:
    return surveyed()


@pytest.fixture(scope="module")
def earlier() -> ws.Survey:
    return surveyed(earlier_delivery(people()))


@pytest.fixture(scope="module")
def clean() -> pd.DataFrame:
    return printed(Recipe(**FEWER))


def test_tables_without_a_fault_are_exact(survey: ws.Survey, earlier: ws.Survey):
    tables = printed()
    result = ws.reconcile(tables, survey, earlier=earlier)
    assert result.ok
    assert result.counts() == {
        "unexplained": 0,
        "unmatched": 0,
        "explained": 0,
        "rounding": 0,
        "exact": len(tables),
    }
    assert len(result.explanations()) == 0
    assert result.letters().empty


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_named(fault: str, survey: ws.Survey, earlier: ws.Survey):
    tables = with_faults([fault], **FEWER)
    result = ws.reconcile(tables, survey, earlier=earlier)
    counts = result.counts()
    assert counts["unexplained"] == 0
    assert counts["explained"] + counts["rounding"] > 0
    assert FAULTS[fault][1] in named(result)
    assert result.ok == (fault in ("two stages", "decimals cut off"))


@pytest.mark.parametrize(
    ("first", "second"), pairs_of_faults()[::9], ids=lambda name: name.replace(" ", "-")
)
def test_two_faults_at_once_are_found_and_named(  # all of them: proofs.reconciled_workbooks
    first: str, second: str, survey: ws.Survey, earlier: ws.Survey
):
    result = ws.reconcile(with_faults([first, second], **FEWER), survey, earlier=earlier)
    assert result.counts()["unexplained"] == 0
    assert FAULTS[first][1] in named(result)
    assert FAULTS[second][1] in named(result)


def test_a_mistyped_digit_is_unexplained_and_stands_first(survey: ws.Survey, clean: pd.DataFrame):
    result = ws.reconcile(mistyped(clean, "Fair", "Women", 74), survey)
    frame = result.to_frame()
    assert frame["status"].tolist().count("unexplained") == 1
    first = frame.iloc[0]
    assert first[["stub_category", "banner_category", "printed", "status"]].tolist() == [
        *("Fair", "Women", "74", "unexplained"),
    ]
    assert first["difference"] == pytest.approx(74 - first["computed"])
    assert not result.ok
    assert "Fair by Women: printed 74, ours" in result.summary().splitlines()[1]


@pytest.mark.parametrize("fault", ["no weight", "a filter on an answer"])
def test_a_mistyped_digit_stays_unexplained_beside_a_fault(fault: str, survey: ws.Survey):
    tables = mistyped(with_faults([fault], **FEWER), "Good", "Women", 97)
    result = ws.reconcile(tables, survey)
    assert FAULTS[fault][1] in named(result)
    wrong = result.to_frame().query("status == 'unexplained'")
    assert wrong[["stub_category", "banner_category"]].to_numpy().tolist() == [["Good", "Women"]]


def test_one_off_in_the_last_place_is_not_rounding(survey: ws.Survey, clean: pd.DataFrame):
    place = (clean["stub_category"] == "Good") & (clean["banner_category"] == "Men")
    value = float(clean.loc[place & (clean["statistic"] == "percent"), "value"].iloc[0])
    result = ws.reconcile(mistyped(clean, "Good", "Men", value + 1), survey)
    assert result.counts()["unexplained"] == 1


def test_computed_is_the_figure_of_our_own_cross_tab(survey: ws.Survey):
    frame = ws.reconcile(with_faults(["no weight"], **FEWER), survey).to_frame()
    table = ws.crosstab(survey, "health", ["sex", "age"]).to_frame()
    ours = frame[(frame["question"] == "health") & (frame["statistic"] == "percent")]
    ours = ours.set_index(["stub_category", "banner_question", "banner_category"])["computed"]
    for cell in table.to_dict("records"):
        place = (cell["stub_category"], cell["banner"], cell["banner_category"])
        assert ours[place] == pytest.approx(100 * cell["estimate"], abs=1e-9)


def test_one_column_on_other_people_is_told_of_the_column(survey: ws.Survey, clean: pd.DataFrame):
    other = printed(Recipe(**FEWER, domain={"region": "South"}))
    here = clean["banner_category"] == "Women"
    tables = clean.copy()
    tables.loc[here, ["value", "printed"]] = other.loc[here, ["value", "printed"]]
    # A filter of one column is not looked for, and is not taken for something else either.
    result = ws.reconcile(tables, survey)
    assert set(result.to_frame().query("status == 'unexplained'")["banner_category"]) == {"Women"}


def test_a_column_of_other_people_is_named(survey: ws.Survey):
    frame = people()
    other = frame.assign(age=frame["age"].where(frame["age"] != 2, 3))
    tables = printed(Recipe(frame=other, **FEWER))
    tables = tables[tables["banner_category"] != "35 to 49"]
    result = ws.reconcile(tables, survey)
    assert "the column '50 and over' is the net '35 and over'" in named(result)
    assert result.counts()["unexplained"] == 0


def test_a_base_row_under_the_wrong_name_is_named(survey: ws.Survey, clean: pd.DataFrame):
    tables = clean[clean["statistic"] != "base"].copy()
    tables["statistic"] = tables["statistic"].replace("weighted_base", "base")
    result = ws.reconcile(tables, survey)
    assert "the line 'Weighted base' is the weighted base" in named(result)
    assert result.counts()["unexplained"] == 0


def test_a_column_told_in_one_table_is_told_in_all(survey: ws.Survey):
    three = {"stubs": STUBS[:3], "banner": ("sex",)}
    tables, unweighted = printed(Recipe(**three)), printed(Recipe(weights=None, **three))
    women = tables["banner_category"] == "Women"
    tables.loc[women, ["value", "printed"]] = unweighted.loc[women, ["value", "printed"]]
    result = ws.reconcile(tables, survey)
    assert result.counts()["unexplained"] == 0
    (cause,) = result.explanations().to_dict("records")
    assert cause["change"] == "in the column 'Women': no weight"
    # So few cells of one table differ that they would be mistyped figures on their own.
    differs = result.to_frame().query("status == 'explained'")["table"].value_counts()
    assert differs.min() <= 2


def test_a_change_of_all_columns_but_the_total_says_so(survey: ws.Survey):
    tables, weighted = with_faults(["no weight"], **FEWER), printed(Recipe(**FEWER))
    total = tables["banner_category"] == "Total"
    tables.loc[total, ["value", "printed"]] = weighted.loc[total, ["value", "printed"]]
    result = ws.reconcile(tables, survey)
    assert result.explanations()["change"].tolist() == ["no weight, but not in 'Total'"]


def test_a_net_with_one_category_for_another_is_named(survey: ws.Survey):
    wrong = replace(READY, nets=(ws.Net("Ready", (1, 4)), READY.nets[1]))
    questions = [wrong if question.name == "ready" else question for question in CODEBOOK]
    tables = printed(Recipe(codebook=ws.Codebook(questions), **FEWER))
    result = ws.reconcile(tables, survey)
    assert result.counts()["unexplained"] == 0
    assert named(result) == "the line 'Ready' has 'Not at all ready' in place of 'Fairly ready' | "


def test_what_gives_a_few_of_many_differing_cells_is_no_explanation(survey: ws.Survey):
    # Two filters at once are not looked for: nothing is said that gives some cells by chance.
    options = {"stubs": ("ready",), "banner": ("age",)}
    tables = printed(Recipe(domain={"region": "North", "sex": "Women"}, **options))
    result = ws.reconcile(tables[tables["value"].notna()], survey)
    assert len(result.explanations()) == 0
    moved = printed(Recipe(**FEWER))
    share = moved["statistic"] == "percent"
    moved["value"] += share.astype(float)
    result = ws.reconcile(moved.assign(printed=moved["value"].astype(str)), survey)
    assert result.counts()["unexplained"] == share.sum(), result.summary()


def test_a_rounding_rule_must_give_more_than_it_breaks(survey: ws.Survey, clean: pd.DataFrame):
    frame = ws.reconcile(clean, survey).to_frame()
    near = frame[(frame["statistic"] == "percent") & (frame["computed"] % 1).between(0.45, 0.499)]
    assert len(near) > 1
    row = near.iloc[0]
    tables = mistyped(clean, row["stub_category"], row["banner_category"], row["value"] + 1)
    assert ws.reconcile(tables, survey).counts()["rounding"] == 0


def test_exact_halves_rounded_to_even_are_rounding():
    frame = people(200, seed=3)
    unweighted = {"frame": frame, "weights": None, "stubs": ("advice",), "banner": ("sex",)}
    tables = printed(Recipe(rounding=half_even, **unweighted))
    halves = int((printed(Recipe(decimals=6, **unweighted))["value"] % 2 == 0.5).sum())
    survey = surveyed(frame, weights=None)
    assert halves
    result = ws.reconcile(tables, survey)
    assert result.ok
    assert result.counts()["rounding"] == halves
    (cause,) = result.explanations().to_dict("records")
    assert cause["change"] == "half to even"
    assert cause["cells_broken"] == 0


def test_a_dash_stands_where_nobody_answered():
    frame = people(300)
    frame.loc[frame["sex"] == 2, "health"] = float("nan")
    tables = printed(Recipe(frame=frame, **FEWER))
    here = tables["value"].isna() | (tables["value"] == 0)
    assert tables["value"].isna().any()
    tables.loc[here, "value"] = float("nan")
    tables.loc[here, ["mark", "printed"]] = "-"
    assert ws.reconcile(tables, surveyed(frame)).ok


def nested_columns(tables: pd.DataFrame) -> pd.DataFrame:
    """Return our nested columns as agencies head them: 'Region / North' over 'Men'."""
    parts = tables["banner_category"].str.split(": ", expand=True)
    within = tables["banner"].str.contains(" > ")
    return tables.assign(
        banner=tables["banner"].where(~within, "Region / " + parts[0]),
        banner_category=tables["banner_category"].where(~within, parts[1]),
    )


def test_nested_columns_are_read_in_both_ways_of_heading_them(survey: ws.Survey):
    nested = ("sex", ("region", "sex"))
    for weights, words in (("w", ""), (None, "no weight")):
        made = ws.book(surveyed(weights=weights), ["health"], list(nested), style="none")
        cells = made.to_frame()
        cells = cells[cells["statistic"] == "proportion"]
        tables = pd.DataFrame(
            {
                "table": "T1",
                "stub": "health",
                "stub_category": cells["stub_category"],
                "statistic": "percent",
                "banner": cells["banner"],
                "banner_category": cells["banner_category"],
                "printed": [f"{100 * share:.1f}" for share in cells["estimate"]],
                "value": [round(100 * share, 1) for share in cells["estimate"]],
                "decimals": 1,
            }
        )
        for headed in (tables, nested_columns(tables)):
            result = ws.reconcile(headed, survey)
            assert result.counts()["unmatched"] == result.counts()["unexplained"] == 0
            assert set(result.to_frame()["banner_question"]) == {"Total", "sex", "region > sex"}
            assert named(result).startswith(words)


def test_changes_that_the_figures_cannot_tell_apart_are_named_together():
    frame = people()
    frame["w_copy"] = frame["w_region"]
    frame["helped_north"] = (frame["region"] == 1).astype(int)
    north = ws.Question(
        "helped_north", categories=[ws.Category(1, "North only"), ws.Category(0, "Elsewhere")]
    )
    survey = ws.Survey(frame, weights="w", codebook=ws.Codebook([*CODEBOOK, north]))
    result = ws.reconcile(with_faults(["other weight"], **FEWER), survey)
    (entry,) = result.explanations().to_dict("records")
    assert {entry["change"], entry["fits_as_well"]} == {
        "weighted by 'w_region'",
        "weighted by 'w_copy'",
    }
    filtered = ws.reconcile(with_faults(["a filter"], **FEWER), survey)
    assert "only region: North (the same people as helped_north: North only)" in named(filtered)


def test_what_matches_no_question_is_unmatched_with_its_reason(
    survey: ws.Survey, clean: pd.DataFrame
):
    tables = clean.copy()
    tables.loc[tables["table"] == "Table 2", ["stub", "title"]] = "Q9. How is the weather?"
    tables.loc[tables["table"] == "Table 2", "stub_category"] += " weather"
    result = ws.reconcile(tables, survey)
    unmatched = result.to_frame().query("status == 'unmatched'")
    assert set(unmatched["table"]) == {"Table 2"}
    assert unmatched["explanation"].str.startswith("no question of the codebook").all()
    assert not result.ok


def test_a_user_says_which_question_a_wording_is(survey: ws.Survey, clean: pd.DataFrame):
    tables = clean.copy()
    tables.loc[tables["table"] == "Table 1", ["stub", "title"]] = "Nearness to work"
    result = ws.reconcile(tables, survey, questions={"Nearness to work": "ready"})
    assert result.ok
    with pytest.raises(OptionError, match=r"which is not in the codebook\. Did you mean 'ready'"):
        ws.reconcile(tables, survey, questions={"Nearness to work": "raedy"})
    with pytest.raises(OptionError, match="names 'Nearby', which no table prints"):
        ws.reconcile(tables, survey, questions={"Nearby": "ready"})


def test_an_agencys_workbook_is_read_and_reconciled(survey: ws.Survey, tmp_path: Path):
    labels = {question.name: question.label for question in CODEBOOK}
    unweighted = surveyed(weights=None)
    for made, words in ((survey, ""), (unweighted, "no weight")):
        book = ws.book(made, ["ready", "health"], ["sex", "region"], style="none")
        path = write_agency_workbook(tmp_path / "agency.xlsx", agency_tables(book, labels=labels))
        result = ws.reconcile(ws.read_tables(path), survey)
        assert result.counts()["unexplained"] == 0
        assert result.counts()["unmatched"] == 0
        assert named(result) == words or words in named(result)


def test_results_show_themselves_and_escape_what_was_printed(
    survey: ws.Survey, clean: pd.DataFrame
):
    tables = mistyped(clean, "Fair", "Women", 74)
    tables["table"] = tables["table"].replace("Table 2", "<b>Table 2</b>")
    result = ws.reconcile(tables, survey)
    html = result._repr_html_()
    assert "&lt;b&gt;Table 2&lt;/b&gt;" in html
    assert "unexplained" in html
    assert repr(result).startswith("<Reconciliation: ")
    assert str(result) == result.summary()
    frame = result.to_frame()
    assert isinstance(frame.index, pd.RangeIndex)
    assert frame["explanation"].dtype == "str"


def test_what_is_no_printed_table_is_refused(survey: ws.Survey, clean: pd.DataFrame):
    with pytest.raises(TableError, match="lack the columns 'banner'"):
        ws.reconcile(clean.drop(columns="banner"), survey)
    with pytest.raises(TableError, match="what read_tables"):
        ws.reconcile("agency.xlsx", survey)
    with pytest.raises(TableError, match="have no cells"):
        ws.reconcile(clean.iloc[:0], survey)
    with pytest.raises(OptionError, match="made from a Survey"):
        ws.reconcile(clean, people())  # type: ignore[arg-type]
    with pytest.raises(CodebookError, match="has no codebook"):
        ws.reconcile(clean, ws.Survey(people()))
    with pytest.raises(OptionError, match="percent cannot be 'rows'"):
        ws.reconcile(clean, survey, percent="rows")
    with pytest.raises(OptionError, match="names 'w9', which is no column of numbers"):
        ws.reconcile(clean, survey, weights=["w9"])


def test_declared_row_percentages_are_exact(survey: ws.Survey):
    tables = with_faults(["row per cent"], **FEWER)
    assert ws.reconcile(tables, survey, percent="row").ok


def test_marks_stand_for_small_figures(survey: ws.Survey):
    frame = people()
    frame.loc[frame["health"] == 3, "health"] = 2
    frame.loc[frame.index[:3], "health"] = 3
    tables = printed(Recipe(frame=frame, **FEWER))
    here = (tables["stub_category"] == "Bad") & (tables["value"] == 0)
    assert here.any()
    tables.loc[here, "value"] = float("nan")
    exact = ws.crosstab(surveyed(frame), "health", ["sex", "age"]).to_frame()
    none = set(exact.query("stub_category == 'Bad' and count == 0")["banner_category"])
    tables.loc[here, "mark"] = ["-" if c in none else "*" for c in tables["banner_category"][here]]
    tables.loc[here, "printed"] = tables.loc[here, "mark"]
    assert ws.reconcile(tables, surveyed(frame)).ok
    assert READY.label in set(tables["stub"])
