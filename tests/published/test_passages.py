from __future__ import annotations

from pathlib import Path

import pytest
from word_drafts import odd_draft

from welfarestats.errors import ReportError
from welfarestats.published.passages import Passage, read_passages


def test_a_text_is_read_as_it_is_passed():
    assert read_passages("47 per cent") == (
        Passage(0, "47 per cent", "line 1", "paragraph", "", ((0, 1),)),
    )


def test_passages_are_numbered_in_the_order_of_the_document(tmp_path: Path):
    passages = read_passages(odd_draft(tmp_path / "draft.docx"))
    assert [passage.number for passage in passages] == list(range(len(passages)))
    assert all(passage.text.strip() for passage in passages)
    assert passages[0].line_of(3) is None


def test_each_letter_of_a_wrapped_text_knows_its_line(tmp_path: Path):
    path = tmp_path / "draft.txt"
    path.write_text("Work\n\n47 per cent of men and\n13 per cent of women\nwork.\n", "utf-8")
    passage = read_passages(path)[1]
    assert (passage.place, passage.text[:11]) == ("lines 3 to 5", "47 per cent")
    assert passage.line_of(passage.text.index("13")) == 4
    assert passage.line_of(0) == 3
    assert passage.line_of(len(passage.text)) == 5


def test_markdown_is_read_by_its_ending(tmp_path: Path):
    path = tmp_path / "draft.md"
    path.write_bytes("\ufeff# Work\r\n\r\n**47** per cent".encode())
    assert [(one.kind, one.text, one.place) for one in read_passages(str(path))] == [
        ("heading", "Work", "line 1"),
        ("paragraph", "47 per cent", "line 3"),
    ]


def test_utf_16_is_read(tmp_path: Path):
    path = tmp_path / "draft.txt"
    path.write_bytes("47 per cent".encode("utf-16"))
    assert read_passages(path)[0].text == "47 per cent"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("draft.txt", b"one\n47 \xa3", r"draft\.txt is not in UTF-8: line 2 has signs"),
        ("draft.txt", b"47\0", r"draft\.txt is no text: it has zero bytes"),
        ("draft.odt", b"PK", r"draft\.odt ends in '\.odt'; a text is read from"),
        ("draft.doc", b"", r"ends in '\.doc'; .* Open it in Word and save it"),
        ("draft", b"", r"draft ends in 'nothing'; .* Save it as one of these"),
    ],
)
def test_what_cannot_be_read_has_its_sentence(
    name: str, content: bytes, sentence: str, tmp_path: Path
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReportError, match=sentence):
        read_passages(path)


def test_a_missing_file_is_no_text(tmp_path: Path):
    with pytest.raises(ReportError, match=r"there is no file 'draft\.docx' in that folder"):
        read_passages(str(tmp_path / "draft.docx"))
