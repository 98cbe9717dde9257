"""Elements of a page of HTML around its tables: headings, paragraphs, lists; all text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from welfarestats.errors import OptionError

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def html_text(text: str) -> str:
    """Return text with everything escaped that HTML would read as markup.

    Parameters
    ----------
    text : str
        Any text. Control characters, which HTML forbids, become ``U+FFFD``.

    Returns
    -------
    str
        Text that is safe between tags and in a quoted attribute.

    Examples
    --------
    >>> html_text('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    # Most texts of a large table are figures, which hold nothing to escape.
    return text if text.isalnum() else escape(printable_text(text), quote=True)


def printable_text(text: str) -> str:
    r"""Return text with ``U+FFFD`` in place of characters that HTML and XML forbid.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text of the same length; tabs and line ends stay.

    Examples
    --------
    >>> printable_text("a\x00b") == "a\ufffdb"
    True
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def html_heading(text: str, level: int = 2) -> str:
    """Return a heading for a page.

    Parameters
    ----------
    text : str
        The heading.
    level : int, default 2
        From 2 to 6: the page's title is the only heading of level 1.

    Returns
    -------
    str
        The element.

    Raises
    ------
    OptionError
        If the level is outside 2 to 6.

    Examples
    --------
    >>> html_heading("What agrees")
    '<h2>What agrees</h2>'
    """
    if level not in range(2, 7):
        raise OptionError(f"level is {level!r}; a heading below the page's title has level 2 to 6.")
    return f"<h{level}>{html_text(text)}</h{level}>"


def html_paragraph(text: str) -> str:
    """Return a paragraph for a page.

    Parameters
    ----------
    text : str
        Its sentences.

    Returns
    -------
    str
        The element.

    Examples
    --------
    >>> html_paragraph("47 < 52")
    '<p>47 &lt; 52</p>'
    """
    return f"<p>{html_text(text)}</p>"


def html_list(items: Iterable[str]) -> str:
    """Return an unordered list for a page, or nothing if there are no items.

    Parameters
    ----------
    items : iterable of str
        One text per item.

    Returns
    -------
    str
        The element.

    Examples
    --------
    >>> html_list(["one", "two"])
    '<ul><li>one</li><li>two</li></ul>'
    """
    entries = "".join(f"<li>{html_text(item)}</li>" for item in items)
    return f"<ul>{entries}</ul>" if entries else ""
