from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from toyreport import replace_in

import welfarestats as ws
from welfarestats.published.audit_page import findings_page, write_audit_page
from welfarestats.published.findings import Audit

HOSTILE = "<script>alert('Phone')</script>"


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


@pytest.fixture
def result(bare_toy: Path) -> Audit:
    replace_in(bare_toy / "published.csv", "Agree,percent,70,70,22,", "Agree,percent,66,66,22,")
    return ws.audit(ws.load_report(bare_toy))


def test_a_page_needs_nothing_but_itself(result: Audit):
    found = Elements(findings_page(result))
    assert found.sources == []
    assert "script" not in found.names
    assert found.names.count("h1") == 1


def test_a_page_has_every_finding_with_lines_sentence_and_sum(result: Audit):
    page = findings_page(result)
    for finding in result.findings:
        assert f"{finding.place[1:]}: {finding.finding}</h3>" in page
        assert finding.arithmetic.replace("'", "&#x27;") in page
        assert not finding.assumption or f"<p>Assumption: {finding.assumption}.</p>" in page
    assert "does not say which of them is right" in page


def test_headings_tell_the_kind_and_its_severity_in_words(result: Audit):
    page = findings_page(result)
    kinds = [page.index(f"(severity: {word})</h2>") for word in ("high", "medium", "low")]
    assert kinds == sorted(kinds)


def test_the_numbers_behind_a_finding_are_listed(result: Audit):
    line = "Line 21: 65 per cent; Feels confident: Agree; All respondents [staff-agree-percent]"
    assert f"<li>{line}</li>" in findings_page(result)


def test_comparisons_that_can_be_tested_stand_apart_from_the_others(bare_toy: Path):
    replace_in(
        bare_toy / "claims.csv",
        "seen,visits,2,3,Seen,UC,60,ESA,70,70,50,less,significant",
        "seen,visits,2,3,seen=Yes,benefit=UC,60,benefit=ESA,70,70,50,less,significant\n"
        "words,visits,2,3,Seen,Some,60,Others,70,,,less,none",
    )
    page = findings_page(ws.audit(ws.load_report(bare_toy)))
    tested = page.index("visits: comparisons in words, and whether they are significant in a test")
    untested = page.index("visits: comparisons in words that cannot be tested")
    first = page.index("seen=Yes: benefit=UC less than benefit=ESA [seen]")
    assert tested < first < untested < page.index("[words]")
    assert ">no test</td>" in page


def test_a_report_without_comparisons_or_findings_says_so(bare_toy: Path):
    report = ws.load_report(bare_toy)
    page = findings_page(Audit(report, ()))
    assert "Nothing was found." in page
    assert "Comparisons in words" not in page


def test_caveats_are_on_the_page(result: Audit):
    assert "Bases are small." in findings_page(result)


@pytest.mark.parametrize("file", ["codebook.toml", "published.csv", "claims.csv", "report.toml"])
def test_text_of_a_report_is_escaped(bare_toy: Path, file: str):
    if file == "codebook.toml":
        replace_in(bare_toy / file, 'label = "Feels confident"', f'label = "{HOSTILE}"')
    elif file == "published.csv":
        replace_in(bare_toy / file, "approximate,33.3,a third,23,", f"stated,19,{HOSTILE},23,")
        replace_in(bare_toy / "spec.toml", '"Visitors who had a plan"', f'"{HOSTILE}"')
        replace_in(bare_toy / file, "had_plan,,,base,30,30,9,", "had_plan,,,base,130,130,9,")
    elif file == "claims.csv":
        replace_in(bare_toy / file, "Seen,UC,60", f"{HOSTILE},{HOSTILE},60")
    else:
        replace_in(bare_toy / file, "A toy report", HOSTILE)
    page = findings_page(ws.audit(ws.load_report(bare_toy)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_page_is_written_beside_that_of_the_reproduction(result: Audit, tmp_path: Path):
    path = write_audit_page(result, tmp_path / "build")
    assert path == tmp_path / "build" / "toy-audit.html"
    assert path.read_text(encoding="utf-8").endswith("</html>\n")
