import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.r_language import r_comment, r_list, r_number, r_numbers, r_string, r_truth


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Yes", '"Yes"'),
        ('say "no"', '"say \\"no\\""'),
        ("a\\b", '"a\\\\b"'),
        ("a\nb\r\tc", '"a\\nb\\r\\tc"'),
        ("£5 – é", '"\\u00a35 \\u2013 \\u00e9"'),
        ("🙂", '"\\U0001f642"'),
        ("a\0b\ud800", '"a\\ufffdb\\ufffd"'),
        ("\x07\x7f\u2028", '"\\u0007\\u007f\\u2028"'),
    ],
)
def test_a_text_becomes_a_string_of_r(text, written):
    assert r_string(text) == written


@given(st.text())
def test_no_text_ends_its_string_or_its_line(text):
    written = r_string(text)
    inside = written[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside
    assert written.isascii()
    assert written.isprintable()
    assert r_comment(text) == f"# {written}"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_all_its_digits(value):
    assert float(r_number(value)) == value


def test_numbers_that_are_none():
    assert [r_number(x) for x in (float("nan"), np.inf, -np.inf)] == ["NA", "Inf", "-Inf"]


def test_lists_and_vectors():
    assert r_numbers([]) == "numeric(0)"
    assert r_numbers([1, 2.5]) == "c(1, 2.5)"
    assert r_list({"a": "1", "b": r_truth(True)}) == "list(a = 1, b = TRUE)"
    assert r_list(["1", "2"], lines=True) == "list(\n  1,\n  2\n)"
    assert r_list([], lines=True) == "list()"
