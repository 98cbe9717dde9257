from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from welfarestats.published.plain_text import Block, is_caption, text_blocks

SENTENCE = (
    "Among those with severe problems, 47 per cent said that their health rules out work now and"
    " in the future, against 13 per cent of those without. Half of them would like to work."
)


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in text_blocks(text)]


def _joined(blocks: list[Block]) -> str:
    return " ".join(block.text for block in blocks)


def test_wrapped_lines_are_one_paragraph():
    text = textwrap.fill(SENTENCE, 70)
    (block,) = text_blocks(f"{text}\n")
    assert block.text == SENTENCE
    assert [line for _, line in block.lines] == [1, 2, 3]
    for offset, line in block.lines:
        assert text.split("\n")[line - 1].startswith(block.text[offset:][:20])


def test_a_sentence_that_ends_in_a_number_at_the_start_of_a_line_is_no_list():
    text = (
        f"The score of the claimants in the survey that was taken in May was\n12. {SENTENCE[:50]}"
    )
    assert len(text_blocks(text)) == 1


def test_lines_of_a_table_stay_apart():
    text = "Table 3.1 Referrals\n\nHull 182 51\nDurham 96 24\nTotal 1,219 333\n"
    long = "\n\n" + SENTENCE
    assert [text for _, text in _kinds(text + long)][:4] == [
        "Table 3.1 Referrals",
        "Hull 182 51",
        "Durham 96 24",
        "Total 1,219 333",
    ]


def test_list_items_footnotes_captions_and_headings_are_told_apart():
    text = (
        "2.1 Claimants’ health\n\n• 47 per cent\n\n- two\n1) three\n\n¹ In a private room.\n\n"
        "Figure 2.1 Whether it affects them\n\nBase: all respondents (1808).\n\nSupport taken-up\n\n"
        "(EHP)\n\nHalf of them."
    )
    assert [kind for kind, _ in _kinds(text)] == [
        *("heading", "list item", "list item", "list item", "footnote", "caption", "paragraph"),
        *("heading", "paragraph", "paragraph"),
    ]


def test_a_sentence_broken_by_a_page_is_joined():
    text = f"{SENTENCE} This suggests that, although many of them\n\nmay have been concerned, few were."
    (block,) = text_blocks(text)
    assert "many of them may have been" in block.text
    assert [line for _, line in block.lines] == [1, 3]


def test_a_caption_is_no_sentence_about_a_figure():
    assert is_caption("Table 3.2.1 Customer attendance")
    assert is_caption("Figure 3.1")
    assert not is_caption("Figure 3.1 shows that 47 per cent agreed.")


def test_sections_are_headings_before():
    blocks = text_blocks("Age\n\nHalf are old.\n\nSex\n\nHalf are men.")
    assert [block.section for block in blocks] == ["Age", "Age", "Sex", "Sex"]


WORDS = st.lists(st.text("abcXYZ0123456789%.,’“”", min_size=1, max_size=9), min_size=1, max_size=60)


@given(WORDS, st.integers(20, 110))
def test_no_word_is_lost_however_a_text_is_wrapped(words: list[str], width: int):
    text = textwrap.fill(" ".join(words), width, break_long_words=False, break_on_hyphens=False)
    assert _joined(text_blocks(text)).split() == words


@given(st.text("ab 1.\n\r\t-•\u00a0\u00ad|", max_size=200))
def test_each_block_knows_its_lines(text: str):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = [line.translate({0xA0: " ", 0xAD: None}) for line in lines]
    for block in text_blocks(text):
        for offset, line in block.lines:
            end = block.text[offset:].strip()[:1]
            assert plain[line - 1].strip()[:1] == end
