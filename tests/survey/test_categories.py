"""Categories, nets and codes as text."""

import pytest

import welfarestats as ws
from welfarestats.errors import CodebookError
from welfarestats.survey.categories import code_text


@pytest.mark.parametrize(
    ("code", "text"), [(1.0, "1"), (1.5, "1.5"), (3, "3"), (True, "True"), ("x", "x"), (-2.0, "-2")]
)
def test_a_code_as_text_has_no_point_nought(code, text):
    assert code_text(code) == text
    assert ws.Category(code).label == text


def test_a_category_is_valid_unless_it_says_why_not():
    assert ws.Category(1, "Yes").valid
    assert not ws.Category(8, "Don't know", missing="dont_know").valid


def test_a_reason_for_missing_is_one_of_four():
    with pytest.raises(CodebookError, match="category 'Hm' is missing for the reason 'unsure'"):
        ws.Category(8, "Hm", missing="unsure")


def test_a_net_keeps_its_codes_as_a_tuple():
    assert ws.Net("Any", [1, 2]).codes == (1, 2)
