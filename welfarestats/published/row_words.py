"""The words by which printed tables say what a row, a column or a line is."""

from __future__ import annotations

import re

STATISTICS = (*("percent", "count", "base", "weighted_base", "effective_base", "mean", "other"),)
_UNWEIGHTED = re.compile(r"\b(un-?weighted|unw(?:gh)?td?|unwgt)\b|\bu/w\b")
_WEIGHTED = re.compile(r"\b(weighted|wtd|wgtd?)\b")
_EFFECTIVE = re.compile(r"^(effective|eff\.?)\s*(base|sample|n\b|size)|^e\.?s\.?s\.?$|^neff$")
_BASE = re.compile(
    r"^(un-?weighted|weighted|unw(?:gh)?td?\.?|wtd\.?|unwgt|wgtd?\.?)"
    r"(\s+(base|bases|row|total|sample|n|count|cases|respondents|sample size|sample base))?$"
    r"|^(total )?(base|bases|sample size|sample|n|number of (respondents|cases)|respondents)"
    r"(\s*[=:(,–-].*)?$"
    r"|^total\s*[(,–-]\s*(un-?weighted|weighted).*$|^total (un-?weighted|weighted)( base)?$"
    r"|^(total )?(base|n) (un-?weighted|weighted)$|^all (un-?weighted|weighted)$"
    r"|^total (base|sample|respondents|number|n)$|^(number|no\.?) (interviewed|asked|of interviews)$"
)
_TOTAL = re.compile(r"^(grand )?total( %)?$|^all$|^sum$")
_EVERYONE = re.compile(r"^(total|all|everyone|everybody|total sample|all \w+|total \w+)$")
_MEAN = re.compile(r"^(mean|average|avg\.?)\b|\bmean( score)?$")
_OTHER = re.compile(
    r"^(std\.?|standard)\s*\.?\s*(dev|err)|^s\.?[de]\.?$|^(median|mode|minimum|maximum|min|max|sum|"
    r"variance|skew|index|range|percentile|quartile|p-value|sigma|error variance)\b"
)
_PERCENT = re.compile(
    r"^\(?(%|col(umn)?( valid)?( n)? ?%|row( n)? ?%|total( n)? ?%|table( n)? ?%|% col(umn)?|% row"
    r"|(col(umn)?|row|total|weighted|valid)?\s*per ?cent(age)?s?|col\.? %|vertical %|% total)\)?$"
)
_COUNT = re.compile(
    r"^\(?(n|no\.|counts?|(weighted|unweighted) counts?|frequenc(y|ies)|freq\.?|numbers?"
    r"|abs\.?|absolutes?)\)?$"
)
_SAYS_PERCENT = re.compile(r"%|\bper ?cent\b|\bpercentages?\b", re.IGNORECASE)
_SAYS_COUNT = re.compile(r"^\W*(counts?|frequencies|numbers?( of respondents)?|absolutes?)\W*$")
_SIGNIFICANCE = re.compile(
    r"^(sig\.?|significance|stat(istical)? test(ing)?|letters?|sig(nificance)? (test|letters?)|"
    r"significantly (higher|different).*)$"
)
TABLE_NUMBER = re.compile(
    r"^(?P<name>(?:table|tab\.?|tbl)\s*(?:no\.?\s*)?(?P<number>[A-Z]{0,3}\d[\w.]*\w|[A-Z]{0,3}\d))"
    r"(?:\s*[:.–—-]\s*|\s+|$)(?P<rest>.*)$",
    re.IGNORECASE,
)
CONTINUED = re.compile(r"\W*\b(continued|cont['’]?d\.?|cont\.)\W*$", re.IGNORECASE)
_BASE_LINE = re.compile(
    r"^\W*(((un)?weighted )?bases?|filter(ed)?|asked of|all respondents|all (those|who|adults))\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W*(notes?|source|sources|n\.?b\.?|caution|warning|significan|column (proportion|mean)s?"
    r"|proportions?/|columns? tested|overlap formulae?|tested|statistic|(un)?weighted (by|data)"
    r"|low base|small base|small sample|prepared by|fieldwork|back to|return to|results are based)"
    r"|^(\*|†|‡|\^|-\s|–\s|\[.{1,4}\]|\(.\)\s|[a-z0-9]\)\s)|^\s*[<>]",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^(q(uestion)?\.?\s*\w*\d|[A-Z]{1,4}\d+[a-z]?[.:)\s])|\?$", re.IGNORECASE)
_CONTENTS = re.compile(
    r"^(table of )?(contents?|index|cover|front|toc|list of tables|title|intro(duction)?|readme"
    r"|information|notes?|method(s|ology)?|about|guide)\b|\b(contents|index|cover)$",
    re.IGNORECASE,
)
_KEY = re.compile(r"^(?P<label>.*?)\s*[(\[](?P<key>[A-Za-z]{1,2})[)\]]$", re.DOTALL)

_BASE_BEHIND = re.compile(
    r"^(?P<label>.*?\S)\s*[,;]?\s*[(\[]?\s*(?P<base>(?:base|n)\s*[=:]\s*\d[\d,]*)\s*[)\]]?$",
    re.IGNORECASE | re.DOTALL,
)


def plain_words(label: str) -> str:
    """Return a label in small letters with single spaces and no colon at its end."""
    return " ".join(label.split()).casefold().rstrip(" :")


def base_statistic(label: str) -> str:
    """Return which base a row label names.

    Parameters
    ----------
    label : str
        The label.

    Returns
    -------
    str
        ``base`` (unweighted), ``weighted_base``, ``effective_base``, ``"?"`` for a base that
        does not say which, ``"total"`` for a bare "Total", or nothing.

    Examples
    --------
    >>> [base_statistic(label) for label in ("Unwtd base", "Base (weighted)", "n=", "Agree")]
    ['base', 'weighted_base', '?', '']
    """
    words = plain_words(label)
    if _EFFECTIVE.search(words):
        return "effective_base"
    if _TOTAL.search(words):
        return "total"
    if not _BASE.search(words):
        return ""
    if _UNWEIGHTED.search(words):
        return "base"
    return "weighted_base" if _WEIGHTED.search(words) else "?"


def moment_statistic(label: str) -> str:
    """Return ``mean``, or ``other`` for another summary of numbers, or nothing."""
    words = plain_words(label)
    if _OTHER.search(words):
        return "other"
    return "mean" if _MEAN.search(words) else ""


def unit_statistic(text: str) -> str:
    """Return ``percent`` or ``count`` if a text is no more than the name of one, or nothing."""
    words = plain_words(text)
    if _PERCENT.search(words):
        return "percent"
    return "count" if _COUNT.search(words) else ""


def said_statistic(text: str) -> str:
    """Return ``percent`` or ``count`` if a line above a table says so, or nothing."""
    if _SAYS_COUNT.search(text.casefold()):
        return "count"
    return "percent" if _SAYS_PERCENT.search(text) else ""


def is_everyone(label: str) -> bool:
    """Return whether a column label means all people: "Total", "All", "All adults"."""
    return bool(_EVERYONE.search(plain_words(label)))


def is_base_line(text: str) -> bool:
    """Return whether a line says whom the table is about."""
    return bool(_BASE_LINE.search(text))


def is_note(text: str) -> bool:
    """Return whether a line reads like a footnote."""
    return bool(_NOTE.search(text))


def is_question(text: str) -> bool:
    """Return whether a line reads like the wording of a question."""
    return bool(_QUESTION.search(text))


def is_significance(label: str) -> bool:
    """Return whether a row label announces significance letters, or is blank."""
    return not label.strip() or bool(_SIGNIFICANCE.search(plain_words(label)))


def is_contents(name: str) -> bool:
    """Return whether the name of a sheet is that of a cover, a list of tables or notes."""
    return bool(_CONTENTS.search(name.strip()))


def label_and_key(text: str) -> tuple[str, str]:
    """Return a column label and the letter in brackets, or on a line of its own, behind it."""
    found = _KEY.match(text.strip())
    if found:
        return found["label"].strip(), found["key"]
    head, _, last = text.strip().rpartition("\n")
    if head and re.fullmatch(r"[A-Za-z]{1,2}", last.strip()):
        return head.strip(), last.strip()
    return text.strip(), ""


def label_and_base(text: str) -> tuple[str, str]:
    """Return a column label and the base printed behind it, as in "Men (n=120)"."""
    found = _BASE_BEHIND.match(text.strip())
    return (found["label"].strip(), found["base"]) if found else (text.strip(), "")


def in_key_order(keys: list[str]) -> bool:
    """Return whether letters are keys of columns: A, B, C …, starting again with each heading."""
    before = ""
    for key in keys:
        starts = key.casefold() in ("a", "t")
        if not starts and not (before and (len(before), before) < (len(key), key)):
            return False
        before = key if key.casefold() != "t" else before
    return bool(keys)
