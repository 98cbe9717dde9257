from __future__ import annotations

from pathlib import Path

import docx
import pytest
from word_drafts import append, odd_draft, run

from welfarestats.published.word_paragraphs import WordParagraph, read_word


@pytest.fixture(scope="module")
def paragraphs(tmp_path_factory: pytest.TempPathFactory) -> list[WordParagraph]:
    return read_word(odd_draft(tmp_path_factory.mktemp("word") / "draft.docx"))[1]


def _texts(path: Path) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in read_word(path)[1]]


def test_split_runs_are_one_text_with_plain_spaces_and_hyphens(paragraphs: list[WordParagraph]):
    assert paragraphs[1].text == "In all, 47 per cent of 1-year claimants said yes."


def test_kinds_and_places_are_told(paragraphs: list[WordParagraph]):
    assert [(one.kind, one.place) for one in paragraphs[:7]] == [
        ("heading", "paragraph 1"),
        ("paragraph", "paragraph 2"),
        ("list item", "paragraph 3"),
        ("caption", "paragraph 4"),
        ("table cell", "table 1, row 1, column 1"),
        ("table cell", "table 1, row 1, column 3"),
        ("table cell", "table 1, row 2, column 3"),
    ]
    assert {one.section for one in paragraphs} == {"Readiness"}


def test_inserted_text_counts_and_deleted_and_hidden_text_does_not(
    paragraphs: list[WordParagraph],
):
    text = "Now 48 per cent, against see 13 below (Table 1)\tand a-b\n"
    assert paragraphs[7].text == text


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(paragraphs: list[WordParagraph]):
    assert paragraphs[12].text == "Half of these and a third of those."


def test_a_text_box_is_read_once(paragraphs: list[WordParagraph]):
    boxes = [one for one in paragraphs if "box" in one.place]
    assert [(one.text, one.place) for one in boxes] == [
        ("A box with 5 of 82.", "text box at paragraph 8")
    ]
    assert boxes[0].anchor.tag.endswith("}r")


def test_notes_stand_last_and_know_their_reference(paragraphs: list[WordParagraph]):
    assert [(one.place, one.text) for one in paragraphs[-2:]] == [
        ("footnote 1", "Base 142."),
        ("endnote 1", "Weighted base 150."),
    ]
    assert paragraphs[-2].anchor.tag.endswith("}footnoteReference")


def test_a_table_of_contents_is_left_out(tmp_path: Path):
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Readiness 12", style="toc 1")
    document.add_paragraph("47 per cent")
    document.save(str(tmp_path / "draft.docx"))
    assert _texts(tmp_path / "draft.docx") == [("paragraph", "47 per cent")]


def test_a_style_made_from_a_heading_is_a_heading(tmp_path: Path):
    document = docx.Document()
    document.styles.add_style("Our head", 1).base_style = document.styles["Heading 2"]
    document.add_paragraph("Barriers", style="Our head")
    append(document, f'<w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Support")}')
    append(document, f'<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>{run("One")}')
    document.save(str(tmp_path / "draft.docx"))
    assert _texts(tmp_path / "draft.docx") == [
        ("heading", "Barriers"),
        ("heading", "Support"),
        ("list item", "One"),
    ]


def test_a_deleted_row_is_not_read_and_a_content_control_is(tmp_path: Path):
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "46", "47"
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(properties.tag.replace("trPr", "del"), {}))
    control = table._tbl.makeelement(table._tbl.tag.replace("tbl", "sdt"), {})
    content = table._tbl.makeelement(table._tbl.tag.replace("tbl", "sdtContent"), {})
    table._tbl.addprevious(control)
    control.append(content)
    content.append(table._tbl)
    document.save(str(tmp_path / "draft.docx"))
    found = read_word(tmp_path / "draft.docx")[1]
    assert [(one.text, one.place) for one in found] == [("47", "table 1, row 2, column 1")]
