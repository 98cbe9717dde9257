"""Comments on a document: a Word file with comments in its margin, or a listing of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError, ReportError
from welfarestats.output.files import replaced_when_whole
from welfarestats.output.grid import plain_grid
from welfarestats.output.html import html_page, html_table
from welfarestats.published.passages import Passage, file_named, read_passages
from welfarestats.published.word_package import Letter, letters_of, word
from welfarestats.published.word_paragraphs import WordParagraph, read_word

__all__ = ["Comment", "write_comments"]

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Comment:
    """What is said of a few letters of a document.

    Parameters
    ----------
    passage
        Number of the passage, as in `Passage`.
    start, end
        The letters ``Passage.text[start:end]``, at least one.
    text
        The comment; lines become paragraphs.
    """

    passage: int
    start: int
    end: int
    text: str


def write_comments(
    source: str | Path,
    comments: Iterable[Comment],
    target: str | Path,
    *,
    author: str,
    replace_source: bool = False,
) -> Path:
    """Write a document again with comments, and return where it was written.

    Parameters
    ----------
    source
        The document or text that `read_passages` read.
    comments
        The comments, in any order; they may overlap.
    target
        A ``.docx`` file for a Word document, else an ``.html`` file, which lists the comments
        with their places. A file that is there is replaced once the new one is whole.
    author
        Who comments, as Word shows it.
    replace_source
        Allow that the target is the source.

    Returns
    -------
    Path
        The target.

    Raises
    ------
    OptionError
        When the target has another ending, is the source, or there is no author.
    ReportError
        When the source cannot be read, a comment names letters that it does not have, or the file
        cannot be written.

    Notes
    -----
    Text, formatting, tracked changes and earlier comments stay as they are; the written file is
    read again to prove it of the text. Word has no comments inside footnotes and text boxes:
    theirs stand at the reference of the footnote or the place of the box, and say so.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> found = Comment(0, 0, 11, "Table 1: 46")
    >>> write_comments("47 per cent agree.", [found], folder / "a.html", author="Ann").name
    'a.html'
    """
    path, goal = file_named(source), Path(target)
    is_word = path is not None and path.suffix.lower() == ".docx"
    _check_target(goal, ".docx" if is_word else ".html", author)
    if path is not None and not replace_source and goal.exists() and path.samefile(goal):
        raise OptionError(
            f"{goal.name} is the draft itself. Give the commented file another name, or pass"
            " replace_source=True."
        )
    if is_word:
        assert path is not None
        document, paragraphs = read_word(path)
        texts = [paragraph.text for paragraph in paragraphs]
        _mark(document, paragraphs, _checked(comments, texts), author)
        _save(document, texts, goal)
    else:
        passages = read_passages(source)
        made = _checked(comments, [passage.text for passage in passages])
        _write_text(_listing(passages, made, author), goal)
    return goal


def _check_target(target: Path, ending: str, author: str) -> None:
    if not author.strip():
        raise OptionError("comments need an author, who stands beside each. Pass author=…")
    if target.suffix.lower() != ending:
        raise OptionError(
            f"the commented file is {target.name!r}, and of this source it must end in {ending}."
        )
    if not target.parent.is_dir():
        raise ReportError(f"there is no folder {target.parent.name!r} to write to. Make it first.")


def _checked(comments: Iterable[Comment], texts: Sequence[str]) -> list[Comment]:
    """Return comments in reading order, refusing those that point to nothing."""
    made = sorted(comments, key=lambda one: (one.passage, one.start, one.end))
    for one in made:
        known = 0 <= one.passage < len(texts)
        if not known or not 0 <= one.start < one.end <= len(texts[one.passage]):
            raise ReportError(
                f"a comment points to letters {one.start} to {one.end} of passage {one.passage},"
                " which the document does not have. Read its passages again."
            )
    return made


def _save(document: Any, texts: Sequence[str], target: Path) -> None:
    """Write the document and read it back before it takes the target's place."""
    try:
        with replaced_when_whole(target) as partial:
            document.save(str(partial))
            if [one.text for one in read_word(partial)[1]] != list(texts):
                raise ReportError(
                    f"the text of {target.name} would not be that of the draft. Nothing was"
                    " written; accept the tracked changes in Word and try again."
                )
    except OSError as error:
        raise _unwritten(target, error) from error


def _write_text(page: str, target: Path) -> None:
    try:
        with replaced_when_whole(target) as partial:
            partial.write_text(page, encoding="utf-8")
    except OSError as error:
        raise _unwritten(target, error) from error


def _unwritten(target: Path, error: OSError) -> ReportError:
    return ReportError(
        f"{target.name} cannot be written ({type(error).__name__}). Close it where it is open, or"
        " choose another folder."
    )


def _mark(
    document: Any, paragraphs: Sequence[WordParagraph], comments: Sequence[Comment], author: str
) -> None:
    """Put the comments into the document, each round its letters."""
    initials = "".join(part[0] for part in author.split())[:3].upper()
    for number, own in groupby(comments, key=lambda one: one.passage):
        paragraph, here = paragraphs[number], list(own)
        letters = letters_of(paragraph.pieces)
        told = paragraph.text
        if paragraph.anchor is None:
            for cut in sorted({at for one in here for at in (one.start, one.end)}, reverse=True):
                _cut(letters, cut)
        for one in here:
            text = one.text
            if paragraph.anchor is None:
                first = _field_of(_run(letters[one.start].element))[0]
                last = _field_of(_run(letters[one.end - 1].element))[1]
            else:
                said = told[one.start : one.end]
                text = f"{paragraph.place[:1].upper()}{paragraph.place[1:]}, “{said}”: {text}"
                first = last = _alone(paragraph.anchor)
            clean = _NOT_IN_XML.sub(" ", text)
            made = document.comments.add_comment(text=clean, author=author, initials=initials)
            _surround(first, last, str(made.comment_id))


def _cut(letters: list[Letter], place: int) -> None:
    """Make a run begin at a letter, with the formatting of the run that it is cut from."""
    if place in (0, len(letters)):
        return
    letter = letters[place]
    element, cut = letter.element, letter.index
    if not _divisible(element):
        return
    if cut:
        rest = deepcopy(element)
        rest.text, element.text = element.text[cut:], element.text[:cut]
        for part in (rest, element):
            part.set(_SPACE, "preserve")
        element.addnext(rest)
        for one in letters:
            if one.element is element and one.index >= cut:
                one.element, one.index = rest, one.index - cut
        element = rest
    _begin_run(element)


def _divisible(element: Any) -> bool:
    """Return whether an element stands directly in a run that is not inside another run."""
    run = element.getparent()
    return run.tag == word("r") and run is _run(element)


def _run(element: Any) -> Any:
    """Return the outermost run of the paragraph that holds an element."""
    found = element
    for ancestor in element.iterancestors():
        if ancestor.tag == word("p"):
            break
        if ancestor.tag == word("r"):
            found = ancestor
    return found


def _field_of(run: Any) -> tuple[Any, Any]:
    """Return the first and last run of the field that a run is in, else the run twice.

    What stands inside a field is lost when the field is next brought up to date.
    """
    simple = [one for one in run.iterancestors() if one.tag == word("fldSimple")]
    if simple:
        return simple[-1], simple[-1]
    paragraph = next(one for one in run.iterancestors() if one.tag == word("p"))
    depth, begin, inside = 0, None, False
    for other in paragraph.iter(word("r")):
        kinds = [mark.get(word("fldCharType")) for mark in other.iterchildren(word("fldChar"))]
        if "begin" in kinds:
            begin = begin if depth else other
            depth += 1
        inside = inside or (other is run and depth > 0)
        if "end" in kinds and depth:
            depth -= 1
            if not depth and inside:
                return begin, other
    return run, run


def _begin_run(element: Any) -> None:
    """Move an element and what follows it in its run to a run of its own."""
    run = element.getparent()
    before = [one for one in element.itersiblings(preceding=True) if one.tag != word("rPr")]
    if not before:
        return
    rest = run.makeelement(run.tag, dict(run.attrib))
    properties = run.find(word("rPr"))
    if properties is not None:
        rest.append(deepcopy(properties))
    rest.extend([element, *element.itersiblings()])
    run.addnext(rest)


def _alone(element: Any) -> Any:
    """Return the run of a reference, cut so that it holds nothing else; or the run itself."""
    if element.tag == word("r"):
        return element
    if not _divisible(element):
        return _run(element)
    _begin_run(element)
    after = element.getnext()
    if after is not None:
        _begin_run(after)
    return element.getparent()


def _surround(first: Any, last: Any, number: str) -> None:
    """Set the marks of a comment round two runs, and its reference behind them."""
    name = word("id")
    first.addprevious(first.makeelement(word("commentRangeStart"), {name: number}))
    end = last.makeelement(word("commentRangeEnd"), {name: number})
    last.addnext(end)
    reference = last.makeelement(word("r"), {})
    properties = reference.makeelement(word("rPr"), {})
    properties.append(reference.makeelement(word("rStyle"), {word("val"): "CommentReference"}))
    reference.append(properties)
    reference.append(reference.makeelement(word("commentReference"), {name: number}))
    outer = end
    while outer.getparent() is not None and outer.getparent().tag != word("p"):
        outer = outer.getparent()
    outer.addnext(reference)


def _listing(passages: Sequence[Passage], comments: Sequence[Comment], author: str) -> str:
    rows = []
    for one in comments:
        passage = passages[one.passage]
        line = passage.line_of(one.start)
        place = f"line {line}" if passage.place.startswith("line") else passage.place
        rows.append([passage.text[one.start : one.end], place, passage.text, one.text])
    title = f"Comments by {author}"
    if not rows:
        return html_page(title, ["<p>There are no comments.</p>"])
    columns = ("Letters", "Place", "Text", "Comment")
    return html_page(
        title, [html_table(plain_grid(title, columns, rows, text_columns=columns[1:]))]
    )
