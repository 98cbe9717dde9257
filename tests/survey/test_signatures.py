"""What a file is by its first bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from welfarestats.errors import DataError, OptionError
from welfarestats.survey.signatures import ENDINGS, check_contents, contents_of


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    return held.getvalue()


CONTENTS = {
    "an SPSS file": b"$FL2@(#) SPSS DATA FILE",
    "a zip archive or an Excel workbook": zipped(),
    "an old or a password-protected Office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20,
    "a web page or XML": b"\n<!DOCTYPE html><html><body>Sign in</body></html>",
    "a PDF": b"%PDF-1.7\n",
    "a gzip archive": b"\x1f\x8b\x08\x00",
    "a Stata file": bytes([114, 2, 1, 0, 3, 0]),
    "a Parquet file": b"PAR1\x15\x04",
    "something that is not text": b"a\x00b\x01c",
    "text in UTF-16": "a,b\n1,2\n".encode("utf-16"),
    "text": b"a,b\n1,2\n",
}


@pytest.mark.parametrize("words", CONTENTS)
def test_a_file_is_told_by_its_first_bytes(words):
    assert contents_of(CONTENTS[words])[0] == words


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("words", CONTENTS)
def test_a_file_that_is_not_what_its_name_says_is_refused_in_a_sentence(tmp_path, ending, words):
    path = tmp_path / f"answers{ending}"
    path.write_bytes(CONTENTS[words])
    own = {"text": ".csv", "a Parquet file": ".parquet", "a Stata file": ".dta"}
    fits = own.get(words) == ending or (words == "an SPSS file" and ending in (".sav", ".zsav"))
    if fits:
        assert check_contents(path) == ending
    else:
        with pytest.raises(DataError, match=f"not a readable {ending[1:]} file: it looks like"):
            check_contents(path)


def test_the_message_says_what_to_do(tmp_path):
    for name, words, remedy in (
        ("a.csv", "an SPSS file", r"let its name end in \.sav"),
        ("b.csv", "a zip archive or an Excel workbook", "save the sheet as 'CSV UTF-8'"),
        ("c.csv", "text in UTF-16", "Pass encoding='utf-16'"),
        ("d.sav", "a web page or XML", "Check how it was saved"),
    ):
        (tmp_path / name).write_bytes(CONTENTS[words])
        with pytest.raises(DataError, match=remedy):
            check_contents(tmp_path / name)


def test_a_folder_an_empty_file_no_file_and_an_unknown_ending_are_named(tmp_path):
    (tmp_path / "folder.sav").mkdir()
    (tmp_path / "empty.sav").touch()
    for name, sentence in (
        ("folder.sav", "'folder.sav' is a folder, not a file"),
        ("empty.sav", "has no rows: the file is empty"),
        ("none.sav", "there is no file 'none.sav'"),
    ):
        with pytest.raises(DataError, match=sentence):
            check_contents(tmp_path / name)
    with pytest.raises(OptionError, match=r"not '\.docx'; or in \.sav, \.zsav"):
        check_contents(tmp_path / "a.docx")


def test_text_in_utf_16_is_text_to_those_who_say_so(tmp_path):
    (tmp_path / "a.csv").write_bytes(CONTENTS["text in UTF-16"])
    assert check_contents(tmp_path / "a.csv", utf16=True) == ".csv"
