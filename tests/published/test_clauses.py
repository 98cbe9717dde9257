from __future__ import annotations

import pytest

from welfarestats.published.clauses import cut_between, stands_behind


@pytest.mark.parametrize(
    ("text", "number", "behind"),
    [
        ("Women (18 per cent) agreed.", "18 per cent", True),
        ("Mobility was named, reported by 18 per cent of people.", "18 per cent", True),
        ("Mobility was named, reported by only 18 per cent.", "18 per cent", True),
        ("Of women, 18 per cent agreed.", "18 per cent", False),
        ("A few (18 per cent) of the women agreed.", "18 per cent", False),
    ],
)
def test_a_number_in_brackets_or_after_by_tells_of_the_words_before_it(
    text: str, number: str, behind: bool
):
    start = text.index(number)
    assert stands_behind(text, start, start + len(number)) == behind


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (
            "Health was named by 41%, followed by travel, named by 18%.",
            ", followed by travel, named by ",
        ),
        ("41% of men agreed, compared with 18% of women.", ", compared with "),
        (
            "41% of men agreed, while in Kent, among women, 18% did.",
            ", while in Kent, among women, ",
        ),
        ("Men (41%) and women (18%) agreed.", ") and women ("),
        ("41% agreed, 18% did not.", ", "),
        ("41% of men and 18% of women agreed.", " and "),
    ],
)
def test_the_words_of_the_second_number_begin_where_its_clause_does(text: str, second: str):
    places = [(text.index(number), text.index(number) + 3) for number in ("41%", "18%")]
    cut = cut_between(text, *places)
    assert text[cut : places[1][0]] == second
