"""Column keys and letters, with tests worked by hand on two and three columns."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy import stats
from toy_tables import cell, column_of, panel, shares, ten

import welfarestats as ws
from welfarestats.estimates.groups import ColumnGroups
from welfarestats.tables.letters import column_keys, letters_note, letters_of
from welfarestats.tables.style_presets import choose_style

# 60 of 100 against 40 of 100, nobody weighted. The 200 are their own PSUs, so the linearised
# variance of a share is 200/199 of p(1 - p)/n; p of both together is 0.5.
TWO = {"First": (60, 40), "Second": (40, 60)}
DRIFT = 200 / 199


def table_of(groups: dict[str, tuple[int, int]], **options: object) -> ws.Table:
    return ws.crosstab(ws.Survey(shares(groups)), "has", "group", **options)


def test_keys_run_from_a_to_z_and_on_with_two_letters() -> None:
    keys = column_keys(703)
    assert keys[:3] == ["A", "B", "C"]
    assert keys[25:29] == ["Z", "AA", "AB", "AC"]
    assert keys[701:] == ["ZZ", "AAA"]
    assert len(set(keys)) == 703


def test_the_higher_figure_has_the_letter_of_the_lower_one() -> None:
    table = table_of(TWO)
    assert column_of(table, "Yes", "letters") == {"Total": "", "First": "B", "Second": ""}
    assert column_of(table, "No", "letters") == {"Total": "", "First": "", "Second": "A"}
    assert column_of(table, "Yes", "column_key") == {"Total": "", "First": "A", "Second": "B"}


@pytest.mark.parametrize(
    ("test", "statistic", "df"),
    [
        # D = 200/199, so t = 0.2/sqrt(D · 0.25 · 2/100); Satterthwaite of 100 and 100: 2 · 99.
        ("design", 0.2 / sqrt(DRIFT * 0.25 * 0.02), 198),
        ("auto", 0.2 / sqrt(DRIFT * 0.25 * 0.02), 198),
        # Over the linearised standard error, on 200 - 1.
        ("design-wald", 0.2 / sqrt(DRIFT * 2 * 0.24 / 100), 199),
        ("effective-base", 0.2 / sqrt(0.25 * 0.02), 198),
        ("quantum", 0.2 / sqrt(0.25 * 0.02 * 200 / 199), 199),
        ("spss-ctables", 0.2 / sqrt(0.25 * 0.02), np.inf),
    ],
)
def test_each_test_gives_the_statistic_worked_by_hand(
    test: str, statistic: float, df: float
) -> None:
    table = table_of(TWO, test=test)
    pair = table.comparisons().set_index("category").loc["Yes"]
    assert pair["statistic"] == pytest.approx(statistic, rel=1e-12)
    assert pair["degrees_of_freedom"] == pytest.approx(df)
    assert pair["p_value"] == pytest.approx(2 * stats.t.sf(statistic, df), rel=1e-9)
    assert pair["method"] == ("design" if test == "auto" else test)
    assert cell(table, "Yes", "First")["letters"] == "B"


def test_the_exact_test_is_fishers() -> None:
    table = table_of({"First": (14, 3), "Second": (6, 11)}, test="exact", style="none")
    pair = table.comparisons().set_index("category").loc["Yes"]
    fisher = stats.fisher_exact([[14, 3], [6, 11]]).pvalue
    assert pair["p_value"] == pytest.approx(fisher, rel=1e-12)
    assert pair["method"] == "exact"
    assert cell(table, "Yes", "First")["letters"] == "B"


def test_three_columns_have_the_letters_of_all_that_they_are_higher_than() -> None:
    # 70, 55 and 30 of 100: t of 70 against 55 is 2.2, of 55 against 30 is 3.6.
    table = table_of({"A1": (70, 30), "B1": (55, 45), "C1": (30, 70)})
    assert column_of(table, "Yes", "letters") == {"Total": "", "A1": "BC", "B1": "C", "C1": ""}
    assert column_of(table, "No", "letters") == {"Total": "", "A1": "", "B1": "A", "C1": "AB"}


def test_keys_start_again_with_each_banner_question() -> None:
    frame = shares({"First": (60, 40), "Second": (40, 60)})
    frame["again"] = frame["group"].map({"First": "Old", "Second": "New"})
    table = ws.crosstab(ws.Survey(frame), "has", ["group", "again"])
    assert column_of(table, "Yes", "column_key") == {
        "Total": "",
        "First": "A",
        "Second": "B",
        "New": "A",
        "Old": "B",
    }
    # New is the second group, key A under its own heading; Old is higher than it.
    assert column_of(table, "Yes", "letters") == {
        "Total": "",
        "First": "B",
        "Second": "",
        "New": "",
        "Old": "A",
    }


def test_past_26_columns_keys_of_two_letters_are_set_apart_by_spaces() -> None:
    groups = {f"g{i:02}": (10, 40) for i in range(29)} | {"g29": (45, 5)}
    table = table_of(groups)
    last = cell(table, "Yes", "g29")
    assert last["column_key"] == "AD"
    assert last["letters"] == " ".join(column_keys(29))
    assert last["letters"].endswith("X Y Z AA AB AC")
    # Every other column is higher than it in the other row, and it has a key of two letters.
    assert cell(table, "No", "g00")["letters"] == "AD"


def test_a_style_may_tell_the_pairs_from_the_lower_figure() -> None:
    groups = {f"g{i:02}": (10, 40) for i in range(29)} | {"g29": (45, 5)}
    lower = replace(choose_style("default"), letters="lower")
    table = table_of(groups, style=lower)
    rows = {row.header: row.cells for row in table.grid.groups[0].rows}
    # Cells after the total: 29 low columns and the high one, whose key is AD.
    assert [one.letters for one in rows["Yes"]] == ["", *["AD"] * 29, ""]
    assert rows["No"][30].letters.split() == column_keys(29)
    # The frame always tells it from the higher one.
    assert cell(table, "Yes", "g00")["letters"] == ""
    assert cell(table, "Yes", "g29")["letters"].startswith("A B")


def test_against_the_total_the_letter_is_a_t() -> None:
    table = table_of({"Few": (10, 90), "Some": (20, 80), "Many": (60, 40)}, versus="total")
    assert column_of(table, "Yes", "letters")["Many"] == "T"
    # The total, 30 per cent, is higher than the 10 (A) and the 20 (C, in order of the alphabet).
    assert column_of(table, "Yes", "letters")["Total"] == "AC"
    assert column_of(table, "No", "letters")["Total"] == "B"


def test_the_total_has_no_letters_where_they_could_belong_to_two_questions() -> None:
    frame = shares({"Few": (10, 90), "Many": (60, 40)})
    frame["again"] = frame["group"]
    table = ws.crosstab(ws.Survey(frame), "has", ["group", "again"], versus="total")
    total = table.to_frame().query("banner == 'Total'")
    assert set(total["letters"]) == {""}
    assert cell(table.to_frame().query("banner == 'again'"), "Yes", "Many")["letters"] == "T"


def test_against_the_rest_there_is_one_letter_for_higher_and_one_for_lower() -> None:
    table = table_of({"Few": (10, 90), "Some": (33, 67), "Many": (60, 40)}, versus="rest")
    assert column_of(table, "Yes", "letters") == {"Total": "", "Few": "r", "Some": "", "Many": "R"}
    assert column_of(table, "No", "letters") == {"Total": "", "Few": "R", "Some": "", "Many": "r"}


def test_against_the_column_before_only_neighbours_are_compared() -> None:
    table = table_of({"2019": (20, 80), "2020": (45, 55), "2021": (48, 52)}, versus="previous")
    assert column_of(table, "Yes", "letters") == {"Total": "", "2019": "", "2020": "A", "2021": ""}
    pairs = table.comparisons()[["group_a", "group_b"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["2019", "2020"], ["2020", "2021"]]


@pytest.mark.parametrize("word", ["Total", "Rest"])
@pytest.mark.parametrize("versus", ["pairs", "total", "rest", "previous"])
def test_a_category_may_be_called_total_or_rest(word: str, versus: str) -> None:
    plain = table_of({"Few": (10, 90), "Xmany": (60, 40)}, versus=versus).to_frame()
    named = table_of({"Few": (10, 90), word: (60, 40)}, versus=versus).to_frame()
    assert plain["letters"].tolist() == named["letters"].tolist()


def test_a_net_column_is_compared_with_the_others_but_not_with_its_own_parts() -> None:
    question = ws.Question(
        "group",
        categories=[ws.Category(f"g{i}") for i in (1, 2, 3)],
        nets=[ws.Net("First two", ("g1", "g2"))],
    )
    frame = shares({"g1": (60, 40), "g2": (58, 42), "g3": (40, 60)})
    table = ws.crosstab(ws.Survey(frame, codebook=ws.Codebook([question])), "has", "group")
    assert column_of(table, "Yes", "column_key")["First two"] == "D"
    assert column_of(table, "Yes", "letters")["First two"] == "C"
    pairs = table.comparisons()[["group_a", "group_b"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["g1", "g2"], ["g1", "g3"], ["g2", "g3"], ["g3", "First two"]]


def test_hidden_figures_keep_their_letters_in_the_frame_but_print_none() -> None:
    careless = replace(choose_style("default"), minimum_test_base=0)
    table = table_of({"First": (20, 5), "Second": (5, 20)}, style=careless)
    first = cell(table, "Yes", "First")
    assert (first["letters"], first["state"], first["display"]) == ("B", "unreliable", "[u]")
    assert all(one.letters == "" for row in table.grid.groups[0].rows for one in row.cells)


def test_means_have_letters_too() -> None:
    survey = panel()
    frame = survey.to_frame().assign(pay=lambda f: f["pay"] + 20 * (f["sex"] == 2))
    survey = ws.Survey(frame, weights="w", codebook=survey.codebook)
    table = ws.crosstab(survey, "pay", "sex")
    assert column_of(table, "Mean", "letters") == {"Total": "", "Men": "", "Women": "A"}


def test_row_and_total_percentages_have_no_letters_and_no_pairs() -> None:
    for percent in ("row", "total"):
        table = table_of(TWO, percent=percent)
        assert set(table.to_frame()["letters"]) == {""}
        assert len(table.comparisons()) == 0
        assert not any("ignifican" in note for note in table.grid.notes)


def test_letters_follow_the_sign_of_the_difference_and_nothing_else() -> None:
    # Rows x, y and z of two columns; z does not differ significantly.
    significant = np.array([[True], [True], [False]])
    difference = np.array([[0.1], [-0.1], [0.5]])
    first, second = np.array([0]), np.array([1])
    groups = ColumnGroups(("one", "two"), np.eye(4)[2:], first, second, np.zeros((1, 4)))
    columns, total = letters_of(significant, difference, groups, "pairs")
    assert columns.tolist() == [["B", ""], ["", "A"], ["", ""]]
    assert total.tolist() == [[""]] * 3
    columns, _ = letters_of(significant, difference, groups, "pairs", "lower")
    assert columns.tolist() == [["", "A"], ["B", ""], ["", ""]]


def test_the_note_says_what_a_letter_means() -> None:
    assert "higher than the figure in the column with that letter" in letters_note(
        0.95, "design", None, "pairs"
    )
    assert "95 per cent confidence; test 'design', not adjusted" in letters_note(
        0.95, "design", None, "pairs"
    )
    assert "holm adjustment" in letters_note(0.9, "design", "holm", "total")
    assert "lower than the figure" in letters_note(0.95, "design", None, "pairs", "lower")


def test_letters_in_the_total_column_are_explained_only_where_they_can_stand() -> None:
    one = ws.crosstab(panel(), "works", "sex", versus="total", style="none").grid
    several = ws.crosstab(panel(), "works", ["sex", "help"], versus="total", style="none").grid
    said = "a letter in the total column that it is higher than that column"
    assert any(said in note for note in one.notes)
    assert not any(said in note for note in several.notes)
    # Nor have columns keys that no letter points at.
    assert [header.key for header in one.column_headers[1]] == ["A", "B"]
    assert {header.key for header in several.column_headers[1]} == {""}


def test_no_letters_are_explained_where_none_can_stand() -> None:
    table = ws.crosstab(ten(origin="synthetic"), "works", "sex")
    assert not any("a letter means" in note for note in table.grid.notes)
