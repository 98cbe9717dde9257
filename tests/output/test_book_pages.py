from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.output.book_pages import anchor_names, book_page, write_book_page
from welfarestats.output.grid import plain_grid
from welfarestats.output.wording import SYNTHETIC_CAPTION


def grid(title: str = "Age", **words):
    return plain_grid(title, ["Group", "Per cent"], [["16 to 24", "47"]], **words)


def test_contents_link_to_every_table_in_order():
    page = book_page([("age", grid("Age")), ("sex", grid("Sex"))], title="A book")
    contents = page[page.index("<nav") : page.index("</nav>")]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>: ([^<]+)<', contents)
    assert links == [("age", "age", "Age"), ("sex", "sex", "Sex")]
    assert re.findall(r'<section id="([^"]+)"', page) == ["age", "sex"]
    assert re.findall(r"<h2>([^<]+)</h2>", page) == ["age", "sex"]


def test_every_id_of_a_page_is_unique_and_every_link_leads_somewhere():
    names = ["contents", "t1-title", "t1-h0-0", "q 7", "q/7", "q/7", "…", ""]
    page = book_page([(name, grid()) for name in names], title="A book")
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
    labels = re.findall(r'aria-labelledby="([^"]*)"', page)
    assert {part for label in labels for part in label.split()} <= set(ids)


def test_a_hostile_name_is_text_on_the_page():
    page = book_page([('"><script>alert(1)</script>', grid("<img src=x>"))], title="<b>")
    assert "<script" not in page
    assert "<img" not in page


def test_styles_stand_in_the_head_once():
    page = book_page([("age", grid()), ("sex", grid())], title="A book")
    head, body = page.split("</head>")
    assert head.count("<style>") == 3
    assert "<style>" not in body


def test_invented_records_are_said_to_be_so_before_the_contents():
    page = book_page([("age", grid()), ("b", grid(origin="synthetic"))], title="A book")
    assert page.index(SYNTHETIC_CAPTION) < page.index("<nav")
    assert SYNTHETIC_CAPTION not in book_page([("age", grid())], title="A book")


def test_a_page_without_tables_is_refused():
    with pytest.raises(OptionError, match="there is no table to put on a page"):
        book_page([], title="A book")


def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "book.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(OptionError):
        write_book_page(path, [("age", grid())], title=" ")
    assert path.read_text("utf-8") == "old"
    assert write_book_page(path, [("age", grid())], title="A book") == path
    assert path.read_bytes().startswith(b"<!DOCTYPE html>\n")
    assert list(tmp_path.iterdir()) == [path]


@given(st.lists(st.text(max_size=12), max_size=12))
def test_anchors_are_unique_and_safe_in_a_link(names):
    found = anchor_names(names)
    assert len(found) == len(set(found)) == len(names)
    assert all(re.fullmatch(r"[\w.-]+", anchor, re.ASCII) for anchor in found)
