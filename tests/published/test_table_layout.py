"""The layout that a user writes: its keys, what holds for one sheet, and what is refused."""

from __future__ import annotations

import pytest

from welfarestats.errors import ReportError
from welfarestats.published.table_layout import check_sheets, read_layout

TEXT = """
sheets = ["T1", "T2"]
ignore_sheets = ["Old"]
figures = "proportion"
row_statistics = ["count", "percent"]
ignore_columns = ["F"]

[rows]
"People spoken to" = "base"

[[sheet]]
name = "T2"
header_rows = [5, 4]
stub_column = "B"
letters = "row"
rows = { "Score" = "mean" }

[questions]
"Q1 How ready?" = "readiness"

[categories]
"Net: agree" = "Agree"
readiness = { "Yes" = "Ready" }

[banner]
"Gender" = "sex"
"""


def test_a_layout_is_read_from_toml_or_from_a_mapping(tmp_path):
    import tomllib

    path = tmp_path / "layout.toml"
    path.write_text(TEXT, encoding="utf-8")
    layout = read_layout(path)
    assert layout == read_layout(tomllib.loads(TEXT))
    assert layout.sheets == ("T1", "T2")
    assert layout.names["questions"] == {"Q1 How ready?": "readiness"}
    assert layout.names["categories"]["readiness"] == {"Yes": "Ready"}
    assert layout.of("T1").figures == "proportion"


def test_what_holds_for_one_sheet_adds_to_what_holds_for_all():
    import tomllib

    own = read_layout(tomllib.loads(TEXT)).of("T2")
    assert own.header_rows == (4, 5)
    assert own.rows == {"People spoken to": "base", "Score": "mean"}
    assert (own.figures, own.stub_column, own.letters) == ("proportion", "B", "row")


def test_no_layout_says_nothing():
    assert read_layout(None).of("T").figures == ""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"header_row": [4]}, "'header_row' is not a known key.* Did you mean 'header_rows'"),
        ({"header_rows": 4}, "'header_rows' must be a list of row numbers, found a number"),
        ({"figures": "percents"}, "'figures' cannot be 'percents'.* Did you mean 'percent'"),
        ({"letters": "none"}, "'letters' cannot be 'none'"),
        ({"rows": {"Base": "basis"}}, "the figures of a row cannot be 'basis'.* Did you mean 'base'"),
        ({"rows": ["Base"]}, "'rows' must be a table, found a list"),
        ({"stub_column": "2"}, "a column is named by its letters, such as 'B'; found '2'"),
        ({"sheets": "T1"}, "'sheets' must be a list of texts in quotes, found text"),
        ({"sheet": {"name": "T1"}}, r"write what holds for one sheet under \[\[sheet\]\]"),
        ({"sheet": [{"figures": "count"}]}, "has no 'name'"),
        ({"questions": {"Q1": 3}}, "'questions' must give 'Q1' a text in quotes, found a number"),
    ],
)  # fmt: skip
def test_a_key_or_value_that_is_not_known_is_refused(said, sentence):
    with pytest.raises(ReportError, match=sentence):
        read_layout(said)


def test_a_file_that_is_missing_or_no_toml_is_refused(tmp_path):
    with pytest.raises(ReportError, match=r"there is no layout file 'none.toml'"):
        read_layout(tmp_path / "none.toml")
    (tmp_path / "layout.toml").write_text("= 3", encoding="utf-8")
    with pytest.raises(ReportError, match=r"layout.toml is not valid TOML"):
        read_layout(tmp_path / "layout.toml")


def test_a_sheet_that_is_not_there_is_refused():
    with pytest.raises(ReportError, match="names a sheet 'T3'; the workbook has 'T1', 'T2'"):
        check_sheets(read_layout({"sheets": ["T3"]}), ("T1", "T2"))
