"""Words of labels and of sentences, brought to a common form so that they can be compared."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+(?:['’](?:t|s)\b)?|\d?[A-Z]+\d[A-Z]*")

_STOP = frozenset(
    """a an and are as at be been being but by can did do does for from had has have he her his how
    i in into is it its may might more most of on or our out s she so some such than that the
    their them there these they this those to up very was we were what when where whether which
    while who whom whose will with would you your also any all only over under per
    cent percent percentage points respondents claimants customers people said say says reported
    report reporting survey asked answer answered figure table base note""".split()
)

#: Words that mean the same in survey reports: the first of each line stands for all.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("not", "no", "none", "never", "neither", "nor", "cannot", "without", "didnt", "dont", "wont",
     "doesnt", "wasnt", "isnt"),
    ("work", "job", "employment", "paid", "employ", "worker", "workplace"),
    ("unable", "incapable"),
    ("young", "younger", "youth", "16"),
    ("old", "older", "elder", "55", "65"),
    ("man", "men", "male"),
    ("woman", "women", "female"),
    ("six", "6"), ("two", "2"), ("one", "1"), ("three", "3"), ("four", "4"), ("five", "5"),
    ("twelve", "12", "twelve"), ("ten", "10"),
    ("increase", "improve", "more", "rise", "grow", "positive", "positively", "better"),
    ("decrease", "deteriorate", "less", "fall", "drop", "reduce", "worse"),
    ("take", "took", "taken"),
    ("decline", "refuse"),
    ("agree", "believe", "feel", "felt", "think", "thought"),
    ("satisfied", "satisfaction", "satisfy"),
    ("anxiety", "anxious"),
    ("qualification", "qualified", "degree"),
    ("phone", "telephone"),
    ("ill", "illness", "sick", "sickness"),
    ("obstacle", "barrier"),
    ("reason", "because", "cause"),
    ("transport", "travel"),
    ("attend", "attendance"),
    ("engage", "engagement"),
    ("move", "mobility", "mobile"),
    ("adult", "adults"),
)  # fmt: skip

#: Phrases that mean what one word of a label says.
PHRASES: tuple[tuple[str, str], ...] = (
    (r"\bless (?:severe|serious)(?:ly)?\b", "slight"),
    (r"\bmore (?:severe|serious)(?:ly)?\b", "severe"),
    (r"\b(?:straight|right) away\b|\bimmediately\b", "now"),
    (r"\bunder the age of\b", "under"),
    (r"\b(?:not|never) (?:very |at all )?satisfied\b", "dissatisfied"),
)
_PHRASES = tuple((re.compile(words, re.IGNORECASE), one) for words, one in PHRASES)

_SUFFIXES = ("ically", "ations", "ation", "ingly", "ments", "ment", "ness", "ings", "ing", "edly",
             "ions", "ion", "ably", "able", "ied", "ies", "ely", "ers", "est", "ed", "er", "es",
             "ly", "s", "e")  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the common form of a word: lower case, without endings, one word for synonyms.

    Examples
    --------
    >>> stem("Improved") == stem("increases"), stem("claiming") == stem("claims")
    (True, True)
    """
    plain = word.lower().replace("’", "'").removesuffix("'s").replace("'", "").replace(",", "")
    if plain in _SAME:
        return _SAME[plain]
    cut = _cut(plain)
    return _SAME.get(cut, cut)


def _cut(word: str) -> str:
    if word.isdigit() or len(word) <= 3:
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)] + ("i" if suffix in ("ied", "ies") else "")
    return word[:-1] + "i" if word.endswith("y") else word


_SAME: dict[str, str] = {}
for _group in SYNONYMS:
    for _one in _group:
        _SAME.setdefault(_one, _group[0])
        _SAME.setdefault(_cut(_one), _group[0])


@lru_cache(maxsize=20_000)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the words of a label that say something.

    Examples
    --------
    >>> sorted(stems_of("Could work in the future if health improved"))
    ['could', 'futur', 'health', 'if', 'increase', 'work']
    """
    return frozenset(one for one, _, _ in placed_stems(text))


def placed_stems(text: str) -> list[tuple[str, int, int]]:
    """Return the stems of a text with the positions of their words, in order.

    Parameters
    ----------
    text : str
        A label or a passage.

    Returns
    -------
    list of (str, int, int)
        Stem, start and end.
    """
    found, read = [], []
    for pattern, one in _PHRASES:
        for match in pattern.finditer(text):
            found.append((stem(one), *match.span()))
            read.append(match.span())
    found += [
        (stem(match.group()), *match.span())
        for match in _WORD.finditer(text)
        if match.group().lower() not in _STOP
        and not any(start <= match.start() < end for start, end in read)
    ]
    return sorted(found, key=lambda one: one[1])
