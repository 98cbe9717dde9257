from __future__ import annotations

import time
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose_tables import mood_table, people, statuses

import welfarestats as ws
from welfarestats.errors import OptionError, ReportError
from welfarestats.published.prose import COLUMNS, FINDING_COLUMNS
from welfarestats.published.prose_findings import KINDS_OF_FINDING

TABLE = mood_table()
DRAFT = """Mood

In Kent, 60 per cent (120) were happy. This compares with 24 per cent in Surrey.

People in Kent were less likely to be happy than people in Surrey. In Kent, 45 per cent were sad.
"""


def test_a_check_has_a_row_for_each_number_and_comparison():
    frame = ws.check_prose(DRAFT, TABLE).to_frame()
    assert list(frame.columns) == list(COLUMNS)
    assert frame["words"].tolist() == [
        "60 per cent", "120", "compares with", "24 per cent", "less likely", "45 per cent",
    ]  # fmt: skip
    assert frame.loc[0, ["line", "stub_category", "banner_category", "base"]].tolist() == [
        3, "Happy", "Kent", 200.0,
    ]  # fmt: skip
    assert frame.loc[0, "value"] == pytest.approx(60)


def test_findings_are_the_faults_only():
    check = ws.check_prose(DRAFT, TABLE)
    found = check.findings()
    assert list(found.columns) == list(FINDING_COLUMNS)
    assert found[["finding", "words"]].to_numpy().tolist() == [
        ["wrong direction", "less likely"],
        ["wrong number", "45 per cent"],
    ]
    assert not check.ok
    assert ws.check_prose("In Kent, 60 per cent were happy.", TABLE).ok


def test_the_summary_counts_numbers_and_comparisons_and_says_what_they_mean():
    summary = ws.check_prose(DRAFT, TABLE).summary().set_index("status")
    assert summary.loc["tied", ["numbers", "comparisons"]].tolist() == [3, 1]
    assert summary.loc["wrong direction", "comparisons"] == 1
    assert summary.loc["wrong number", "meaning"] == KINDS_OF_FINDING["wrong number"]


def test_a_notebook_shows_the_findings_and_escapes_what_stands_in_the_draft():
    check = ws.check_prose("In Kent, 45 per cent were <script>sad</script>.", TABLE)
    page = check._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'scope="col"' in page
    assert "1 findings" in repr(check)
    assert "1 finding<" in page
    right = ws.check_prose("In Kent, 60 per cent were happy.", TABLE)
    assert "Nothing was found" in right._repr_html_()


def test_after_the_data_change_the_sentences_that_are_wrong_now_are_listed():
    draft = "In Kent, 60 per cent were happy. In Surrey, 24 per cent were. Of all, 99 per cent hum."
    earlier = ws.check_prose(draft, TABLE)
    changed = people().query("not (county == 'Kent' and age == '35 and over')")
    later = ws.crosstab(ws.Survey(changed.reset_index(drop=True)), "mood", ["county", "age"])
    check = ws.check_prose(draft, later, earlier=earlier)
    assert check.newly_wrong == ("In Kent, 60 per cent were happy.",)
    assert ws.check_prose(draft, later).newly_wrong == ()


def test_a_word_draft_comes_back_with_a_comment_on_each_number(tmp_path: Path):
    document = docx.Document()
    document.add_heading("Mood", 1)
    document.add_paragraph("In Kent, 60 per cent were happy; 45 per cent were sad.")
    document.save(tmp_path / "draft.docx")
    check = ws.check_prose(tmp_path / "draft.docx", TABLE)
    assert check.source == "draft.docx"
    written = docx.Document(check.write_word(tmp_path / "checked.docx"))
    comments = [comment.text for comment in written.comments]
    assert len(comments) == 2
    assert "mood = Happy; county = Kent: 60 per cent, base 200" in comments[0]
    assert comments[1].startswith("Wrong number. ")


def test_the_sign_off_sheet_has_a_row_for_each_number(tmp_path: Path):
    check = ws.check_prose(DRAFT, TABLE)
    book = openpyxl.load_workbook(check.write_sign_off(tmp_path / "signed.xlsx"))
    cells = [[str(cell.value) for cell in row] for row in book.worksheets[-1].iter_rows()]
    said = [row[3] for row in cells if len(row) > 3]
    assert [word for word in said if word in set(check.to_frame()["words"])] == check.to_frame()[
        "words"
    ].tolist()


def test_a_text_draft_comes_back_as_a_page(tmp_path: Path):
    page = ws.check_prose(DRAFT, TABLE).write_word(tmp_path / "draft.html").read_text("utf-8")
    assert "Wrong number" in page


@pytest.mark.parametrize("banner", ["county", "age", ["county", "age"]])
@pytest.mark.parametrize("stub", ["mood", "county", "age"])
def test_sentences_drafted_from_a_table_pass_the_check(stub: str, banner: str | list[str]):
    banners = [one for one in ([banner] if isinstance(banner, str) else banner) if one != stub]
    table = ws.crosstab(ws.Survey(people()), stub, banners or None)
    check = ws.check_prose(" ".join(ws.draft_sentences(table)), table)
    assert check.ok, check.findings()["message"].tolist()
    assert (check.to_frame()["status"] == "tied").any()


def test_sentences_drafted_from_a_book_pass_the_check():
    book = ws.book(ws.Survey(people()), ["mood", "age"], "county")
    check = ws.check_prose("\n\n".join(ws.draft_sentences(book)), book)
    assert check.ok, check.findings()["message"].tolist()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_data_only(text: str):
    if text.strip().lower().endswith((".docx", ".md", ".txt", ".doc", ".pdf", ".html", ".odt")):
        return
    check = ws.check_prose(text + "\nOf all, 42 per cent were happy.", TABLE)
    assert "42 per cent" in statuses(check)


def test_a_text_without_numbers_has_an_empty_frame():
    check = ws.check_prose("Nothing is counted here.", TABLE)
    assert check.ok
    assert list(check.to_frame().columns) == list(COLUMNS)
    assert check.to_frame().empty
    assert check.findings().empty


def test_a_draft_of_sixty_pages_takes_well_under_a_minute():
    frame = people()
    for at in range(12):
        frame[f"topic {at}"] = [
            f"{'Much' if (row * (at + 3)) % 7 < 3 else 'Little'}" for row in frame.index
        ]
    stubs = [f"topic {at}" for at in range(12)]
    book = ws.book(ws.Survey(frame), stubs, ["county", "age"])
    page = "\n\n".join(ws.draft_sentences(book))
    text = "\n\n".join([page] * (60 * 3_000 // len(page) + 1))
    start = time.perf_counter()
    check = ws.check_prose(text, book)
    assert time.perf_counter() - start < 30
    assert len(check.to_frame()) > 1_000


def test_what_cannot_be_read_is_refused_by_its_sentence(tmp_path: Path):
    with pytest.raises(ReportError, match=r"there is no file 'gone\.docx' in that folder"):
        ws.check_prose(tmp_path / "gone.docx", TABLE)
    with pytest.raises(OptionError, match="tables cannot be a DataFrame"):
        ws.check_prose("60 per cent", pd.DataFrame())
    with pytest.raises(OptionError, match="a draft cannot be a int"):
        ws.check_prose(5, TABLE)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="verbal_bands cannot be 'loose'"):
        ws.check_prose("60 per cent", TABLE, verbal_bands="loose")


@pytest.mark.parametrize(
    "piece",
    [
        "one hundred and ",
        "between 1 and ",
        "1,",
        "1",
        "(",
        "more likely than ",
        "8 July 2024 ",
        "half of ",
    ],
)
def test_a_hostile_text_takes_no_longer_than_its_length_deserves(piece: str):
    start = time.process_time()
    ws.check_prose(f"Of all, 42 per cent were happy. {piece * (4_000 // len(piece))}", TABLE)
    assert time.process_time() - start < 8


@pytest.mark.parametrize("number", ["{} ", "{} per cent, ", "on 8 July 2024 {} and ", "“{}” "])
def test_a_passage_of_thousands_of_numbers_is_read_in_seconds(number: str):
    numbers = "".join(number.format(100 + at % 900) for at in range(6_000))
    start = time.process_time()
    ws.check_prose(f"Of all, 42 per cent were happy. {numbers}", TABLE)
    assert time.process_time() - start < 20


def test_an_earlier_check_may_be_its_sign_off_sheet(tmp_path: Path):
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")
    first = ws.check_prose(tmp_path / "draft.md", TABLE)
    sheet = first.write_sign_off(tmp_path / "signed.xlsx")
    changed = people().query("not (county == 'Kent' and age == '35 and over')")
    later = ws.crosstab(ws.Survey(changed.reset_index(drop=True)), "mood", ["county", "age"])
    told = [
        ws.check_prose(tmp_path / "draft.md", later, earlier=earlier).newly_wrong
        for earlier in (first, sheet, str(sheet))
    ]
    assert told[0] == ("In Kent, 60 per cent (120) were happy.",)
    assert told[1] == told[2] == told[0]
    assert ws.check_prose(tmp_path / "draft.md", TABLE, earlier=sheet).newly_wrong == ()


def test_an_earlier_check_that_is_none_is_refused_by_its_sentence(tmp_path: Path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ReportError, match="no row with the headings Sentence, Says and Result"):
        ws.check_prose(DRAFT, TABLE, earlier=tmp_path / "other.xlsx")
    with pytest.raises(ReportError, match=r"there is no file 'gone\.xlsx'"):
        ws.check_prose(DRAFT, TABLE, earlier="gone.xlsx")
    with pytest.raises(OptionError, match="earlier cannot be a int"):
        ws.check_prose(DRAFT, TABLE, earlier=3)  # type: ignore[arg-type]


def test_numbers_in_a_table_of_a_word_draft_stand_under_its_headings(tmp_path: Path):
    document = docx.Document()
    table = document.add_table(2, 3)
    for row, texts in enumerate((["", "Kent", "Surrey"], ["Happy", "60%", "25%"])):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.save(tmp_path / "draft.docx")
    check = ws.check_prose(tmp_path / "draft.docx", TABLE)
    assert statuses(check) == {"60%": "tied", "25%": "wrong number"}
    assert check.checked[1].fact is not None
    assert check.checked[1].fact.banner_category == "Surrey"


def test_volunteers_differ_indicatively_or_not_at_all():
    table = ws.crosstab(ws.Survey(people(), sample="volunteer"), "mood", "county")
    claim = "People in Kent were more likely to be happy than people in Surrey."
    assert statuses(ws.check_prose(claim, table)) == {"more likely": "not tested"}
    told = f"{claim[:-1]}, which is indicative only."
    assert ws.check_prose(told, table).ok


@pytest.mark.parametrize(
    "text",
    [
        "Two-fifths of all respondents were happy.",
        "Four in ten (42 per cent) were happy.",
        "In Kent 60% were happy, two and a half times the share in Surrey (24%).",
        "In Surrey 24 per cent were happy, less than half the share in Kent (60 per cent).",
        "Two and a half times as many were happy in Kent as in Surrey (60 and 24 per cent).",
        "Between 24 and 60 per cent were happy, depending on the county.",
        "There is a 36-point gap in happiness between Kent (60%) and Surrey (24%).",
        "Happiness did not differ significantly between those aged 16 to 34 and 35 and over.",
        "In Kent, six out of ten were happy (60%).",
        "Of those in Kent, 60 per cent were happy, as against 24 per cent in Surrey.",
    ],
)
def test_right_sentences_in_many_words_are_tied(text: str):
    check = ws.check_prose(text, TABLE)
    assert check.ok, check
    assert "tied" in statuses(check).values()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("One in ten people in Surrey were happy.", "verbal band off"),
        ("Half of those in Surrey were happy.", "verbal band off"),
        ("In Kent, 42 per cent were happy.", "wrong number"),
        ("In Kent, between 40 and 48 per cent were happy.", "wrong number"),
        ("In Kent, many were happy (60 points).", "per cent for points"),
        ("There was no difference in happiness between Kent and Surrey.", "wrong direction"),
        ("Kent and Surrey did not differ in happiness.", "wrong direction"),
        ("People in Kent and Surrey were equally likely to be happy.", "wrong direction"),
        ("Twice as many people in Surrey as in Kent were happy.", "wrong number"),
        (
            (
                "People in Kent were less likely to be happy. In Kent 60 per cent were happy,"
                " compared with 24 per cent in Surrey."
            ),
            "wrong direction",
        ),
        (
            "The difference between 16 to 34 (47%) and 35 and over (38%) who were happy was significant.",
            "not significant",
        ),
    ],
)
def test_wrong_sentences_in_many_words_are_found(text: str, finding: str):
    assert finding in statuses(ws.check_prose(text, TABLE)).values(), ws.check_prose(text, TABLE)


def test_sentences_drafted_of_a_group_called_other_pass_their_check():
    groups = ["White"] * 400 + ["Black"] * 200 + ["Other"] * 200
    ill = ["Ill"] * 16 + ["Not ill"] * 384 + ["Ill"] * 60 + ["Not ill"] * 140
    frame = pd.DataFrame({"race": groups, "ill": ill + ["Ill"] * 5 + ["Not ill"] * 195})
    book = ws.book(ws.Survey(frame), ["ill"], "race")
    sentences = ws.draft_sentences(book)
    assert any("Other" in sentence for sentence in sentences)
    assert ws.check_prose("\n\n".join(sentences), book).ok
