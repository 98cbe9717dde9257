"""How a spreadsheet shows a stored number under its number format."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_PIECES = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<other>.)"
)
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+|(?<=;)(?=;|$)|^(?=;)')
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_NOT_A_NUMBER = re.compile(r"[yYdDhHsSeE@/]|[mM]{2,}")


@lru_cache(maxsize=65_536)
def shown_number(value: float, number_format: str = "General") -> str:
    """Return the text in which a spreadsheet shows a number.

    Parameters
    ----------
    value : float
        The stored number.
    number_format : str, default "General"
        The format of its cell.

    Returns
    -------
    str
        Rounded half up, as spreadsheets round. A format for dates, fractions or powers of ten is
        taken for ``"General"``, which shows ten digits at most.

    Examples
    --------
    >>> shown_number(0.465, "0%"), shown_number(1219, "#,##0"), shown_number(0, '0%;-0%;"-"')
    ('47%', '1,219', '-')
    """
    section, magnitude = _chosen(value, number_format)
    if section is None:
        return _general(value)
    pieces = list(_PIECES.finditer(section))
    literal = "".join(piece["other"] or "" for piece in pieces)
    if "General" in section or _NOT_A_NUMBER.search(literal):
        return _general(value)
    digits = next((piece["digits"] for piece in pieces if piece["digits"]), None)
    texts = []
    for piece in pieces:
        if piece["digits"]:
            texts.append(_digits(magnitude * Decimal(100) ** literal.count("%"), piece["digits"]))
        else:
            texts.append(piece["quoted"] or piece["escaped"] or piece["other"] or "")
    text = "".join(texts).strip()
    zero = not any(character in "123456789" for character in text)
    return f"-{text}" if digits and value < 0 and magnitude >= 0 and not zero else text


def _general(value: float) -> str:
    text = f"{Decimal(f'{value:.10g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _chosen(value: float, number_format: str) -> tuple[str | None, Decimal]:
    """Return the section of the format that a value takes, and the number it shows there."""
    exact = Decimal(f"{value:.15g}")
    sections = _SECTIONS.findall(number_format)
    if number_format in ("General", "") or not sections:
        return None, exact
    conditions = [_CONDITION.search("".join(re.findall(r"\[([^\]]*)\]", s))) for s in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(exact, condition[1], Decimal(condition[2])):
                return section, abs(exact)
        return None, exact
    place = 0 if exact > 0 or len(sections) == 1 else 1 if exact < 0 else 2
    if place >= len(sections):
        place = 0
    return sections[place], (abs(exact) if place != 1 else abs(exact).copy_negate())


def _holds(value: Decimal, sign: str, limit: Decimal) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _digits(magnitude: Decimal, pattern: str) -> str:
    """Return the digits of a number under the placeholders of a format."""
    whole, _, after = pattern.partition(".")
    scaled = abs(magnitude) / Decimal(1000) ** (len(whole) - len(whole.rstrip(",")))
    rounded = scaled.quantize(Decimal(1).scaleb(-len(after)), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole.rstrip(",") else f"{rounded:f}"
    needed = len(after.rstrip("#"))
    while "." in text and len(text.partition(".")[2]) > needed and text.endswith("0"):
        text = text[:-1]
    return text.rstrip(".") if not needed else text
