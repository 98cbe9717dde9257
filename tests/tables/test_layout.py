"""What a table shows: states and marks, titles, bases, notes, and HTML that escapes its labels."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from toy_tables import CODEBOOK, HOURS, SEX, TEN, WORKS, cell, column_of, panel, shares, ten

import welfarestats as ws
from welfarestats.errors import DataWarning, OptionError
from welfarestats.tables.style_presets import choose_style

# Bases of 20, 40 and 200 under the default style: hidden, flagged, shown.
SIZES = {"small": (8, 12), "middle": (10, 30), "large": (73, 127)}


def sized(**options: object) -> ws.Table:
    return ws.crosstab(ws.Survey(shares(SIZES)), "has", "group", **options)


def texts(table: ws.Table, row: str, group: int = 0) -> list[str]:
    rows = {one.title: one for one in table.grid.groups[group].rows}
    return [one.text for one in rows[row].cells]


def test_a_base_decides_what_is_shown_and_hidden_values_stay_in_the_frame() -> None:
    table = sized()
    states = {"Total": "shown", "large": "shown", "middle": "flagged", "small": "unreliable"}
    assert column_of(table, "Yes", "state") == states
    # 73 of 200 is 36.5 per cent: half up.
    assert column_of(table, "Yes", "display") == {
        "Total": "35",
        "large": "37",
        "middle": "[25]",
        "small": "[u]",
    }
    assert cell(table, "Yes", "small")["proportion"] == 0.4
    assert cell(table, "Yes", "small")["count"] == 8
    reasons = column_of(table, "Yes", "reason")
    assert reasons["small"] == "unweighted base of 20 is under 30"
    assert reasons["middle"] == "unweighted base of 40 is under 50"
    assert reasons["large"] == ""


def test_marks_are_explained_above_the_table_and_only_those_that_occur() -> None:
    table = sized()
    assert [mark for mark, _ in table.grid.legend] == ["[ ]", "[u]"]
    html = table.to_html()
    assert html.index("low reliability") < html.index("<thead")
    plenty = ws.crosstab(ws.Survey(shares({"a": (60, 40), "b": (50, 50)})), "has", "group")
    assert plenty.grid.legend == ()


def test_without_a_style_the_package_default_applies_and_none_says_that_it_is_off() -> None:
    assert sized().style.name == "default"
    off = sized(style="none")
    assert set(off.to_frame()["state"]) == {"shown"}
    assert any("No small-base rule is applied" in note for note in off.grid.notes)
    assert "No small-base rule is applied" in off.to_html()


def test_ehd_shows_counts_on_small_bases() -> None:
    table = sized(style="dwp-ehd")
    assert column_of(table, "Yes", "state") == {
        "Total": "flagged",
        "large": "flagged",
        "middle": "count-only",
        "small": "count-only",
    }
    assert cell(table, "Yes", "small")["display"] == "8 of 20"
    assert cell(table, "Yes", "large")["display"] == "37"
    notes = " ".join(table.grid.notes)
    assert "Percentages are indicative only" in notes
    assert "On bases of 34 and below only counts are shown" in notes


def test_report_1000_prints_both_bases_and_a_star_for_what_rounds_to_zero() -> None:
    survey = ws.Survey(shares({"a": (1, 399), "b": (0, 400)}).assign(w=1.5), weights="w")
    table = ws.crosstab(survey, "has", "group", style="dwp-1000")
    yes = column_of(table, "Yes", "display")
    assert (yes["a"], yes["b"]) == ("*", "0")
    assert column_of(table, "Yes", "state")["a"] == "rounds-to-zero"
    assert column_of(table, "Yes", "state")["b"] == "zero"
    foot = [(row.title, row.cells[1].text) for row in table.grid.groups[0].rows[-2:]]
    assert foot == [("Weighted base", "600"), ("Unweighted base", "400")]


def test_a_table_has_its_bases_below_each_question() -> None:
    table = ws.crosstab(ten(), ["works", "help"], "sex", style="none")
    assert [group.header for group in table.grid.groups] == ["In work", "Sources of help"]
    assert texts(table, "Unweighted base", 0) == ["8", "3", "3"]
    assert texts(table, "Unweighted base", 1) == ["9", "4", "4"]


def test_a_mean_on_another_base_has_its_own_base_row() -> None:
    table = ws.crosstab(ten(), "works", "sex", base_includes=["dont_know"], style="none")
    assert texts(table, "Unweighted base") == ["10", "4", "4"]
    assert texts(table, "Unweighted base of the mean") == ["8", "3", "3"]
    alone = ws.crosstab(ten(), "pay", "sex", style="none")
    assert [row.title for row in alone.grid.groups[0].rows] == ["Mean", "Unweighted base"]
    assert texts(alone, "Mean") == ["17.5", "11.0", "12.0"]


def test_row_percentages_have_a_column_of_bases() -> None:
    table = ws.crosstab(ten(), "works", "sex", percent="row", style="none")
    assert [one.text for one in table.grid.column_headers[0]] == ["Total", "Sex", "Unweighted base"]
    # Yes with a known sex: persons 1, 2, 5.
    assert texts(table, "Yes") == ["100", "60", "40", "3"]
    assert "Row percentages" in table.grid.subtitle


def test_row_percentages_by_questions_with_other_answers_missing_have_a_base_column_each() -> None:
    table = ws.crosstab(ten(), "works", ["sex", "help"], percent="row", style="none")
    heads = [one.text for one in table.grid.column_headers[0]]
    assert heads[-2:] == ["Unweighted base, sex", "Unweighted base, sources of help"]
    assert texts(table, "Yes")[-2:] == ["3", "4"]
    # A mean is no share of a row.
    assert texts(table, "Mean")[-2:] == ["", ""]


def test_total_percentages_say_what_the_whole_is() -> None:
    one = ws.crosstab(ten(), "help", percent="total", style="none")
    assert "Unweighted base: 9." in one.grid.notes
    several = ws.crosstab(ten(), ["help", "works"], "sex", percent="total", style="none")
    assert (
        "Unweighted base: total 9, by sex 8 (Sources of help); total 8, by sex 6 (In work)."
        in several.grid.notes
    )


def test_the_title_names_the_questions_and_the_subtitle_who_answered() -> None:
    table = ws.crosstab(ten(), "works", ["sex", "help"], style="none")
    assert table.title == "In work, by sex and by sources of help"
    assert table.grid.subtitle == "Base: all respondents with an answer. Column percentages."
    assert ws.crosstab(ten(), "works", "sex", title="My own").title == "My own"
    asks = ws.Codebook([ws.Question("works", "Are you in work?", categories=WORKS.categories)])
    assert ws.crosstab(ten(codebook=asks), "works", "sex").title == "Are you in work? By sex"


def test_the_subtitle_says_who_was_asked_and_which_domain_it_is() -> None:
    table = ws.crosstab(ten(), "hours", "sex", style="none")
    assert table.grid.subtitle == (
        "Base: all respondents with an answer. Asked of all who answered “Yes” to “In work”."
        " Column percentages."
    )
    both = ws.crosstab(ten(), ["works", "hours"], "sex", style="none")
    assert both.grid.groups[1].header == (
        "Working hours (asked of all who answered “Yes” to “In work”)"
    )
    assert "In work" not in both.grid.subtitle
    women = ws.crosstab(ten().domain(sex="Women"), "works", style="none")
    assert "respondents with Sex: Women." in women.grid.subtitle


def test_a_route_may_name_answers_by_their_code() -> None:
    hours = ws.Question("hours", asked_if={"works": (1,)}, categories=HOURS.categories)
    table = ws.crosstab(ten(codebook=ws.Codebook([SEX, WORKS, hours])), "hours", style="none")
    assert "Asked of all who answered “Yes” to “In work”." in table.grid.subtitle


def test_a_route_by_way_of_other_questions_is_told_from_its_start() -> None:
    asked = {"sex": ("Women", "Men")}
    works = ws.Question("works", WORKS.label, categories=WORKS.categories, asked_if=asked)
    with pytest.warns(DataWarning, match="by asked_if, were not asked"):
        table = ws.crosstab(ten(codebook=ws.Codebook([SEX, works, HOURS])), "hours")
    assert "all who answered “Women” or “Men” to “Sex” and answered “Yes” to" in table.grid.subtitle


def test_a_nested_banner_says_which_columns_are_compared() -> None:
    said = "Nested columns are compared within each answer of the outer question."
    assert said in ws.crosstab(ten(), "hours", [("sex", "works")]).grid.notes
    assert said not in ws.crosstab(ten(), "hours", ["sex", "works"]).grid.notes


def test_nets_say_that_they_are_nets_in_rows_and_in_columns() -> None:
    table = ws.crosstab(ten(), "help", "help", style="none")
    assert "Net: Family or friends" in [row.title for row in table.grid.groups[0].rows]
    assert table.grid.column_headers[1][-1].text == "Net: Family or friends"
    # In the frame the label stands as it is.
    assert "Family or friends" in set(table.to_frame()["banner_category"])


def test_weights_and_caveats_are_told() -> None:
    caveat = "Customers were chosen by their advisers."
    table = ws.crosstab(ten(caveats=[caveat]), "works", "sex", style="none")
    assert "Figures are weighted." in table.grid.notes
    assert caveat in table.grid.notes
    unweighted = ws.crosstab(ws.Survey(TEN, codebook=CODEBOOK), "works", "sex")
    assert "Figures are weighted." not in unweighted.grid.notes


def test_small_groups_and_untested_pairs_are_counted_in_the_notes() -> None:
    frame = shares({"a": (35, 25), "b": (25, 35), "c": (10, 10)})
    table = ws.crosstab(ws.Survey(frame), "has", "group")
    notes = table.grid.notes
    assert any(note.startswith("4 of 6 comparisons of columns were not made") for note in notes)
    assert any(note.startswith("2 comparisons have an effective base below 100") for note in notes)


def test_limits_and_letters_that_disagree_are_told() -> None:
    # 2 of 120 against 5 per cent of 2,000: pooled, as under no difference, t = 1.7; the limits of
    # the difference stand on its own variance, which is far smaller at 1.7 per cent.
    frame = shares({"a": (2, 118), "b": (100, 1900)})
    table = ws.crosstab(ws.Survey(frame), "has", "group")
    pair = table.comparisons().set_index("category").loc["Yes"]
    assert pair["ci_high"] < 0
    assert not pair["significant"]
    note = "2 comparisons have confidence limits and a test that disagree: the"
    assert any(text.startswith(note) for text in table.grid.notes)


HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", 'say "no" & <b>go</b>']


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def read(table: ws.Table) -> Reader:
    reader = Reader()
    reader.feed(table.to_html())
    return reader


def test_hostile_labels_are_text_and_nothing_else() -> None:
    question = ws.Question(
        "has",
        HOSTILE[0],
        categories=[ws.Category(i, label) for i, label in enumerate(HOSTILE)],
        nets=[ws.Net("<img src=x onerror=alert(1)>", (0, 1))],
    )
    frame = pd.DataFrame({"has": [0, 1, 2] * 40, "sex": [1, 2] * 60})
    survey = ws.Survey(
        frame, codebook=ws.Codebook([question, SEX]), caveats=["<iframe src=x></iframe>"]
    )
    for table in (ws.crosstab(survey, "has", "sex"), ws.crosstab(survey, ["sex", "has"], "has")):
        reader = read(table)
        assert not {"script", "b", "img", "iframe"} & {tag for tag, _ in reader.tags}
        assert not any(name.startswith("on") for _, attrs in reader.tags for name in attrs)
        said = " ".join(reader.said)
        for label in [*HOSTILE, "<img src=x onerror=alert(1)>", "<iframe src=x></iframe>"]:
            assert label in said
        assert HOSTILE[0] in set(table.to_frame()["stub_category"])


def test_html_has_a_caption_scopes_letters_and_no_script() -> None:
    table = ws.crosstab(panel(), ["works", "help"], ["sex", "help"])
    reader = read(table)
    names = [tag for tag, _ in reader.tags]
    assert names.count("caption") == 1
    assert "script" not in names
    heads = [attrs for tag, attrs in reader.tags if tag == "th"]
    assert heads
    assert all(attrs.get("scope") in ("col", "row", "colgroup", "rowgroup") for attrs in heads)
    # Column C of its own question is significantly lower than Doctor among those with doctors.
    letters = [
        one.letters for group in table.grid.groups for row in group.rows for one in row.cells
    ]
    assert any(letters)
    assert "<sup" in table.to_html()


def test_the_grid_is_as_wide_as_the_frame_says() -> None:
    table = ws.crosstab(panel(), ["works", "help", "pay"], ["sex", "help"])
    width = len(table.to_frame().drop_duplicates(["banner", "banner_category"]))
    assert table.grid.width == width == 1 + 2 + 4
    assert all(len(row.cells) == width for row in table.grid.rows)


@pytest.mark.parametrize("percent", ["column", "row", "total"])
def test_a_table_of_one_question_alone_can_be_shown(percent: str) -> None:
    table = ws.crosstab(ten(), ["works", "pay"], percent=percent, style="none")
    assert table.grid.column_headers[0][0].text == "Total"
    assert "nan" not in str(table)
    assert len(table.to_html()) > 100


def test_a_style_that_prints_every_base() -> None:
    style = replace(choose_style("none"), bases=("weighted_base", "base", "effective_base"))
    table = ws.crosstab(ten(), "works", "sex", style=style)
    # 13 people's weight from 8 respondents, worth 169/25 = 6.76.
    assert [texts(table, row)[0] for row in ("Weighted base", "Unweighted base")] == ["13", "8"]
    assert texts(table, "Effective base")[0] == "7"


def test_multiple_response_is_told_not_to_add_up() -> None:
    frame = ws.crosstab(ten(), "help", style="none").to_frame()
    assert frame.loc[~frame["is_net"], "proportion"].sum() > 1
    assert np.isclose(cell(frame, "Doctor", "Total")["proportion"], (1 + 1 + 3) / 14)
    more = "Respondents could give several answers (Sources of help): percentages need not"
    assert any(more in note for note in ws.crosstab(ten(), "help", "sex").grid.notes)
    wider = "Respondents can be in several columns (Sources of help)."
    assert wider in ws.crosstab(ten(), "works", ["sex", "help"]).grid.notes
    assert not any("several" in note for note in ws.crosstab(ten(), "works", "sex").grid.notes)


def test_a_small_comparison_says_what_it_could_find() -> None:
    survey = ws.Survey(shares({"A": (24, 24), "B": (26, 26), "C": (16, 1)}))
    notes = ws.crosstab(survey, "has", "group", style="default", test="auto").grid.notes
    assert (
        "On effective bases of 48 and 17, a difference observed near 50 per cent has to be 35"
        " points to be significant (95 per cent confidence); a true difference of 47 points is"
        " found with a power of 80 per cent."
    ) in notes
    table = ws.crosstab(survey, "has", "group", style="default", test="auto")
    assert any(note.startswith("On effective bases of 48 and 17") for note in table.sentences())
    design = ws.crosstab(survey, "has", "group").grid.notes
    assert any(note.startswith("On effective bases of 48 and 52, a difference") for note in design)
    assert not any("Fisher" in note for note in design)


@pytest.mark.parametrize("sample", ["volunteer", "attempted_census"])
def test_nothing_is_called_significant_among_people_who_are_no_random_sample(
    sample: str, tmp_path: Path
) -> None:
    survey = ws.Survey(shares({"A": (40, 10), "B": (26, 26)}), sample=sample)
    table = ws.crosstab(survey, "has", "group", test="auto")
    assert "significan" not in table.to_html().lower()
    would = (
        "On effective bases of 50 and 52, a difference observed near 50 per cent would have to be 20"
        " points to stand out (95 per cent confidence) if the respondents were a random sample; a"
        " true difference of 28 points would then be found with a power of 80 per cent."
    )
    assert would in table.grid.notes
    assert would in table.sentences()
    assert "significan" not in " ".join(table.sentences()).lower()
    book = ws.book(survey, ["has"], "group", test="auto")
    with zipfile.ZipFile(book.to_excel(tmp_path / "book.xlsx")) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.endswith(".xml")]
    page = book.to_html_page(tmp_path / "book.html").read_text(encoding="utf-8")
    for text in (page, " ".join(sheets)):
        assert "significan" not in text.lower()
        assert "indicative only" in text
    told = "design (indicative only: not a random sample)"
    assert set(table.comparisons()["method"]) == {told}
    assert set(ws.compare(survey, "has", by="group")["method"]) == {told}
    assert table.comparisons()["significant"].all()


def test_letters_at_two_levels_are_in_upper_and_lower_case() -> None:
    survey = ws.Survey(shares({"A": (120, 80), "B": (102, 98), "C": (85, 115)}))
    style = replace(choose_style(), lower_case_level=0.9)
    table = ws.crosstab(survey, "has", "group", style=style)
    pairs = table.comparisons().query("category == 'Yes'").set_index(["group_a", "group_b"])
    p = pairs["p_value"]
    assert p["A", "C"] < 0.05 < p["A", "B"] < 0.1
    assert 0.05 < p["B", "C"] < 0.1
    row = next(row for row in table.grid.rows if row.header == "Yes")
    assert [one.letters for one in row.cells] == ["", "bC", "c", ""]
    # The frame keeps the letters of the level that was asked for.
    assert column_of(table, "Yes", "letters") == {"Total": "", "A": "C", "B": "", "C": ""}
    assert (
        "Significant at the 5 % level (95 % confidence); in lower case: Significant at the 10 % level"
        in table.to_markdown()
    )
    lower = ws.crosstab(survey, "has", "group", style=replace(style, letters="lower"))
    row = next(row for row in lower.grid.rows if row.header == "Yes")
    assert [one.letters for one in row.cells] == ["", "", "a", "Ab"]


def test_a_second_level_must_say_something_of_its_own() -> None:
    survey = ws.Survey(shares({"A": (120, 80), "B": (102, 98)}))
    style = replace(choose_style(), lower_case_level=0.95)
    with pytest.raises(OptionError, match=r"at a level of 0.95, which is not below .*, 0.95"):
        ws.crosstab(survey, "has", "group", style=style)
    style = replace(style, lower_case_level=0.9)
    with pytest.raises(OptionError, match=r"versus=.rest. a lower-case letter means lower"):
        ws.crosstab(survey, "has", "group", style=style, versus="rest")


def test_columns_over_waves_say_that_they_count_some_people_each_time() -> None:
    def wave(first: int, size: int) -> ws.Survey:
        ids = np.arange(first, first + size)
        words = {
            "sex": np.array(["Men", "Women"])[ids % 2],
            "works": np.array(["Yes", "No"])[ids % 2],
        }
        return ws.Survey(pd.DataFrame({"id": ids, **words}))

    told = (
        "28 people answered in more than one wave: columns that take the waves together count them"
        " each time."
    )
    stacked = ws.stack_waves({"one": wave(0, 82), "two": wave(54, 34)}, person="id")
    assert told in ws.crosstab(stacked, "works", "wave").grid.notes
    assert told in ws.crosstab(stacked, "works", ["wave", "sex"], total=False).grid.notes
    men = ws.crosstab(stacked.domain(sex="Men"), "works", "wave").grid.notes
    assert (
        "Columns that take the waves together count people once for each wave they are in." in men
    )
    apart = ws.crosstab(stacked, "works", ["wave", ("wave", "sex")], total=False)
    fresh = ws.stack_waves({"one": wave(0, 54), "two": wave(54, 34)}, person="id")
    for table in (apart, ws.crosstab(fresh, "works", "wave")):
        assert not any("more than one wave" in note for note in table.grid.notes)
