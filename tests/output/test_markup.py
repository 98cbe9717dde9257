from __future__ import annotations

import pytest

from welfarestats.errors import OptionError
from welfarestats.output.markup import html_heading, html_list, html_text


def test_control_characters_that_html_forbids_are_replaced():
    assert html_text("a\x00b\x1bc\ud800d\te") == "a\ufffdb\ufffdc\ufffdd\te"


def test_a_heading_has_a_level_below_the_title_of_the_page():
    assert html_heading("T", 6) == "<h6>T</h6>"
    for level in (1, 7):
        with pytest.raises(OptionError, match=f"level is {level}; a heading below"):
            html_heading("T", level)


def test_an_empty_list_writes_nothing():
    assert html_list([]) == ""
