"""Numbers in digits and in words, read back as values."""

from __future__ import annotations

import re

from welfarestats.output.wording import number_in_words

_SMALL = {number_in_words(number): number for number in range(100)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_UNIT = "|".join(sorted((w for w, n in _SMALL.items() if n < 20), key=len, reverse=True))
_TEN = "|".join(w for w, n in _SMALL.items() if n >= 20 and n % 10 == 0)
_BELOW_HUNDRED = rf"(?:(?:{_TEN})(?:[- ](?:{_UNIT}))?|{_UNIT})"
_SCALED = rf"(?:{_BELOW_HUNDRED}|a) (?:hundred|thousand|million)"
_MORE = rf"(?:,? (?:and )?{_BELOW_HUNDRED}(?: (?:hundred|thousand|million))?){{0,5}}"

#: Digits, with commas between thousands and a decimal point.
DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,10})?"
#: A number in words: "forty-one", "one thousand, eight hundred and eight".
WORDS = rf"(?:{_SCALED}{_MORE}|{_BELOW_HUNDRED})"
#: A number in digits or in words; nothing that is part of a name such as "UC50".
NUMBER = rf"(?:(?<![\w.]){DIGITS}(?![\w]|\.\d)|(?<![\w-]){WORDS}(?![\w]))"


def spoken_value(text: str) -> float:
    """Return the number that digits or number words stand for.

    Parameters
    ----------
    text : str
        Such as ``"1,219"``, ``"15.9"`` or ``"one thousand, eight hundred and eight"``.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ValueError
        If a word is none of a number.

    Examples
    --------
    >>> spoken_value("1,219"), spoken_value("forty-one"), spoken_value("two hundred and six")
    (1219.0, 41.0, 206.0)
    """
    if text[:1].isdigit():
        return float(text.replace(",", ""))
    total, part = 0, 0
    for word in re.split(r"[\s,-]+", text.lower()):
        if word in ("and", ""):
            continue
        if word == "a":
            part += 1
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                part = (part or 1) * 100
            else:
                total, part = total + (part or 1) * scale, 0
        elif word in _SMALL:
            part += _SMALL[word]
        else:
            raise ValueError(f"{text!r} is no number in words")
    return float(total + part)


def spoken_decimals(text: str) -> int:
    """Return how many decimals a number has as it is printed; none in words.

    Examples
    --------
    >>> spoken_decimals("15.9"), spoken_decimals("fifteen")
    (1, 0)
    """
    return len(text.partition(".")[2]) if text[:1].isdigit() else 0
