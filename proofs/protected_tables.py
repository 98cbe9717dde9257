"""Protected tables keep what they hide, at nearly the least cost, and a large book in a minute.

``python -m proofs.protected_tables`` protects 200 random tables with margins and nets, half of them
of three questions, and lets a reader of the printed page alone work out each hidden cell in whole
people; rounds 200 tables so that margins add; protects a book of 50 tables jointly, twice; and
compares its cost with the bound that integer programming gives. The result goes to
``proofs/results``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

import welfarestats as ws
from tests.printed_attacker import people, table_of, whole_limits
from welfarestats.errors import TableError

RESULTS = Path(__file__).parent / "results" / "protected_tables.txt"
RULE = ws.DisclosureRule.named("threshold-10", statement="Clients of a site know one another.")
ROUNDED = ws.DisclosureRule.named("rounding-5", statement="Small counts could single people out.")


@dataclass
class Outcome:
    """What came of protecting random tables."""

    tables: int = 0
    threefold: int = 0
    primary: int = 0
    secondary: int = 0
    unsafe: int = 0
    closer: int = 0
    worst: float = np.inf
    above: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def protected(seeds: Sequence[int]) -> Outcome:
    """Protect a random table for each seed and attack it, by programs of our own and by the page."""
    found = Outcome()
    for seed in seeds:
        threefold = bool(seed % 2)
        table = table_of(people(seed, threefold=threefold), threefold=threefold)
        found.tables += 1
        found.threefold += threefold
        try:
            safe = ws.protect(table, RULE)
        except TableError as fault:
            found.refused.append(f"seed {seed}: {fault}")
            continue
        audit = safe.audit_disclosure()
        record = safe.protection
        found.primary += int((audit["role"] == "primary").sum())
        found.secondary += int((audit["role"] != "primary").sum())
        found.unsafe += int((~audit["safe"]).sum())
        found.above.append(record.cost / record.bound - 1 if record.bound else 0.0)
        printed = whole_limits(safe)
        for row in audit[audit["role"] == "primary"].to_dict("records"):
            header = row["stub_category"]
            header = "Unweighted base" if row["statistic"] == "base" else header
            low, high = printed[header, row["banner"], row["banner_category"]]
            found.worst = min(found.worst, high - low)
            found.closer += high - low < RULE.protection
    return found


def rounded(seeds: Sequence[int]) -> tuple[int, int, float, list[str]]:
    """Round a random table for each seed; return how many add, of how many, and the largest move."""
    adding, largest, refused = 0, 0.0, []
    for seed in seeds:
        threefold = bool(seed % 2)
        table = table_of(people(seed, threefold=threefold), threefold=threefold)
        try:
            frame = ws.protect(table, ROUNDED).to_frame()
        except TableError as fault:
            refused.append(f"seed {seed}: {fault}")
            continue
        largest = max(largest, float((frame["count"] - frame["unrounded_count"]).abs().max()))
        largest = max(largest, float((frame["base"] - frame["unrounded_base"]).abs().max()))
        adding += adds(frame)
    return adding, len(seeds), largest, refused


def adds(frame: pd.DataFrame) -> bool:
    """Return whether rounded columns add to their bases and totals, and nets to their answers."""
    place = ["banner", "banner_category"]
    plain = frame[~frame["is_net"]]
    columns = plain.groupby(place)["count"].sum()
    right = bool((columns == plain.groupby(place)["base"].first()).all())
    nets = frame[frame["is_net"]].set_index(place)["count"]
    parts = plain[plain["stub_category"].isin(["Answer 0", "Answer 1"])]
    right &= bool((parts.groupby(place)["count"].sum() == nets.groupby(place).first()).all())
    for banner in ("site", "sex", "sex > site"):
        own = frame[frame["banner"] == banner]
        total = frame[frame["banner"] == "Total"].set_index("stub_category")["count"]
        if len(own):
            rows = own.groupby("stub_category")["count"].sum()
            right &= bool((rows == total[rows.index]).all())
    return right


def large_book(tables: int, size: int, seed: int = 5) -> ws.Book:
    """Return a book of many questions by sex, region and severity, with some answers missing."""
    draws = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": draws.choice(["Women", "Men"], size),
            "region": draws.choice(["North", "South", "East", "West", "Middle"], size),
            "severity": draws.choice(
                ["Mild", "Some", "Severe", "Unable"], size, p=[0.4, 0.3, 0.2, 0.1]
            ),
        }
    )
    for number in range(tables):
        count = int(draws.integers(3, 8))
        answers = draws.choice(count, size, p=draws.dirichlet(np.full(count, 1.2)))
        frame[f"q{number}"] = np.where(draws.random(size) < 0.03, np.nan, answers)
    names = [f"q{number}" for number in range(tables)]
    return ws.book(ws.Survey(frame), names, ["sex", "region", "severity"], style="none")


def book_times(tables: int, size: int) -> tuple[str, bool, bool]:
    """Protect a book twice; return what it took, whether it is the same again, and safe."""
    book = large_book(tables, size)
    clock, processor = time.perf_counter(), time.process_time()
    first = ws.protect(book, RULE)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    again = ws.protect(book, RULE)
    audit = first.audit_disclosure()
    same = first.to_frame()["display"].equals(again.to_frame()["display"])
    record = first.protection
    text = (
        f"{tables} tables of {size:,} respondents jointly: {clock:,.0f} seconds"
        f" ({processor:,.0f} of one processor), {int((audit['role'] == 'primary').sum()):,} cells"
        f" by the rule, {int((audit['role'] != 'primary').sum()):,} with them, at most"
        f" {100 * (record.cost / record.bound - 1):.1f} per cent above the least cost"
    )
    return text, same, bool(audit["safe"].all())


def told(outcome: Outcome) -> str:
    """Return what came of the random tables, in words."""
    return (
        f"{outcome.tables} random tables with margins and nets, {outcome.threefold} of three"
        f" questions: {outcome.primary:,} cells hidden by the rule, {outcome.secondary:,} with"
        f" them; {outcome.unsafe} placed more closely than"
        f" {RULE.protection:g} respondents by our own attacker, {outcome.closer} by whole numbers"
        f" of people behind the printed page (least width {outcome.worst:g}).\n"
        f"Cost above the bound of integer programming: {100 * float(np.mean(outcome.above)):.2f}"
        f" per cent on average, {100 * max(outcome.above):.1f} at most;"
        f" {sum(one <= 0.1 for one in outcome.above)} of {len(outcome.above)} within 10 per cent.\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Protect them all and write what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--book", type=int, default=50)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    outcome = protected(range(options.tables))
    adding, of, largest, refused = rounded(range(options.tables))
    timed, same, safe = book_times(options.book, 1_500)
    text = (
        f"{datetime.now(UTC):%d %B %Y}. {told(outcome)}"
        f"Controlled rounding to 5: {adding} of {of} tables add in every margin and net; the"
        f" largest move is {largest:g}; {len(refused)} refused.\n"
        f"{timed}; the same pattern again: {'yes' if same else 'no'}; every cell safe:"
        f" {'yes' if safe else 'no'}.\n"
        f"Seconds: {time.perf_counter() - start:,.0f}.\n"
    )
    text += "".join(f"    {one}\n" for one in (*outcome.refused, *refused))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
