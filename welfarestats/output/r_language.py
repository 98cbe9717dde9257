"""Text, numbers and lists as the language R reads them, safe whatever stands in a label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isnan
from textwrap import indent

__all__ = ["r_comment", "r_list", "r_number", "r_numbers", "r_string", "r_truth"]

_PLAIN = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# R has no text with these: nothing at all, and halves of a pair of UTF-16.
_IMPOSSIBLE = "�"


def r_string(text: str) -> str:
    """Return a text as a string of R, in ASCII; what R cannot hold becomes U+FFFD."""
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    code = ord(letter)
    if letter in _PLAIN:
        return _PLAIN[letter]
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        letter, code = _IMPOSSIBLE, ord(_IMPOSSIBLE)
    if 32 <= code < 127:
        return letter
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def r_comment(text: str) -> str:
    """Return a text as one line of comment: quoted, so that no line of it can end the comment."""
    return f"# {r_string(text)}"


def r_number(value: float) -> str:
    """Return a number with all its digits; R reads it back as the same one."""
    value = float(value)
    if isnan(value):
        return "NA"
    if value in (inf, -inf):
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def r_numbers(values: Iterable[float]) -> str:
    """Return numbers as a vector of R."""
    texts = [r_number(value) for value in values]
    return f"c({', '.join(texts)})" if texts else "numeric(0)"


def r_truth(value: bool) -> str:  # noqa: FBT001 - the value that is written
    """Return ``TRUE`` or ``FALSE``."""
    return "TRUE" if value else "FALSE"


def r_list(parts: Iterable[str] | Mapping[str, str], *, lines: bool = False) -> str:
    """Return expressions of R as a list, named where they have names, one a line if ``lines``."""
    texts = [f"{k} = {v}" for k, v in parts.items()] if isinstance(parts, Mapping) else list(parts)
    if not lines or not texts:
        return f"list({', '.join(texts)})"
    return "list(\n" + indent(",\n".join(texts), "  ") + "\n)"
