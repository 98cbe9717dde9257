"""The dictionary of an SPSS file: its weight, its sets, and whether it is whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from other_programs import run_pspp

from welfarestats.errors import DataError
from welfarestats.survey.spss_header import SpssHeader, read_spss_header

WEIGHTED = """
DATA LIST LIST NOTABLE /s1 (A1) s2 (A3) essay (A300) the_long_weight_name (F6.2).
BEGIN DATA
Y N abc 2
N Y def 1
END DATA.
VALUE LABELS s1 "Y" "Yes" "N" "No".
MRSETS /MDGROUP NAME=$heard LABEL="Heard of" VARIABLES=s1 s2 VALUE="Y".
WEIGHT BY the_long_weight_name.
SAVE OUTFILE="weighted.sav".
SAVE OUTFILE="weighted.zsav" /ZCOMPRESSED.
"""


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.sav"
    frame = pd.DataFrame({"sex": [1.0, 2.0], "town": ["Ayr", "Bath"], "essay": ["x" * 300, ""]})
    labels = {"sex": {1.0: "Men", 2.0: "Women"}, "town": {"Ayr": "Ayr"}}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, note="a note")
    return path


def test_a_file_of_pspp_says_what_weights_it_and_which_text_its_set_counts(tmp_path):
    run_pspp(tmp_path, WEIGHTED)
    for ending in ("sav", "zsav"):
        header = read_spss_header(tmp_path / f"weighted.{ending}")
        assert header.weight == "the_long_weight_name"
        assert header.counted == {"heard": "Y"}
        assert header.encoding == "UTF-8"


def test_a_file_without_weight_has_none(plain):
    header = read_spss_header(plain)
    assert (header.weight, header.counted) == (None, {})
    assert header.codes == (b"Ayr     ",)


def test_codes_in_another_encoding_than_declared_are_noticed():
    assert SpssHeader(codes=(b"Ayr     ",), encoding="UTF-8").decodes(None)
    assert not SpssHeader(codes=(b"\xc9ire    ",), encoding="UTF-8").decodes(None)
    assert SpssHeader(codes=(b"\xc9ire    ",), encoding="UTF-8").decodes("WINDOWS-1252")
    assert not SpssHeader(codes=(b"\xc9ire    ",), encoding="UTF\x00").decodes(None)
    assert SpssHeader(codes=(b"Ayr     ",)).decodes("no such encoding")


@pytest.mark.parametrize(
    ("at", "byte", "words"),
    [
        (183, 24, "a variable that cannot be"),
        (180, 48, "a text without its continuation"),
        (176, 77, "an unknown record"),
    ],
)
def test_a_damaged_dictionary_is_refused_before_it_ends_the_process(plain, at, byte, words):
    damaged = bytearray(plain.read_bytes())
    damaged[at] = byte
    plain.write_bytes(bytes(damaged))
    with pytest.raises(DataError, match=rf"its dictionary cannot be followed \({words}\)"):
        read_spss_header(plain)


def test_labels_of_a_variable_that_does_not_exist_are_refused(plain):
    content = plain.read_bytes()
    mark = b"\x04\x00\x00\x00\x01\x00\x00\x00"
    assert mark in content
    damaged = content.replace(mark + b"\x01\x00", mark + b"\x01\x20", 1)
    plain.write_bytes(damaged)
    with pytest.raises(DataError, match="labels of a variable that does not exist"):
        read_spss_header(plain)


@given(st.data())
def test_a_dictionary_that_is_cut_off_is_refused_in_a_sentence(data):
    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Path(folder) / "whole.sav", Path(folder) / "cut.sav"
        frame = pd.DataFrame({"a": [1.0], "b": ["x"]})
        pyreadstat.write_sav(frame, whole, column_labels=["A", "B"])
        content = whole.read_bytes()
        end = content.index(b"\xe7\x03\x00\x00")  # 999: the record that ends the dictionary
        cut.write_bytes(content[: data.draw(st.integers(4, end))])
        with pytest.raises(DataError, match=r"'cut\.sav' is not a readable sav file"):
            read_spss_header(cut)
