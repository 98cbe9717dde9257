"""What became of the sample: outcomes of fieldwork, and response rates that say of what."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from welfarestats.errors import DataError, OptionError, did_you_mean, listed, one_of
from welfarestats.output.grid import Grid, plain_grid
from welfarestats.output.shown import ShownAsTables
from welfarestats.output.wording import number_text, percent_text, round_half_up
from welfarestats.survey.codebook import code_text
from welfarestats.survey.frames import factorize, open_frame
from welfarestats.survey.response_rates import OUTCOMES, TOTALS, Rate, rates_of
from welfarestats.survey.survey import Survey

__all__ = ["ResponseTable", "response_table"]

_RATES = ("rate", "value", "share_of", "numerator", "denominator", "source", "message")
_NOTE = (
    "AAPOR: American Association for Public Opinion Research (2023), Standard Definitions, 10th"
    " edition. Unusable cases count as not eligible in its rates; where AAPOR would count them as of"
    ' unknown eligibility, as for lists of named persons, pass them as "unknown".'
)


@dataclass(frozen=True, eq=False, repr=False)
class ResponseTable(ShownAsTables):
    """Outcomes of fieldwork and the rates made of them, each with its denominator.

    `response_table` makes it; a notebook shows it as tables.

    Parameters
    ----------
    cases
        How many cases had each outcome, and the totals.
    rates
        Every rate, with its numerator and denominator.
    origin
        ``"collected"`` or ``"synthetic"``, or nothing where no survey said so.
    """

    cases: dict[str, int]
    rates: tuple[Rate, ...]
    origin: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a rate.

        Returns
        -------
        pandas.DataFrame
            ``rate``; ``value``, a proportion; ``share_of``, its denominator in words;
            ``numerator`` and ``denominator`` in cases; ``source``, where the rate is a standard
            one; ``message``, why a rate is missing.
        """
        rows = [
            tuple(math.nan if (part := getattr(one, name)) is None else part for name in _RATES)
            for one in self.rates
        ]
        frame = pd.DataFrame(rows, columns=list(_RATES))
        return frame.astype(dict.fromkeys(("value", "numerator", "denominator"), float))

    def counts(self) -> pd.DataFrame:
        """Return one row an outcome, and the totals issued and supplied.

        Returns
        -------
        pandas.DataFrame
            ``outcome, label, count`` and ``share_of_issued``, missing for what is not issued.
        """
        issued = self.cases["issued"]
        outside = ("excluded", "supplied")
        rows = [
            (
                word,
                label,
                self.cases[word],
                math.nan if word in outside else _over(self.cases[word], issued),
            )
            for word, label in _lines().items()
        ]
        return pd.DataFrame(rows, columns=["outcome", "label", "count", "share_of_issued"])

    def printed_as(self, percent: float, *, decimals: int = 0) -> pd.DataFrame:
        """Return the rates that print as a percentage, to tell of what it may be a share.

        Parameters
        ----------
        percent
            As a report prints it, such as 9.
        decimals
            With how many decimals it is printed.

        Returns
        -------
        pandas.DataFrame
            Rows of `to_frame`; none when no rate rounds (half up) to it.
        """
        frame = self.to_frame()
        rounded = [
            not math.isnan(value) and round_half_up(100 * value, decimals) == percent
            for value in frame["value"]
        ]
        return frame[rounded].reset_index(drop=True)

    def _grids(self) -> tuple[Grid, Grid]:
        shown = {word for word, count in self.cases.items() if count} | {"issued", "achieved"}
        if not self.cases["excluded"]:
            shown -= {"supplied"}
        outcomes = [
            (
                row["label"],
                number_text(row["count"]),
                percent_text(row["share_of_issued"], 1, missing=""),
            )
            for row in self.counts().to_dict("records")
            if row["outcome"] in shown
        ]
        rates = [
            (
                one.rate.capitalize(),
                percent_text(math.nan if one.value is None else one.value, 1),
                one.share_of,
                _cases(one),
                one.message or one.source,
            )
            for one in self.rates
        ]
        return (
            plain_grid(
                "Outcomes of fieldwork",
                ("Outcome", "Cases", "% of issued"),
                outcomes,
                origin=self.origin,
            ),
            plain_grid(
                "Response rates",
                ("Rate", "%", "Share of", "Cases", "Source, or why not available"),
                rates,
                text_columns=("Share of", "Source, or why not available"),
                legend=[("[x]", "not available")] if any(r[1] == "[x]" for r in rates) else [],
                notes=[_NOTE],
                origin=self.origin,
            ),
        )


def response_table(
    dispositions: Any,
    *,
    column: str | None = None,
    outcomes: Mapping[Any, str] | None = None,
    rest: str | None = None,
    eligible_share: float | None = None,
) -> ResponseTable:
    """Return the outcomes of fieldwork with their rates and denominators.

    Parameters
    ----------
    dispositions
        Cases by outcome: a mapping, or a frame with the columns ``outcome`` and ``count``. Or a
        survey or frame with one row a case, and ``column``; or that column itself. The outcomes
        are ``excluded`` (before issue), ``unusable``, ``ineligible`` (screened out), ``unknown``
        (eligibility), ``non_contact``, ``refused``, ``other``, ``not_interviewed`` (outcome not
        told), ``partial`` and ``achieved``; a mapping may also have the totals ``issued`` and
        ``supplied`` (issued and excluded).
    column
        The column with the outcome of each case.
    outcomes
        For each code of the data its outcome, such as ``{1: "achieved", 21: "refused"}``;
        ``None`` is the code of an empty cell.
    rest
        The outcome of issued cases that no number tells of. Without it the outcomes must add up to
        the total.
    eligible_share
        The share, from 0 to 1, of the cases of unknown eligibility that are taken to be eligible
        (AAPOR's e).

    Returns
    -------
    ResponseTable
        A notebook shows it by itself.

    Raises
    ------
    DataError
        When outcomes do not add up to their total (by how many is said), a code has no outcome,
        or counts are no counts.
    OptionError
        When an outcome or an option is not one of its words.

    Notes
    -----
    No rate is *the* response rate: each is a share of something, which the table says. Outcomes
    that are not named count as none.

    References
    ----------
    American Association for Public Opinion Research (2023). Standard Definitions: Final
    Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition: RR1 to RR3, COOP1,
    COOP3, REF1, CON1.

    Examples
    --------
    >>> issued = {"issued": 24_141, "unusable": 2_590, "ineligible": 738, "achieved": 1_808}
    >>> table = response_table(issued, rest="not_interviewed")
    >>> table.printed_as(9)[["share_of", "denominator"]].values.tolist()
    [['issued less 2,590 unusable and 738 screened out', 20813.0]]
    """
    if rest is not None:
        one_of(rest, [word for word in OUTCOMES if word != "excluded"], "rest")
    if eligible_share is not None and not 0 <= eligible_share <= 1:
        raise OptionError(f"eligible_share is {eligible_share!r}; it is a share from 0 to 1.")
    origin = dispositions.origin if isinstance(dispositions, Survey) else ""
    raw, named = _raw(dispositions, column)
    counts = _added_up(_sorted_out(raw, outcomes, named=named), rest)
    return ResponseTable(counts, tuple(rates_of(counts, eligible_share)), origin)


def _raw(dispositions: Any, column: str | None) -> tuple[dict[Any, Any], bool]:
    """Return how many cases have which code, and whether somebody wrote the codes as outcomes."""
    if isinstance(dispositions, Mapping):
        return dict(dispositions), True
    source = dispositions
    if isinstance(source, Survey):
        source = source.to_frame()
        if column is None:
            raise OptionError("name the column= of the survey that holds the outcome of each case.")
    elif column is None and hasattr(source, "to_frame"):
        column = "outcome"
        source = source.rename(column).to_frame()
    frame = open_frame(source)
    if column is None:
        for name in ("outcome", "count"):
            frame.check(name, "dispositions (or name the column= of one row a case)")
        rows = frame.rows(("outcome", "count"), None)
        names = rows.column("outcome").to_pylist()
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise DataError(f"{len(twice):,} outcomes stand in several rows. Add them up.")
        return dict(zip(names, rows.column("count").to_pylist(), strict=True)), True
    frame.check(column, "outcomes")
    rows = frame.rows((column,), None)
    codes, values = factorize(rows.column(column), column)
    cases: Counter[Any] = Counter()
    for code, number in zip(codes.tolist(), rows.count.tolist(), strict=True):
        cases[None if code < 0 else values[code]] += int(number)
    return dict(cases), False


def _sorted_out(
    raw: Mapping[Any, Any], outcomes: Mapping[Any, str] | None, *, named: bool
) -> dict[str, int]:
    """Return cases by the standard outcomes and totals."""
    words = [*OUTCOMES, *TOTALS]
    for word in (outcomes or {}).values():
        one_of(word, words, "an outcome")
    by_code = {_code(code): word for code, word in (outcomes or {}).items()}
    counts: dict[str, int] = {}
    unknown = []
    for code, number in raw.items():
        word = by_code.get(_code(code), str(code))
        if word not in words:
            unknown.append(code)
            continue
        counts[word] = counts.get(word, 0) + _count(number, word)
    if unknown:
        raise DataError(_without_outcome(unknown, len(raw), named=named))
    return counts


def _without_outcome(unknown: list[Any], codes: int, *, named: bool) -> str:
    words = [*OUTCOMES, *TOTALS]
    first = ""
    if None in unknown:
        first = "; empty cells (None) are among them"
    elif named or isinstance(unknown[0], int | float):
        # Text in a column may be what somebody wrote: only numbers are repeated.
        first = f"; the first is {code_text(unknown[0])!r}"
    return (
        f"{len(unknown):,} of {codes:,} codes have no outcome{first}. Say what they are with"
        f" outcomes={{code: …}}, one of {listed(words, len(words))}."
        f"{did_you_mean(unknown[0], words) if named else ''}"
    )


def _code(code: Any) -> str | None:
    return None if code is None else code_text(code)


def _count(number: Any, word: str) -> int:
    whole = not isinstance(number, bool) and isinstance(number, int | float) and number >= 0
    if not whole or not float(number).is_integer():
        raise DataError(f"the number of {word!r} is {number!r}; it is a count of cases.")
    return int(number)


def _added_up(given: Mapping[str, int], rest: str | None) -> dict[str, int]:
    """Return every outcome and total, once the outcomes add up to what was issued."""
    counts = {word: given.get(word, 0) for word in OUTCOMES}
    issued = given.get("issued")
    if issued is None and "supplied" in given:
        issued = given["supplied"] - counts["excluded"]
    elif issued is not None and "supplied" in given and "excluded" not in given:
        counts["excluded"] = max(given["supplied"] - issued, 0)
    parts = sum(number for word, number in counts.items() if word != "excluded")
    total = parts if issued is None else issued
    if not total:
        raise DataError("no cases were issued, so there is no rate. Check the outcomes.")
    if parts < total and rest is not None:
        counts[rest] += total - parts
    elif parts != total:
        raise DataError(_does_not_add_up("issued", parts, total))
    supplied = total + counts["excluded"]
    if given.get("supplied", supplied) != supplied:
        raise DataError(_does_not_add_up("supplied", supplied, given["supplied"]))
    return counts | {"issued": total, "supplied": supplied}


def _does_not_add_up(what: str, parts: int, total: int) -> str:
    more = "more" if parts > total else "fewer"
    remedy = "Correct a number"
    if what == "issued" and parts < total:
        remedy += ', or name the outcome of the others, such as rest="not_interviewed"'
    return (
        f"the outcomes add up to {parts:,}, {abs(parts - total):,} {more} than the {total:,} {what}."
        f" {remedy}."
    )


def _over(count: int, total: int) -> float:
    return count / total


def _lines() -> dict[str, str]:
    """Return outcomes and totals in the order of a table."""
    words = dict(OUTCOMES)
    excluded = words.pop("excluded")
    return {
        "supplied": TOTALS["supplied"],
        "excluded": excluded,
        "issued": TOTALS["issued"],
        **words,
    }


def _cases(rate: Rate) -> str:
    if rate.numerator is None or rate.denominator is None:
        return ""
    return f"{number_text(rate.numerator)} of {number_text(rate.denominator)}"
