"""How the cells of an ``.xlsx`` file (ECMA-376) look, and how their texts are stored.

Texts are stored as texts whatever they start with, and quoted, so that none becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape

from welfarestats.output.flat_tables import Entry, shortened
from welfarestats.output.markup import printable_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LONG_LINE = 110

_LONGEST_TEXT = 32_000
_FORMULA_STARTS = tuple("=+-@\t\r\n'")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_INK, _GREY, _BLUE = (f'<color rgb="FF{rgb}"/>' for rgb in ("0B0C0C", "505A5F", "1D4E89"))
_FONTS = (
    f'<sz val="12"/>{_INK}',
    f'<b/><sz val="12"/>{_INK}',
    f'<b/><sz val="14"/>{_INK}',
    f'<sz val="12"/>{_GREY}',
    f'<u/><sz val="12"/>{_BLUE}',
)
_FONT_OF = {"title": 2, "warning": 1, "column": 1, "words": 1, "no-letters": 3, "link": 4}
_FILLS = (
    '<patternFill patternType="none"/>',
    '<patternFill patternType="gray125"/>',
    '<patternFill patternType="solid"><fgColor rgb="FFF3F2F1"/></patternFill>',
)
_BORDERS = (
    "<border/>",
    f'<border><bottom style="medium">{_INK}</bottom></border>',
    f'<border><top style="thin">{_INK}</top></border>',
)
_BARE = '<xf numFmtId="0" fontId="{}" fillId="0" borderId="0"{}/>'

_Key = tuple[str, str, str, bool, bool]


@dataclass
class Styles:
    """The styles that cells of a workbook have, each with its number.

    Examples
    --------
    >>> styles = Styles()
    >>> styles.number(Entry("47", "figure", 47.0, "0")), styles.number(Entry("=1", "row"))
    (1, 2)
    """

    _found: dict[_Key, int] = field(default_factory=dict)
    _cells: dict[Entry, str] = field(default_factory=dict)

    def cell(self, entry: Entry) -> str:
        """Return a cell as XML after the letters and number of its place.

        Parameters
        ----------
        entry : Entry
            What the cell holds.

        Returns
        -------
        str
            A text is never anything but a text.
        """
        if entry not in self._cells:
            style = self.number(entry)
            if entry.number is not None:
                content = f'"><v>{entry.number:.15g}</v></c>'
            elif not entry.text:
                content = '"/>'
            else:
                text = xml_text(entry.text)
                content = f'" t="inlineStr"><is><t{_spaced(text)}>{text}</t></is></c>'
            self._cells[entry] = f'" s="{style}{content}'
        return self._cells[entry]

    def number(self, entry: Entry) -> int:
        """Return the number of the style of a cell.

        Parameters
        ----------
        entry : Entry
            What the cell holds.

        Returns
        -------
        int
            From 1; 0 is the style of cells that hold nothing.
        """
        quoted = entry.number is None and entry.text.startswith(_FORMULA_STARTS)
        key = (entry.look, entry.number_format, entry.kind, quoted, is_wrapped(entry))
        return self._found.setdefault(key, len(self._found) + 1)

    def xml(self) -> str:
        """Return the part of the workbook that describes them.

        Returns
        -------
        str
            XML.
        """
        formats = sorted({key[1] for key in self._found} - {"General"})
        numbers = {"General": 0} | {name: 164 + at for at, name in enumerate(formats)}
        codes = [
            f'<numFmt numFmtId="{numbers[name]}" formatCode="{xml_attribute(name)}"/>'
            for name in formats
        ]
        fonts = [f'<font>{one}<name val="Arial"/><family val="2"/></font>' for one in _FONTS]
        cells = [_BARE.format(0, ' xfId="0"'), *(_style(k, numbers[k[1]]) for k in self._found)]
        names = ('name="Normal" xfId="0" builtinId="0"', 'name="Heading 1" xfId="1" builtinId="16"')
        return "".join(
            (
                f'{XML_HEAD}<styleSheet xmlns="{MAIN}">',
                _counted("numFmts", codes) if codes else "",
                _counted("fonts", fonts),
                _counted("fills", [f"<fill>{one}</fill>" for one in _FILLS]),
                _counted("borders", _BORDERS),
                _counted("cellStyleXfs", [_BARE.format(0, ""), _BARE.format(2, "")]),
                _counted("cellXfs", cells),
                _counted("cellStyles", [f"<cellStyle {one}/>" for one in names]),
                "</styleSheet>",
            )
        )


def is_wrapped(entry: Entry) -> bool:
    """Return whether a text keeps to its column; short lines above a table run across."""
    long = len(entry.text) > _LONG_LINE
    return entry.look in ("column", "words", "row") or (long and entry.look in ("text", "warning"))


def _counted(name: str, parts: Sequence[str]) -> str:
    return f'<{name} count="{len(parts)}">{"".join(parts)}</{name}>'


def _style(key: _Key, number: int) -> str:
    """Return the format of a cell: its font, fill, border and place."""
    look, _, kind, quoted, wrapped = key
    heading = look in ("column", "words")
    font = _FONT_OF.get(look, 1 if kind == "net" else 0)
    fill = 2 if kind == "base" else 0
    border = 1 if heading else 2 if kind in ("base", "statistic") else 0
    across = "right" if look in ("figure", "letters", "no-letters", "column") else "left"
    quote = ' quotePrefix="1"' if quoted else ""
    wrap = ' wrapText="1"' if wrapped else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}"'
        f' xfId="{int(look == "title")}"{quote} applyNumberFormat="1" applyFont="1" applyFill="1"'
        ' applyBorder="1" applyAlignment="1">'
        f'<alignment horizontal="{across}" vertical="{"bottom" if heading else "top"}"{wrap}/></xf>'
    )


def _spaced(text: str) -> str:
    return "" if text == text.strip() else ' xml:space="preserve"'


@lru_cache(maxsize=4096)
def xml_text(text: str) -> str:
    r"""Return text as a cell stores it.

    Parameters
    ----------
    text : str
        Any text. Characters that XML forbids become ``U+FFFD``; what a spreadsheet would read as
        an escape (``_x0041_``) stays what it is; a text too long for a cell is cut and says so.

    Returns
    -------
    str
        XML.

    Examples
    --------
    >>> xml_text("a < b \x00 _x0041_") == "a &lt; b \ufffd _x005F_x0041_"
    True
    """
    if len(text) > _LONGEST_TEXT:
        text = shortened(text, _LONGEST_TEXT) + " (cut here: longer than a cell can hold)"
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(_ESCAPED.sub("_x005F_", printable_text(lines)))


def xml_attribute(text: str) -> str:
    """Return text as it stands between the quotation marks of an attribute."""
    return xml_text(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
