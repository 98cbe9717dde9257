from __future__ import annotations

import re
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


def test_a_stated_number_says_what_it_is_and_of_whom(toy: Path):
    replace_in(
        toy / "published.csv",
        "staff-invited,staff,,all,,,stated,19,19,24,",
        "staff-invited,staff,,all,confident=Agree,,stated,19,19,24,Staff who were invited",
    )
    page = reproduction_page(ws.reproduce(ws.load_report(toy)))
    assert ">Stated; Staff who were invited; Feels confident: Agree</th>" in page


def test_a_fact_of_no_survey_is_on_the_page(toy: Path):
    replace_in(
        toy / "published.csv",
        "staff-invited,staff,,all,,,stated,19,19,24,",
        "interviews,,,,,,stated,19,19,24,Interviews with visitors",
    )
    page = reproduction_page(ws.reproduce(ws.load_report(toy)))
    assert "<h2>Outside the surveys</h2>" in page
    assert ">Stated; Interviews with visitors</th>" in page


def test_every_published_number_has_a_row():
    for name in ("ehd-2025", "hwc-2021", "nhanes2"):
        report = ws.load_report(name)
        page = reproduction_page(ws.reproduce(report))
        missing = [n.item for n in report.numbers if f">{n.item}</td>" not in page]
        assert missing == []


def test_no_caption_repeats_the_heading_above_it(result: Reproduction):
    page = reproduction_page(result)
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    captions = re.findall(r'<p class="title"[^>]*><strong>(.*?)</strong>', page)
    assert len(set(captions)) == len(captions)
    assert not set(headings) & set(captions)


def test_a_page_says_which_bases_were_inferred(result: Reproduction):
    assert "Visitors who were seen: 76 is used; possible: 76 and 77." in reproduction_page(result)


def test_an_inferred_base_that_is_the_only_possible_one_is_called_so(toy: Path):
    replace_in(toy / "spec.toml", "candidate_bases = [76, 77]", "candidate_bases = [76]")
    page = reproduction_page(ws.reproduce(ws.load_report(toy)))
    assert "Visitors who were seen: 76 is used, the only possible one." in page


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
