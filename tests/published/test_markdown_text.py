from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.markdown_text import markdown_blocks

DRAFT = """---
title: A draft of 2025
---
# Findings **first**

Some *47* per cent[^1] of [people](http://example.org/33 "44") said `yes`
with 2 * 3 and snake_case_1 left.

Setext
======

| Group | Share |
|:------|------:|
| Men   | 47 \\| 4 |

- one
  more
1. two

> quoted 5
> too

```
99 per cent
```
![A chart of 3](chart_77.png)

[^1]: Base 22
    in all.
<!-- 88
hidden -->
Fifty\\% <b>of 8</b>.

***
"""


def test_blocks_are_what_a_reader_sees():
    blocks = [(block.kind, block.text) for block in markdown_blocks(DRAFT)]
    assert blocks == [
        ("heading", "Findings first"),
        (
            "paragraph",
            "Some 47 per cent of people said yes with 2 * 3 and snake_case_1 left.",
        ),
        ("heading", "Setext"),
        ("table cell", "Group"),
        ("table cell", "Share"),
        ("table cell", "Men"),
        ("table cell", "47 | 4"),
        ("list item", "one more"),
        ("list item", "two"),
        ("paragraph", "quoted 5 too"),
        ("paragraph", "A chart of 3"),
        ("footnote", "Base 22 in all."),
        ("paragraph", "Fifty% of 8."),
    ]


def test_blocks_know_their_lines_cells_and_sections():
    blocks = {block.text: block for block in markdown_blocks(DRAFT)}
    assert blocks[
        "Some 47 per cent of people said yes with 2 * 3 and snake_case_1 left."
    ].lines == (
        (0, 6),
        (36, 7),
    )
    assert blocks["47 | 4"].place == "table 1, row 2, column 2"
    assert blocks["Base 22 in all."].place == "footnote 1"
    assert blocks["Fifty% of 8."].lines == ((0, 32),)
    assert blocks["Men"].section == "Setext"


@given(st.text("ab1 #*_`[]()|-\n>~!<:=\\", max_size=150))
def test_any_text_is_read_and_every_line_exists(text: str):
    count = len(text.split("\n"))
    for block in markdown_blocks(text):
        assert block.text.strip()
        assert all(1 <= line <= count for _, line in block.lines)
        assert all(0 <= offset <= len(block.text) for offset, _ in block.lines)
