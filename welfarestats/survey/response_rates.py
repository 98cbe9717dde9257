"""Outcomes of fieldwork, and the rates made of them: each says of what it is a share.

The rates with letters are those of the American Association for Public Opinion Research (2023),
*Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys*, 10th
edition: I achieved, P partial, R refused, NC not contacted, O other non-response, U eligibility
unknown. What is unusable or ineligible is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from welfarestats.output.wording import join_words, number_text

__all__ = ["OUTCOMES", "TOTALS", "Rate", "rates_of"]

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "excluded": "Excluded before issue",
        "unusable": "No usable number or address",
        "ineligible": "Screened out: not eligible",
        "unknown": "Eligibility unknown",
        "non_contact": "Not contacted",
        "refused": "Refused",
        "other": "Other non-response",
        "not_interviewed": "Not interviewed, outcome not told",
        "partial": "Partial interview",
        "achieved": "Achieved",
    }
)
TOTALS: Mapping[str, str] = MappingProxyType({"supplied": "Supplied", "issued": "Issued"})

_ELIGIBLE = ("non_contact", "refused", "other", "not_interviewed", "partial", "achieved")
_NOT_RULED_OUT = ("unknown", *_ELIGIBLE)
_USABLE = ("ineligible", *_NOT_RULED_OUT)
_ISSUED = ("unusable", *_USABLE)
# Without the outcomes of those not interviewed these rates would be too high or too low.
_NEED_OUTCOMES = "The outcomes of {n} who were not interviewed are not told."


@dataclass(frozen=True)
class Rate:
    """A rate with its numerator and denominator, in numbers and in words.

    ``value`` is a proportion from 0 to 1, or ``None`` with the reason in ``message``.
    """

    rate: str
    numerator: float | None
    denominator: float | None
    share_of: str
    source: str
    message: str = ""

    @property
    def value(self) -> float | None:
        """The proportion."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


def rates_of(counts: Mapping[str, int], eligible_share: float | None) -> list[Rate]:
    """Return every rate of the outcomes.

    Parameters
    ----------
    counts
        Cases by outcome, all of `OUTCOMES`.
    eligible_share
        The share of the cases of unknown eligibility that are taken to be eligible, 0 to 1.

    Returns
    -------
    list of Rate
        Those that cannot be computed say why.
    """
    told = not counts["not_interviewed"]
    reason = _NEED_OUTCOMES.format(n=number_text(counts["not_interviewed"]))

    def rate(
        name: str, top: tuple[str, ...], bottom: tuple[str, ...], words: str, source: str = ""
    ) -> Rate:
        return Rate(name, _sum(counts, top), _sum(counts, bottom), words, source)

    not_ruled_out = _less(counts, ("unusable", "ineligible"))
    finished = ("achieved",)
    interviewed = ("partial", "achieved")
    contacted = (*interviewed, "refused", "other")
    made = [
        rate("usable sample", _USABLE, _ISSUED, "issued"),
        rate(
            "screened out",
            ("ineligible",),
            ("ineligible", *interviewed),
            "screened out or interviewed",
        ),
        rate("response, of issued", finished, _ISSUED, "issued"),
        rate("response, of usable", finished, _USABLE, _less(counts, ("unusable",))),
        rate("response", finished, _NOT_RULED_OUT, not_ruled_out, "AAPOR RR1"),
        rate("response with partials", interviewed, _NOT_RULED_OUT, not_ruled_out, "AAPOR RR2"),
        _with_eligible_share(counts, eligible_share, told=told),
        rate("co-operation", finished, contacted, "contacted and eligible", "AAPOR COOP1"),
        rate(
            "co-operation of the able",
            finished,
            (*interviewed, "refused"),
            "interviewed or refused",
            "AAPOR COOP3",
        ),
        rate("refusal", ("refused",), _NOT_RULED_OUT, not_ruled_out, "AAPOR REF1"),
        rate("contact", contacted, _NOT_RULED_OUT, not_ruled_out, "AAPOR CON1"),
    ]
    if not counts["partial"]:
        made = [one for one in made if one.source != "AAPOR RR2"]
    if not counts["unknown"]:
        made = [one for one in made if one.source != "AAPOR RR3"]
    need = ("AAPOR RR3", "AAPOR COOP1", "AAPOR COOP3", "AAPOR REF1", "AAPOR CON1")
    return [
        one if told or one.source not in need else _without(one, reason)
        for one in map(_whole, made)
    ]


def _with_eligible_share(
    counts: Mapping[str, int], eligible_share: float | None, *, told: bool
) -> Rate:
    """Return AAPOR RR3: cases of unknown eligibility count by the share taken to be eligible."""
    known, unknown = _sum(counts, _ELIGIBLE), counts["unknown"]
    words = "known to be eligible, and the eligible share of those of unknown eligibility"
    made = Rate("response, eligible estimated", counts["achieved"], None, words, "AAPOR RR3")
    if eligible_share is None and unknown and told:
        known_either_way = known + counts["ineligible"]
        hint = f" Of those known, {known / known_either_way:.3f} are." if known_either_way else ""
        return _without(
            made,
            f"Pass eligible_share: what share of the {unknown:,} of unknown eligibility are taken to"
            f" be eligible.{hint}",
        )
    estimated = known + (eligible_share or 0.0) * unknown
    return Rate(made.rate, made.numerator, estimated, words, made.source)


def _whole(rate: Rate) -> Rate:
    """Return a rate of nobody as missing, with the reason."""
    if rate.numerator is None or rate.denominator:
        return rate
    return _without(rate, f"There are none {rate.share_of}.")


def _without(rate: Rate, reason: str) -> Rate:
    return Rate(rate.rate, None, None, rate.share_of, rate.source, reason)


def _sum(counts: Mapping[str, int], outcomes: tuple[str, ...]) -> int:
    return sum(counts[outcome] for outcome in outcomes)


def _less(counts: Mapping[str, int], outcomes: tuple[str, ...]) -> str:
    """Return what is left of the issued cases without some of the outcomes, in words."""
    words = {"unusable": "unusable", "ineligible": "screened out"}
    less = join_words(f"{counts[one]:,} {words[one]}" for one in outcomes if counts[one])
    return f"issued less {less}" if less else "issued"
