from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from word_drafts import changed, odd_draft, run
from word_drafts import element as word_element

from welfarestats.errors import ReportError
from welfarestats.published.passages import read_passages
from welfarestats.published.word_package import letters_of, open_word, pieces_in

DOCTYPE = b'<!DOCTYPE w [<!ENTITY a "9"><!ENTITY b "&a;&a;">]>'


def _text(inner: str) -> str:
    return "".join(piece.text for piece in pieces_in(word_element(inner)))


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return odd_draft(tmp_path / "draft.docx")


def test_each_letter_knows_where_it_stands():
    paragraph = word_element(run("4") + run("\u00ad7 per\u00a0cent"))
    pieces = pieces_in(paragraph)
    letters = letters_of(pieces)
    assert [piece.text for piece in pieces] == ["4", "7 per cent"]
    assert len(letters) == len("47 per cent")
    assert [letter.index for letter in letters[:3]] == [0, 1, 2]
    assert letters[1].element.text == "\u00ad7 per\u00a0cent"


def test_a_field_inside_a_field_shows_the_outer_result_only():
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inner = mark.format("begin") + run("x") + mark.format("separate") + run("9")
    field = mark.format("begin") + inner + mark.format("end") + mark.format("separate")
    assert _text(run("a ") + field + run("7") + mark.format("end") + run(" b")) == "a 7 b"


def test_hidden_text_is_not_read():
    assert _text(run("4") + run("5", "<w:vanish/>") + run("7", '<w:vanish w:val="0"/>')) == "47"


def test_moved_text_is_read_where_it_came_to():
    moved = f"<w:moveFrom>{run('from')}</w:moveFrom><w:moveTo>{run('to')}</w:moveTo>"
    assert _text(moved) == "to"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"draft\.docx is empty\. Save the document again\."),
        (b"Forty-seven per cent", r"is not a Word document, whatever its ending says\."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"of the old kind \(\.doc\)\."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            r"protected by a password\. Save a copy without one",
        ),
        (b"PK\x03\x04" + b"x" * 500, r"is cut off or damaged: the list of its parts"),
    ],
)
def test_what_is_no_word_file_has_its_sentence(content: bytes, sentence: str, tmp_path: Path):
    path = tmp_path / "draft.docx"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=sentence):
        open_word(path)


def test_a_packed_folder_is_no_document(tmp_path: Path):
    path = tmp_path / "draft.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("notes.txt", "47")
    with pytest.raises(ReportError, match="is a packed folder, not a Word document"):
        open_word(path)


def test_a_package_that_would_fill_the_memory_is_not_opened(draft: Path, tmp_path: Path):
    size, path = b"\x12\x34\x56\x00", tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"")
        package.writestr("word/document.xml", b"\0" * int.from_bytes(size, "little"))
    path.write_bytes(path.read_bytes().replace(size, (600_000_000).to_bytes(4, "little")))
    with pytest.raises(ReportError, match="would unpack to 2 parts of 600,000,000 bytes"):
        open_word(path)


@pytest.mark.parametrize("part", ["word/document.xml", "word/footnotes.xml"])
def test_entities_of_a_part_are_refused(part: str, draft: Path, tmp_path: Path):
    def declare(content: bytes) -> bytes:
        head, body = content.split(b"<w:", 1)
        return head + DOCTYPE + b"<w:" + body

    hostile = changed(draft, tmp_path / "hostile.docx", part, declare)
    with pytest.raises(ReportError, match="declares XML entities, as no word processor does"):
        read_passages(hostile)


@pytest.mark.parametrize("part", ["word/document.xml", "word/footnotes.xml", "word/styles.xml"])
def test_a_part_cut_off_has_one_sentence(part: str, draft: Path, tmp_path: Path):
    broken = changed(draft, tmp_path / "broken.docx", part, lambda content: content[:-40])
    with pytest.raises(ReportError, match=r"a part of it is missing or damaged\. Open it in Word"):
        read_passages(broken)


def test_a_file_damaged_anywhere_is_read_or_refused_in_a_sentence(draft: Path, tmp_path: Path):
    whole, path, dice = draft.read_bytes(), tmp_path / "damaged.docx", random.Random(4)
    refusals = []
    for _ in range(120):
        content = bytearray(whole)
        if dice.random() < 0.4:
            content = content[: dice.randrange(len(content))]
        else:
            for _ in range(dice.randrange(1, 30)):
                content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(bytes(content))
        try:
            read_passages(path)
        except ReportError as error:
            refusals.append(str(error))
    assert len(refusals) > 60
    assert all(sentence.startswith("damaged.docx ") for sentence in refusals)
