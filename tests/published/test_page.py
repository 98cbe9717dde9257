from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.published.page import reproduction_page, write_page, write_whole
from welfarestats.published.reproduction import Reproduction, computed_text


@pytest.fixture(scope="module")
def result(finished_toy: Path) -> Reproduction:
    return ws.reproduce(ws.load_report(finished_toy))


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def test_a_page_needs_nothing_but_itself(result: Reproduction):
    found = Elements(reproduction_page(result))
    assert found.sources == []
    assert "script" not in found.names
    assert "caption" in found.names


def test_published_and_computed_stand_side_by_side(result: Reproduction):
    page = reproduction_page(result)
    for header in ("Published", "Computed", "Agrees", "Line"):
        assert f">{header}</th>" in page
    computed = result.to_frame().set_index("item").loc["help-any", "computed"]
    assert f">{computed_text(computed, '80')}</td>" in page
    assert "not that the report is right" in page


def test_agreement_is_told_in_words(toy: Path):
    replace_in(toy / "published.csv", "percent,80,80,6,", "percent,81,81,6,")
    page = reproduction_page(ws.reproduce(ws.load_report(toy)))
    assert "Numbers that differ" in page
    assert "No. It would print as 80." in page
    assert "Not compared: stated" in page


def test_caveats_and_the_synthetic_statement_are_on_the_page(result: Reproduction):
    page = reproduction_page(result)
    assert "Bases are small." in page
    assert "Synthetic data" in page or "synthetic" in page


def test_a_page_says_what_is_counted(result: Reproduction):
    assert "Per cent; Help received; Form or call; Visitors who were seen" in reproduction_page(
        result
    )


def test_a_page_says_which_bases_were_inferred(result: Reproduction):
    assert "Visitors who were seen: 76 is used; possible: 76 and 77." in reproduction_page(result)


def test_text_of_a_report_is_escaped(toy: Path):
    replace_in(toy / "report.toml", "A toy report", "A <script>alert(1)</script> report")
    page = reproduction_page(ws.reproduce(ws.load_report(toy)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_page_is_written_whole(result: Reproduction, tmp_path: Path):
    path = write_page(result, tmp_path / "build")
    assert path.name == "toy.html"
    assert path.read_text(encoding="utf-8").endswith("</html>\n")
    write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "new"
    assert [file.name for file in path.parent.iterdir()] == ["toy.html"]
