from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from welfarestats.output.grid import Cell, ColumnHeader, Grid, Row, RowGroup, plain_grid
from welfarestats.output.text import markdown_table, text_table
from welfarestats.output.wording import SYNTHETIC_CAPTION


def row(header: str, *texts: str, kind: str = "category") -> Row:
    return Row(header, tuple(Cell(text) for text in texts), kind)


BANNER = Grid(
    title="Readiness by benefit",
    column_headers=(
        (ColumnHeader("Total", depth=2), ColumnHeader("Benefit", span=2)),
        (ColumnHeader("UC", key="A"), ColumnHeader("ESA", key="B")),
    ),
    groups=(
        RowGroup(
            (
                Row("Ready now", (Cell("47"), Cell("52", letters="B"), Cell("41"))),
                row("Ready or soon", "77", "80", "[u]", kind="net"),
            ),
            "Are you ready?",
        ),
    ),
    bases=(row("Unweighted base", "1,006", "500", "506", kind="base"),),
    legend=(("[u]", "low reliability"),),
    notes=("Percentages need not add to 100.",),
    source="Made up",
)


def test_a_banner_prints_in_aligned_columns():
    assert text_table(BANNER) == "\n".join(
        (
            "Readiness by benefit",
            "[u] = low reliability",
            "",
            "                               Benefit",
            "                               ------------",
            "                                UC    ESA",
            "Answer                Total    (A)    (B)",
            "-------------------------------------------",
            "Are you ready?",
            "  Ready now              47     52 B   41",
            "  Net: Ready or soon     77     80    [u]",
            "-------------------------------------------",
            "Unweighted base       1,006    500    506",
            "",
            "Percentages need not add to 100.",
            "Source: Made up",
        )
    )


def test_a_banner_is_flattened_in_markdown():
    assert markdown_table(BANNER).split("\n") == [
        "**Readiness by benefit**",
        "",
        r"- \[u\]: low reliability",
        "",
        "| Answer | Total | Benefit: UC (A) | Benefit: ESA (B) |",
        "| :--- | ---: | ---: | ---: |",
        "| **Are you ready?** | | | |",
        "| Ready now | 47 | 52 <sup>B</sup> | 41 |",
        r"| **Net: Ready or soon** | 77 | 80 | \[u\] |",
        "| Unweighted base | 1,006 | 500 | 506 |",
        "",
        "- Percentages need not add to 100.",
        "- Source: Made up",
    ]


def test_long_labels_run_on_below_and_figures_stand_in_the_last_line():
    label = "Ready in the next six months if the right support is there"
    lines = text_table(plain_grid("T", ["Answer", "Per cent"], [[label, "30"]])).split("\n")
    assert lines[-2] == "Ready in the next six months if the right"
    assert lines[-1].split() == ["support", "is", "there", "30"]


def test_words_in_a_cell_hang_from_the_line_of_their_row():
    why = "the sum of the thirteen jobcentres is not the total that the report prints"
    grid = plain_grid("T", ["Item", "Line", "Why"], [["a", "412", why]], text_columns=["Why"])
    lines = text_table(grid).split("\n")
    assert lines[-2].split()[:4] == ["a", "412", "the", "sum"]
    assert lines[-1].startswith("            ")


def test_synthetic_records_are_named_above_and_below():
    grid = plain_grid("T", ["Answer", "Per cent"], [["a", "47"]], origin="synthetic")
    for text in (text_table(grid), markdown_table(grid)):
        assert SYNTHETIC_CAPTION.split(":")[0] in text.split("47")[0]
        assert "invented" in text.split("47")[1]


def test_markdown_reads_no_sign_of_a_label_as_its_own():
    label = "| *a* _b_ `c` <script> [d](e) #f ~g~ $h$ & \\i"
    line = markdown_table(plain_grid("T", ["Answer", "Per cent"], [[label, "47"]])).split("\n")[-1]
    assert line == (r"| \| \*a\* \_b\_ \`c\` \<script\> \[d\](e) \#f \~g\~ \$h\$ &amp; \\i | 47 |")


def test_a_note_never_becomes_a_list_inside_a_list():
    text = markdown_table(
        plain_grid("T", ["Answer", "N"], [], notes=["1. first", "- second", "+ x"])
    )
    assert text.split("\n")[-3:] == [r"- 1\. first", r"- \- second", r"- \+ x"]


def test_a_label_with_line_breaks_stays_in_its_row():
    for write in (text_table, markdown_table):
        text = write(plain_grid("T", ["Answer", "N"], [["a\nb\r\nc\x00", "1"]]))
        assert "a b c" in text


@given(st.lists(st.text(max_size=60), min_size=2, max_size=2), st.booleans())
def test_any_label_leaves_every_row_whole(texts, words):
    grid = plain_grid("T", ["Answer", "N"], [texts], text_columns=["N"] if words else [])
    text_table(grid).encode("utf-8")
    table = markdown_table(grid).split("\n\n")[1].split("\n")
    assert len(table) == 3
    unescaped = [line.replace("\\\\", "").replace("\\|", "").count("|") for line in table]
    assert unescaped == [3, 3, 3]


def test_letters_of_wide_scripts_keep_the_columns_straight():
    grid = plain_grid("T", ["Answer", "N"], [["日本", "1"], ["abcd", "2"]])
    lines = text_table(grid).split("\n")
    assert lines[-2] == "日本    1"
    assert lines[-1] == "abcd    2"
