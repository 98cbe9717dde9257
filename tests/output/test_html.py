from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup, plain_grid
from welfarestats.output.html import html_page, html_table
from welfarestats.output.markup import html_heading, html_list, html_paragraph
from welfarestats.output.stylesheet import TABLE_STYLE
from welfarestats.output.wording import SYNTHETIC_CAPTION, SYNTHETIC_NOTE

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Every element in order with its attributes and its text; refuses unbalanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.parents: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "tags left open"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is given twice"
        self.parents.append(self.elements[self.open[-1]][0] if self.open else "")
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag):
        assert self.elements[self.open.pop()][0] == tag

    def handle_data(self, text):
        for place in self.open:
            self.elements[place][2].append(text)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, "".join(text)) for name, attrs, text in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        return [text for _, text in self.all(tag)]


def row(header: str, *texts: str, kind: str = "category") -> Row:
    return Row(header, tuple(Cell(text) for text in texts), kind)


def banner(**changes) -> Grid:
    grid = Grid(
        title="Readiness by benefit",
        subtitle="Column per cent",
        column_headers=(
            (ColumnHeader("Total", depth=2), ColumnHeader("Benefit", span=2)),
            (ColumnHeader("UC", key="A"), ColumnHeader("ESA", key="B")),
        ),
        groups=(
            RowGroup(
                (
                    Row(
                        "Ready",
                        (Cell("47"), Cell("52", letters="B"), Cell("[u]", state="unreliable")),
                    ),
                    row("Ready or soon", "77", "80", "73", kind="net"),
                    row("Mean score", "6.3", "6.4", "6.2", kind="statistic"),
                ),
                "Are you ready?",
            ),
        ),
        bases=(
            row("Weighted base", "1,000", "498", "502", kind="base"),
            row("Unweighted base", "1,006", "500", "506", kind="base"),
        ),
        legend=(("[u]", "low reliability"),),
        notes=("Percentages need not add to 100.",),
        source="Made up",
    )
    return replace(grid, **changes)


LISTING = plain_grid(
    "Numbers", ["Item", "Printed", "Why"], [["a", "47", "x"]], text_columns=["Why"]
)


def without_style(fragment: str) -> str:
    return fragment.replace(TABLE_STYLE, "")


def test_a_small_table_is_written_like_this():
    grid = plain_grid("Shares", ["Answer", "Per cent"], [["Improved", "47"]], source="Made up")
    assert without_style(html_table(grid, identifier="t1")) == (
        '<div class="welfare-table">'
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="t1-title">'
        '<table aria-labelledby="t1-title">\n'
        '<caption><p class="title" id="t1-title"><strong>Shares</strong></p></caption>\n'
        '<colgroup></colgroup><colgroup span="1"></colgroup>\n'
        '<thead>\n<tr><th scope="col">Answer</th><th scope="col" class="figure">Per cent</th></tr>\n'
        "</thead>\n"
        '<tbody>\n<tr><th scope="row">Improved</th><td>47</td></tr>\n</tbody>\n'
        "</table></div>\n"
        '<ul class="notes"><li>Source: Made up</li></ul>\n</div>'
    )


def test_a_row_of_a_banner_is_written_like_this():
    fragment = html_table(banner(), identifier="t1")
    assert (
        '<tr><th scope="row" id="t1-g0-r0">Ready</th>'
        '<td headers="t1-h0-0 t1-g0 t1-g0-r0">47 <sup class="letters"></sup></td>'
        '<td headers="t1-h0-1 t1-h1-0 t1-g0 t1-g0-r0" class="edge">52 <sup class="letters">B</sup></td>'
        '<td headers="t1-h0-1 t1-h1-1 t1-g0 t1-g0-r0" data-state="unreliable">'
        '[u] <sup class="letters"></sup></td></tr>\n'
    ) in fragment


@pytest.mark.parametrize("grid", [banner(), LISTING, banner(origin="synthetic"), banner(groups=())])
def test_every_table_has_a_caption_and_every_header_a_scope(grid):
    page = Page(html_table(grid))
    assert len(page.all("table")) == len(page.all("caption")) == 1
    assert page.texts("caption")[0].startswith(grid.title)
    assert {attrs.get("scope") for attrs, _ in page.all("th")} <= {
        "col",
        "colgroup",
        "row",
        "rowgroup",
    }
    assert all(text.strip() for text in page.texts("th"))


def test_a_header_over_several_columns_or_rows_has_the_scope_of_a_group():
    scopes = {text: attrs["scope"] for attrs, text in Page(html_table(banner())).all("th")}
    assert scopes["Benefit"] == "colgroup"
    assert scopes["UC (A)"] == "col"
    assert scopes["Are you ready?"] == "rowgroup"
    assert scopes["Ready"] == "row"
    assert [attrs["span"] for attrs, _ in Page(html_table(banner())).all("colgroup")[1:]] == [
        "1",
        "2",
    ]


def test_each_cell_of_a_banner_names_headers_that_exist():
    page = Page(html_table(banner()))
    texts = {attrs["id"]: text for attrs, text in page.all("th") if "id" in attrs}
    cells = page.all("td")
    named = [[texts[name] for name in attrs["headers"].split()] for attrs, _ in cells]
    assert named[1] == ["Benefit", "UC (A)", "Are you ready?", "Ready"]
    assert named[-1] == ["Benefit", "ESA (B)", "Unweighted base"]
    assert len(cells) == 15


def test_no_id_stands_twice_on_a_page_of_different_tables():
    page = Page(html_page("Two", [html_table(banner()), html_table(banner(title="Other"))]))
    names = [attrs["id"] for _, attrs, _ in page.elements if "id" in attrs]
    assert len(names) == len(set(names)) > 10


def test_the_same_grid_is_written_the_same_every_time():
    assert html_table(banner()) == html_table(banner())
    assert html_table(banner()) != html_table(banner(title="Other"))


def test_every_row_has_as_many_places_as_there_are_columns():
    taken = [0] * 4
    page = Page(html_table(banner()))
    for tag, attrs, _ in page.elements:
        if tag in ("th", "td"):
            rows, columns = int(attrs.get("rowspan", 1)), int(attrs.get("colspan", 1))
            for _ in range(columns):
                place = taken.index(min(taken))
                taken[place] += rows
    assert len(set(taken)) == 1


def test_letters_stand_apart_from_their_figure_and_leave_room_in_every_cell():
    page = Page(html_table(banner()))
    assert page.texts("sup").count("B") == 1
    assert len(page.all("sup")) == len(page.all("td"))
    assert page.all("table")[0][0]["style"] == "--letters:0.8;--gap:1"
    without = replace(banner(), groups=(RowGroup((row("Ready", "47", "52", "41"),)),))
    assert "<sup" not in html_table(without)


def test_the_legend_stands_above_the_figures_and_the_notes_below():
    html = html_table(banner())
    assert html.index("low reliability") < html.index("<thead>")
    assert html.index("need not add") > html.index("</table>")
    assert html.index("Source: Made up") > html.index("need not add")


def test_nets_bases_and_statistics_are_told_apart_in_words_and_by_class():
    html = html_table(banner())
    assert '<tr class="net"><th scope="row"' in html
    assert ">Net: Ready or soon</th>" in html
    assert '<tr class="statistic">' in html
    assert '<tr class="base first"><th' in html
    assert html.count('<tr class="base">') == 1


def test_synthetic_records_are_named_in_the_caption_in_the_name_and_in_a_note():
    page = Page(html_table(banner(origin="synthetic"), identifier="t"))
    assert SYNTHETIC_CAPTION in page.texts("caption")[0]
    assert page.all("table")[0][0]["aria-labelledby"] == "t-title t-origin"
    assert page.texts("li").count(SYNTHETIC_NOTE) == 1
    again = Page(html_table(banner(origin="synthetic", notes=(SYNTHETIC_NOTE,))))
    assert again.texts("li").count(SYNTHETIC_NOTE) == 1
    assert SYNTHETIC_CAPTION not in html_table(banner(origin="collected"))


HOSTILE = '</caption><script>alert("x")</script> & \'quoted\' <td onclick="y">'


def test_hostile_labels_stay_text_wherever_they_stand():
    grid = Grid(
        title=HOSTILE,
        subtitle=HOSTILE,
        corner=HOSTILE,
        column_headers=((ColumnHeader(HOSTILE, key=HOSTILE),),),
        groups=(RowGroup((Row(HOSTILE, (Cell(HOSTILE, HOSTILE, HOSTILE),), "net"),), HOSTILE),),
        bases=(row(HOSTILE, HOSTILE, kind="base"),),
        legend=((HOSTILE, HOSTILE),),
        notes=(HOSTILE,),
        source=HOSTILE,
    )
    fragments = [
        html_table(grid),
        html_heading(HOSTILE),
        html_paragraph(HOSTILE),
        html_list([HOSTILE]),
    ]
    html = html_page(HOSTILE, fragments, footer=[HOSTILE])
    page = Page(html)
    assert page.all("script") == []
    assert not any("onclick" in attrs for _, attrs, _ in page.elements)
    assert page.texts("title") == page.texts("h1") == [HOSTILE]
    assert page.texts("caption")[0].count(HOSTILE) == 4
    assert page.all("td")[0][0]["data-state"] == HOSTILE


@given(st.text(max_size=40))
def test_any_text_can_be_written_and_read_back(text):
    grid = plain_grid("T", ["Answer", "Per cent"], [["row", text]])
    fragment = without_style(html_table(grid))
    fragment.encode("utf-8")
    read = Page(fragment).texts("td")[0]
    if text.isprintable():
        assert read == text


def test_a_page_is_whole_needs_nothing_and_runs_nothing():
    html = html_page("Agreement", [html_table(banner()), html_table(LISTING)], footer=["Licence"])
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>\n")
    assert page.all("html")[0][0]["lang"] == "en-GB"
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("title")) == 1
    assert page.texts("footer") == ["Licence"]
    assert "charset" in page.all("meta")[0][0]
    assert "default-src 'none'" in page.all("meta")[1][0]["content"]
    assert not any(name in attrs for _, attrs, _ in page.elements for name in ("src", "href"))
    assert page.all("script") == page.all("link") == []


def test_a_page_has_its_styles_once_and_in_its_head():
    page = Page(html_page("Agreement", [html_table(banner()), html_table(LISTING)]))
    parents = [
        parent
        for (tag, _, _), parent in zip(page.elements, page.parents, strict=True)
        if tag == "style"
    ]
    assert parents == ["head", "head"]


def test_a_fragment_brings_its_own_style_for_a_notebook():
    assert html_table(LISTING).count("<style>") == 1


def test_words_start_at_the_left_and_figures_end_at_the_right():
    page = Page(html_table(LISTING))
    assert [attrs.get("class") for attrs, _ in page.all("th")] == [None, "figure", None, None]
    assert [attrs.get("class") for attrs, _ in page.all("td")] == [None, "words"]


def test_what_is_not_an_identifier_a_language_or_a_title_is_refused():
    with pytest.raises(OptionError, match="identifier is '1 x'; it starts an id"):
        html_table(LISTING, identifier="1 x")
    with pytest.raises(OptionError, match="language is 'english please'; pass a language tag"):
        html_page("T", [], language="english please")
    with pytest.raises(OptionError, match="a page has no title"):
        html_page("  ", [])
