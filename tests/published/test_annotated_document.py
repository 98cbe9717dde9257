from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_drafts import append, odd_draft, run

from welfarestats.errors import OptionError, ReportError
from welfarestats.published.annotated_document import Comment, write_comments
from welfarestats.published.passages import Passage, read_passages
from welfarestats.published.word_package import word

NUMBERS = re.compile(r"\d+|Half|third|One in ten")


def _each_number(passages: tuple[Passage, ...]) -> list[Comment]:
    return [
        Comment(passage.number, *match.span(), f"{match.group()}: cell B4")
        for passage in passages
        for match in NUMBERS.finditer(passage.text)
    ]


def _texts(path: Path) -> list[str]:
    return [passage.text for passage in read_passages(path)]


def _marked(path: Path) -> dict[str, str]:
    """Return what stands between the marks of each comment, by the comment's text."""
    document = docx.Document(str(path))
    open_marks: dict[str, str] = {}
    for element in document.element.body.iter():
        if element.tag == word("commentRangeStart"):
            open_marks[element.get(word("id"))] = ""
        elif element.tag == word("commentRangeEnd"):
            number = element.get(word("id"))
            open_marks[f"done {number}"] = open_marks.pop(number)
        elif element.tag in (word("t"), word("delText")):
            for number in open_marks:
                if not number.startswith("done"):
                    open_marks[number] += element.text or ""
    return {one.text: open_marks[f"done {one.comment_id}"] for one in document.comments}


def _properties(path: Path) -> list[tuple[str, Any]]:
    """Return each visible letter of the body with the formatting of its run."""
    document = docx.Document(str(path))
    return [
        (sign, sorted(child.tag for child in run.iterfind(f"{word('rPr')}/*")))
        for run in document.element.body.iter(word("r"))
        for text in run.iterchildren(word("t"))
        for sign in text.text or ""
    ]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return odd_draft(tmp_path / "draft.docx")


@pytest.fixture
def commented(draft: Path, tmp_path: Path) -> Path:
    comments = _each_number(read_passages(draft))
    return write_comments(draft, comments, tmp_path / "commented.docx", author="Ann Bee")


def test_text_and_formatting_stay_as_they_are(draft: Path, commented: Path):
    assert _texts(commented) == _texts(draft)
    assert _properties(commented) == _properties(draft)


def test_each_comment_stands_on_its_number(commented: Path):
    marked = _marked(commented)
    assert marked.pop("Earlier comment") == "In all, 4"
    assert marked.pop("Endnote 1, “150”: 150: cell B4") == ""
    assert marked.pop("Footnote 1, “142”: 142: cell B4") == ""
    for place in ("5", "82"):
        # The text of the box, in its new form and its old one.
        inside = marked.pop(f"Text box at paragraph 8, “{place}”: {place}: cell B4")
        assert set(inside.split("A box with 5 of 82.")) == {""}
    assert marked == {f"{number}: cell B4": number for number in marked_numbers()}


def marked_numbers() -> list[str]:
    return ["47", "1", "One in ten", "48", "13", "60", "Half", "third"]


def test_comments_have_their_author_and_earlier_ones_stay(commented: Path):
    comments = list(docx.Document(str(commented)).comments)
    assert [(one.author, one.initials) for one in comments[:2]] == [("Bo", "B"), ("Ann Bee", "AB")]
    assert len(comments) == 16


def test_a_number_in_a_field_is_marked_with_its_field(commented: Path):
    body = docx.Document(str(commented)).element.body
    depth = 0
    for element in body.iter():
        kind = element.get(word("fldCharType")) if element.tag == word("fldChar") else None
        depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if element.tag in (word("commentRangeStart"), word("commentRangeEnd")):
            assert depth == 0


def test_marks_stand_between_runs_and_references_in_runs(commented: Path):
    body = docx.Document(str(commented)).element.body
    parents = {"p", "hyperlink", "ins"}
    for name in ("commentRangeStart", "commentRangeEnd"):
        found = {one.getparent().tag.rpartition("}")[2] for one in body.iter(word(name))}
        assert found <= parents
    for reference in body.iter(word("commentReference")):
        assert reference.getparent().getparent().tag == word("p")


def test_comments_may_overlap_and_repeat(draft: Path, tmp_path: Path):
    comments = [Comment(1, 8, 19, "share"), Comment(1, 8, 10, "number"), Comment(1, 9, 15, "part")]
    target = write_comments(draft, comments, tmp_path / "commented.docx", author="Ann")
    marked = _marked(target)
    assert marked["number"] == "47"
    assert marked["share"] == "47 per\u00a0cent"
    assert marked["part"] == "7 per\u00a0"
    again = write_comments(target, comments, tmp_path / "again.docx", author="Bea")
    assert len(docx.Document(str(again)).comments) == 7
    assert _texts(again) == _texts(draft)


@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_any_letters_of_any_passage_can_be_commented(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    path = folder / "draft.docx"
    if not path.exists():
        odd_draft(path)
    passages = read_passages(path)
    comments = []
    for number in range(data.draw(st.integers(1, 8))):
        passage = data.draw(st.sampled_from(passages))
        start = data.draw(st.integers(0, len(passage.text) - 1))
        end = data.draw(st.integers(start + 1, len(passage.text)))
        comments.append(Comment(passage.number, start, end, f"comment {number}"))
    target = write_comments(path, comments, folder / "commented.docx", author="Ann")
    assert _texts(target) == _texts(path)
    assert _properties(target) == _properties(path)


def test_signs_that_no_word_file_holds_are_blanks_in_a_comment(draft: Path, tmp_path: Path):
    comments = [Comment(1, 8, 10, "odd\x00label & <b>\nsecond line")]
    target = write_comments(draft, comments, tmp_path / "commented.docx", author="Ann")
    assert "odd label & <b>\nsecond line" in _marked(target)


def test_the_draft_is_not_written_over_unless_asked(draft: Path):
    comment, before = Comment(1, 8, 10, "cell B4"), _texts(draft)
    with pytest.raises(OptionError, match=r"draft\.docx is the draft itself\. Give the commented"):
        write_comments(draft, [comment], draft, author="Ann")
    write_comments(draft, [comment], draft, author="Ann", replace_source=True)
    assert _texts(draft) == before
    assert _marked(draft)["cell B4"] == "47"


def test_an_old_target_stays_when_a_comment_points_to_nothing(draft: Path, tmp_path: Path):
    target = tmp_path / "commented.docx"
    target.write_bytes(b"old")
    for wrong in (Comment(99, 0, 1, ""), Comment(1, 5, 5, ""), Comment(1, 0, 999, "")):
        with pytest.raises(ReportError, match=r"which the document does not have\. Read its"):
            write_comments(draft, [wrong], target, author="Ann")
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["commented.docx", "draft.docx"]


@pytest.mark.parametrize(
    ("target", "author", "error", "sentence"),
    [
        ("a.doc", "Ann", OptionError, r"'a\.doc', and of this source it must end in \.docx"),
        ("a.docx", " ", OptionError, "comments need an author"),
        ("no/a.docx", "Ann", ReportError, "there is no folder 'no' to write to"),
    ],
)
def test_a_target_that_cannot_be_written_has_its_sentence(
    target: str, author: str, error: type[Exception], sentence: str, draft: Path
):
    with pytest.raises(error, match=sentence):
        write_comments(draft, [], draft.parent / target, author=author)


def test_a_run_with_more_than_text_is_cut_between(tmp_path: Path):
    document = docx.Document()
    mixed = "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t><w:tab/><w:t>47</w:t><w:br/><w:t>b</w:t></w:r>"
    append(document, mixed + run("c"))
    document.save(str(tmp_path / "draft.docx"))
    target = tmp_path / "commented.docx"
    write_comments(tmp_path / "draft.docx", [Comment(0, 2, 4, "x")], target, author="Ann")
    assert _marked(target) == {"x": "47"}
    runs = docx.Document(str(target)).paragraphs[0].runs
    assert [(one.text, one.bold) for one in runs if one.text] == [
        ("a\t", True),
        ("47", True),
        ("\nb", True),
        ("c", None),
    ]


def test_comments_on_a_text_are_a_listing(tmp_path: Path):
    source = tmp_path / "draft.txt"
    source.write_text("Work\n\nHalf <b>of</b> them\nand 47 per cent.", "utf-8")
    comments = [Comment(1, 24, 35, "cell B4 & more")]
    page = write_comments(source, comments, tmp_path / "comments.html", author="Ann").read_text(
        "utf-8"
    )
    assert "<b>of" not in page
    for text in ("line 4", "47 per cent", "cell B4 &amp; more", "Comments by Ann"):
        assert text in page
    empty = write_comments("Half.", [], tmp_path / "none.html", author="Ann").read_text("utf-8")
    assert "There are no comments." in empty
