"""Reports printed from random respondents are true: an audit must not say that they cannot be.

``python -m proofs.audit_random_reports`` draws 120 surveys of up to 400 respondents, prints a
report of each and looks for conflicts in it (in the first dozen, for all that an audit finds): no
finding may be graded ``contradiction``. Then one digit of one printed number is changed. The change
is found whenever the linear programme of the numbers has no solution, every conflict names the
changed number, and how often that happens is reported. The result goes to ``proofs/results``.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import welfarestats as ws
from tests.random_reports import SURVEY, one_digit_changed, random_report, write_published
from welfarestats.published.conflicts import find_conflicts
from welfarestats.published.feasibility import extremes, statements_of
from welfarestats.published.linear import least_violation
from welfarestats.published.polytope import Polytope
from welfarestats.published.printed import ROUNDED_TWICE
from welfarestats.published.report import Report

RESULTS = Path(__file__).parent / "results" / "audit_random_reports.txt"
#: What a base, count or percentage may be in print and cannot be in the model.
_FOUND = ("contradiction", "contradiction-if", "possible")


@dataclass
class Outcome:
    """One random report: what its audit found, and what became of one changed digit."""

    seed: int
    respondents: int
    numbers: int
    false_alarms: list[str] = field(default_factory=list)
    conditional: int = 0
    statistic: str = ""
    found: str = ""
    outside: bool = False
    mistakes: list[str] = field(default_factory=list)
    seconds: float = 0.0


def hard_polytope(report: Report, *, without: str = "") -> Polytope:
    """Return the linear model of a report's numbers, perhaps without one of them."""
    kept = [one for one in statements_of(report, SURVEY) if one.number.item != without]
    return Polytope(report.specification(SURVEY), report.codebook(SURVEY), kept)


def tried(
    seed: int, *, size: int, questions: int, whole_audit: bool = True, change: bool = True
) -> Outcome:
    """Return what an audit makes of one random report, true and with one digit changed."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report, people, rows = random_report(Path(folder), seed, size=size, questions=questions)
        outcome = Outcome(seed, people.size, len(rows))
        _audit_as_printed(report, outcome, whole=whole_audit)
        if change:
            _audit_changed(report, rows, np.random.default_rng([seed, 1]), outcome)
    outcome.seconds = time.perf_counter() - start
    return outcome


def _audit_as_printed(report: Report, outcome: Outcome, *, whole: bool) -> None:
    if not whole:
        found = find_conflicts(hard_polytope(report), math.inf, ROUNDED_TWICE)
        outcome.false_alarms = [c.given_up.source for c in found]
        return
    findings = ws.audit(report).findings
    outcome.false_alarms = [str(f) for f in findings if f.kind == "contradiction"]
    outcome.conditional = sum(f.kind == "contradiction-if" for f in findings)


def _audit_changed(
    report: Report,
    rows: list[list[str]],
    random: np.random.Generator,
    outcome: Outcome,
) -> None:
    """Change one digit, and compare what is found with what the linear programme says."""
    places = [i for i, row in enumerate(rows) if row[-1] != "*"]
    at = int(random.choice(places))
    changed = [list(row) for row in rows]
    changed[at][-1] = one_digit_changed(random, rows[at][-1])
    item, outcome.statistic = f"n{at + 1}", rows[at][-2]
    write_published(report.folder, changed)
    other = ws.load_report(report.folder)
    polytope = hard_polytope(other)
    outcome.found = _grade_of(polytope)
    conflicts = find_conflicts(polytope, math.inf, ROUNDED_TWICE)
    if bool(conflicts) != (outcome.found == _FOUND[0]):
        outcome.mistakes.append(f"{len(conflicts)} conflicts of {item}, graded {outcome.found}")
    for conflict in conflicts:
        named = {statement.number.item for statement in conflict.statements}
        if item not in named:
            outcome.mistakes.append(f"a conflict of {sorted(named)} without {item}")
    outcome.outside = _is_outside(other, item)
    if outcome.outside and not conflicts:
        outcome.mistakes.append(f"{item} is outside its bounds but in no conflict")


def _grade_of(polytope: Polytope) -> str:
    for grade, widened in zip(_FOUND, (ROUNDED_TWICE, 0 * ROUNDED_TWICE), strict=False):
        system = polytope.system(math.inf, widened)
        if least_violation(system, system.sources)[0] > 1e-6:
            return grade
    return _FOUND[-1]


def _is_outside(report: Report, item: str) -> bool:
    """Return whether a number lies well outside what all the others allow."""
    asked = next(one for one in statements_of(report, SURVEY) if one.number.item == item)
    if asked.number.statistic == "weighted_base":
        return False  # in units of print, while the model's weights have mean one
    rest = hard_polytope(report, without=item)
    also = Polytope(rest.survey, rest.codebook, rest.statements, also=[asked.part, asked.whole])
    low, high = extremes(also, asked, math.inf, ROUNDED_TWICE)
    least, most = (float(end) for end in asked.interval(ROUNDED_TWICE))
    if asked.number.statistic in ("base", "count"):
        least = most = float(asked.number.value or 0)
    return least > high + 0.01 or most < low - 0.01


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """Return what was found, in a few lines."""
    found, tally = Counter(o.found for o in outcomes), Counter[str]()
    for outcome in outcomes:
        tally[outcome.statistic] += outcome.found == _FOUND[0]
    every = Counter(o.statistic for o in outcomes)
    changed = sum(bool(o.found) for o in outcomes)
    share = 100 * found[_FOUND[0]] / max(changed, 1)
    kinds = ", ".join(f"{name} {tally[name]} of {number}" for name, number in every.most_common())
    lines = [
        (
            f"{len(outcomes):,} reports of {min(o.respondents for o in outcomes):,} to "
            f"{max(o.respondents for o in outcomes):,} respondents, "
            f"{sum(o.numbers for o in outcomes):,} printed numbers."
        ),
        (
            f"True reports with a finding graded 'contradiction': "
            f"{sum(bool(o.false_alarms) for o in outcomes):,}."
        ),
        f"Findings graded 'contradiction-if' in them: {sum(o.conditional for o in outcomes):,}.",
        (
            f"One digit changed: found as a contradiction in {found[_FOUND[0]]:,} of {changed:,} "
            f"reports ({share:.1f} per cent); under the assumption of rounding once in "
            f"{found[_FOUND[1]]:,} more."
        ),
        f"By statistic: {kinds}.",
        (
            f"Changed numbers outside the bounds that all others put: "
            f"{sum(o.outside for o in outcomes):,}, each of them found."
        ),
        (
            f"Changes that were found though possible, or the reverse: "
            f"{sum(len(o.mistakes) for o in outcomes):,}."
        ),
        (
            f"Seconds a report: {sum(o.seconds for o in outcomes) / len(outcomes):.1f} on average, "
            f"{max(o.seconds for o in outcomes):.1f} at most."
        ),
    ]
    lines += [f"Seed {o.seed}: {text}" for o in outcomes for text in o.false_alarms + o.mistakes]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit random reports, and write what was found; 1 if a true report was called untrue."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reports", type=int, default=120)
    parser.add_argument("--size", type=int, default=400)
    parser.add_argument("--questions", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--whole-audits", type=int, default=12)
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.reports)
    with ProcessPoolExecutor(options.processes) as pool:
        running = [
            pool.submit(
                tried,
                seed,
                size=options.size,
                questions=options.questions,
                whole_audit=seed < options.seed + options.whole_audits,
            )
            for seed in seeds
        ]
        outcomes = [one.result() for one in running]
    text = summary_of(outcomes)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(f"{datetime.now(UTC):%d %B %Y}. {text}", encoding="utf-8")
    sys.stdout.write(text)
    return int(any(o.false_alarms or o.mistakes for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
