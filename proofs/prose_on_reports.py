"""The number-check on two published reports: what it ties, what it reports, what it finds planted.

``python -m proofs.prose_on_reports`` reads the chapters of DWP research report 1000 on the PSP
survey and of ad hoc research report 113 on the EHD against the reports' own published numbers. The
line of a published number is never used to tie it; it is the truth that the tie is held against.
Then errors are planted into the text, some in each chapter and never two in a passage: digits,
directions, points for per cent, swapped percentages, bands in words, bases; and into the chapter on
the HWC survey; and errors that are harder to find, as `proofs.harder_errors` plants them.
``--sample 200`` prints numbers drawn at random, to be judged by hand. The result
goes to ``proofs/results``.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import welfarestats as ws
from proofs.harder_errors import harder_found, harder_summary
from welfarestats.output.wording import number_in_words
from welfarestats.published.prose import ProseCheck
from welfarestats.published.prose_findings import Checked, cell_words
from welfarestats.published.report import Report
from welfarestats.published.spoken_numbers import spoken_value

RESULTS = Path(__file__).parent / "results" / "prose_on_reports.txt"
PAGE = Path(__file__).parents[1] / "docs" / "checking_prose.md"
_MARK = "<!-- printed by proofs.prose_on_reports -->\n```text\n"
TEXTS = Path(__file__).parents[1] / "tests" / "texts"
#: The chapters of running text: the report, the file, and the lines from and to which it is read.
CHAPTERS: Mapping[str, tuple[str, str, tuple[tuple[int, int], ...]]] = {
    "PSP": ("psp-2021", "report-1000.txt", ((600, 1128), (1392, 1498))),
    "EHD": ("ehd-2025", "ehd-2025.txt", ((263, 1243),)),
    "HWC": ("hwc-2021", "report-1000.txt", ((1130, 1391), (1500, 1562))),
    "summary": ("psp-2021", "report-1000.txt", ((305, 330), (333, 376), (404, 420))),
}
#: How many errors of each kind are planted into a text, as far as it has places for them; digits
#: make up the rest of 25.
PLANTED = {"direction": 5, "points": 3, "swapped": 5, "band": 3, "base": 3, "digit": 25}
_IN_EACH = 25
#: The seed of the harder errors; the rules were made with seeds 1 to 3.
HARDER_SEED = 20261129


def chapter(name: str) -> tuple[str, Report]:
    """Return the text of a chapter, its lines where they stand in the file, and the report."""
    report, file, kept = CHAPTERS[name]
    lines = (TEXTS / file).read_text(encoding="utf-8").split("\n")
    here = [
        line if any(low <= at <= high for low, high in kept) else ""
        for at, line in enumerate(lines, start=1)
    ]
    return "\n".join(here), ws.load_report(report)


@dataclass
class Outcome:
    """What a check of a chapter came to, held against the lines of the published numbers."""

    name: str
    numbers: int = 0
    with_row: int = 0
    tied: int = 0
    right: int = 0
    findings: list[Checked] = field(default_factory=list)
    seconds: float = 0.0


def rows_of(one: Checked, report: Report) -> list[str]:
    """Return the published numbers that stand as this number in this line."""
    token = re.split(r"\s*(?:%|-?\s?per)", one.words)[0].casefold()
    line = one.passage.line_of(one.start)
    return [n.item for n in report.numbers if n.line == line and n.printed.casefold() == token]


def measured(name: str) -> tuple[Outcome, ProseCheck]:
    """Return what a check of a chapter ties, and to which rows."""
    text, report = chapter(name)
    start = time.perf_counter()
    check = ws.check_prose(text, report)
    outcome = Outcome(name, seconds=time.perf_counter() - start)
    outcome.findings = [one for one in check.checked if one.fault]
    for one in check.checked:
        if one.kind in ("comparison", "share"):
            continue
        outcome.numbers += 1
        if rows := rows_of(one, report):
            outcome.with_row += 1
            outcome.tied += one.status == "tied"
            sources = one.fact.sources if one.status == "tied" and one.fact else ()
            outcome.right += any(row in sources for row in rows)
    return outcome, check


# ---------------------------------------------------------------- planted errors


@dataclass(frozen=True)
class Plant:
    """An error put into a text: its kind, its line, what stood there and what stands there now."""

    kind: str
    line: int
    was: str
    now: str


Change = tuple[str, str]


def _digit_changed(chance: random.Random, token: str) -> str:
    """Return a number with one digit changed, in digits or in words as it was."""
    digits = f"{spoken_value(token):.0f}" if token[:1].isalpha() else token
    places = [at for at, sign in enumerate(digits) if sign.isdigit()]
    at = chance.choice(places)
    lowest = "1" if at == 0 else "0"
    other = chance.choice([sign for sign in "0123456789" if sign >= lowest and sign != digits[at]])
    changed = digits[:at] + other + digits[at + 1 :]
    return number_in_words(int(changed)) if token[:1].isalpha() else changed


_PERCENT = r"(?P<token>\b[A-Za-z]+(?:-[a-z]+)?|\d+)(?P<unit>%| per ?cent)(?!age)"
_OPPOSITE = {
    "more likely": "less likely", "less likely": "more likely", "higher": "lower",
    "lower": "higher", "greater": "smaller", "larger": "smaller",
}  # fmt: skip
_BANDS = {
    "a third": "a half", "two-thirds": "one-third", "two thirds": "one third", "half": "a tenth",
    "a quarter": "three-fifths", "a fifth": "two-thirds", "one in five": "one in two",
    "three quarters": "two-fifths", "three-quarters": "two-fifths", "two-fifths": "four-fifths",
    "majority": "small minority", "4 in 5": "2 in 5", "9 in 10": "4 in 10", "6 in 10": "9 in 10",
    "1 in 5": "3 in 5", "1 in 6": "1 in 2", "7 in 10": "3 in 10",
}  # fmt: skip


def _numbers(line: str) -> Iterator[re.Match[str]]:
    for match in re.finditer(_PERCENT, line):
        try:
            spoken_value(match["token"].lower())
        except ValueError:
            continue
        yield match


def _digit(line: str, chance: random.Random) -> Change | None:
    found = list(_numbers(line))
    if not found:
        return None
    match = chance.choice(found)
    token = _digit_changed(chance, match["token"].lower())
    if match["token"][:1].isupper():
        token = token.capitalize()
    return match.group(), line[: match.start()] + token + line[match.end("token") :]


def _direction(line: str, chance: random.Random) -> Change | None:
    """Turn a comparison around that stands in a sentence with two percentages of its own."""
    found = []
    for sentence in re.finditer(r"[^.]+(?:\.|$)", line):
        told = list(re.finditer("|".join(_OPPOSITE), sentence.group()))
        compares = re.search(r"\bthan\b|\bcompared\b", sentence.group())
        if len(told) == 1 and compares and len(list(_numbers(sentence.group()))) == 2:
            found.append((sentence.start() + told[0].start(), told[0].group()))
    if not found:
        return None
    start, words = chance.choice(found)
    return words, line[:start] + _OPPOSITE[words] + line[start + len(words) :]


def _points(line: str, chance: random.Random) -> Change | None:
    found = list(_numbers(line))
    if not found:
        return None
    match = chance.choice(found)
    return match.group(), line[: match.start("unit")] + " percentage points" + line[match.end() :]


def _swapped(line: str, chance: random.Random) -> Change | None:
    """Swap the two percentages of a sentence that compares two groups."""
    found = []
    for sentence in re.finditer(r"[^.]+(?:\.|$)", line):
        told = list(_numbers(sentence.group()))
        if len(told) == 2 and re.search(r"compared|than|whereas|likely", sentence.group()):
            found.append([(sentence.start() + m.start(), m.group()) for m in told])
    if not found:
        return None
    (one, first), (other, second) = chance.choice(found)
    between = line[one + len(first) : other]
    return f"{first} … {second}", (
        line[:one] + second + between + first + line[other + len(second) :]
    )


def _band(line: str, chance: random.Random) -> Change | None:
    """Change words for a share that stand beside their percentage in brackets."""
    words = "|".join(sorted(_BANDS, key=len, reverse=True))
    found = list(
        re.finditer(
            rf"\b(?:{words})\b(?=[^.()]{{0,80}}\(\d+(?:%| per cent)\))", line, re.IGNORECASE
        )
    )
    if not found:
        return None
    match = chance.choice(found)
    return match.group(), line[: match.start()] + _BANDS[match.group().lower()] + line[
        match.end() :
    ]


def _base(line: str, chance: random.Random) -> Change | None:
    """Change the number of a base line."""
    match = re.match(r"Base:? .*?\(?(\d[\d,]*)\)?\.?\s*$", line)
    if not match:
        return None
    token = _digit_changed(chance, match[1])
    return match[1], line[: match.start(1)] + token + line[match.end(1) :]


_CHANGES: Mapping[str, Callable[[str, random.Random], Change | None]] = {
    "digit": _digit, "direction": _direction, "points": _points, "swapped": _swapped,
    "band": _band, "base": _base,
}  # fmt: skip


def planted(text: str, seed: int) -> tuple[str, list[Plant]]:
    """Return a text with errors, at most one a line, and the list of them."""
    chance = random.Random(seed)  # noqa: S311
    lines = text.split("\n")
    quotes = ("'", '"', "‘", "“")
    free = [at for at, line in enumerate(lines) if line.strip() and not line.startswith(quotes)]
    plants: list[Plant] = []
    for kind, most in PLANTED.items():
        chance.shuffle(free)
        wanted = min(len(plants) + most, _IN_EACH)
        for at in list(free):
            if len(plants) >= wanted:
                break
            change = _CHANGES[kind](lines[at], chance)
            if change is not None and change[1] != lines[at]:
                plants.append(Plant(kind, at + 1, change[0], change[1]))
                lines[at] = change[1]
                free.remove(at)
    return "\n".join(lines), plants


def found_of(name: str, seed: int) -> list[tuple[Plant, list[Checked]]]:
    """Return each error planted in a chapter, with what the check finds in its line that is new."""
    text, report = chapter(name)
    before = {
        (one.passage.line_of(one.start), one.status, one.words)
        for one in ws.check_prose(text, report).checked
        if one.fault
    }
    changed, plants = planted(text, seed)
    new = [
        one
        for one in ws.check_prose(changed, report).checked
        if one.fault and (one.passage.line_of(one.start), one.status, one.words) not in before
    ]
    return [(p, [o for o in new if o.passage.line_of(o.start) == p.line]) for p in plants]


# ---------------------------------------------------------------- the result


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """Return what was tied and what was reported, in a few lines."""
    lines = []
    for one in outcomes:
        kinds = Counter(finding.status for finding in one.findings)
        told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"
        lines += [
            (
                f"{one.name}: {one.numbers} numbers; of {one.with_row} that are published numbers "
                f"{one.tied} are tied ({100 * one.tied / max(one.with_row, 1):.1f} per cent), "
                f"{one.right} of them to the row of that line "
                f"({100 * one.right / max(one.tied, 1):.1f} per cent of the tied)."
            ),
            (
                f"{one.name}: {len(one.findings)} findings in the text as published ({told}), in "
                f"{one.seconds:.1f} seconds."
            ),
        ]
        lines += [f"  {_line(finding)}" for finding in one.findings]
    return "\n".join(lines)


def _line(one: Checked) -> str:
    return f"line {one.passage.line_of(one.start)}, {one.status}: {one.words!r}. {one.message}"


def sampled(checks: Mapping[str, ProseCheck], size: int, seed: int) -> list[str]:
    """Return numbers drawn at random from those that were tied or reported, to be judged by hand."""
    every = [
        (name, one)
        for name, check in checks.items()
        for one in check.checked
        if one.kind != "comparison" and one.status != "not checked"
    ]
    places = sorted(random.Random(seed).sample(range(len(every)), min(size, len(every))))  # noqa: S311
    lines = []
    for name, one in (every[at] for at in places):
        told = cell_words(one.fact) if one.fact else "nothing"
        line = one.passage.line_of(one.start)
        lines.append(f"{name} line {line} | {one.status} | {one.words} | {told} | {one.sentence}")
    return lines


def planted_summary(results: Sequence[tuple[Plant, list[Checked]]], seed: int) -> str:
    """Return how many of the planted errors were found, by kind, and which were not."""
    every = Counter(plant.kind for plant, _ in results)
    found = Counter(plant.kind for plant, new in results if new)
    kinds = ", ".join(f"{kind} {found[kind]} of {count}" for kind, count in every.items())
    lines = [f"Seed {seed}: {sum(found.values())} of {len(results)} planted errors found: {kinds}."]
    lines += [
        f"  not found: line {plant.line}, {plant.kind}, {plant.was!r}"
        for plant, new in results
        if not new
    ]
    return "\n".join(lines)


def harder_errors_found(names: Sequence[str], seed: int) -> str:
    """Return how many of the harder errors planted into some chapters were found."""
    return harder_summary(
        [pair for name in names for pair in harder_found(*chapter(name), seed)], seed
    )


def print_into(page: Path, text: str) -> None:
    """Put the result into the block of a page that is marked for it."""
    before, mark, after = page.read_text(encoding="utf-8").partition(_MARK)
    rest = after[after.index("```") :]
    page.write_text(f"{before}{mark}{text}\n{rest}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the chapters as published and with errors planted, and write what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[20261128])
    parser.add_argument("--harder-seed", type=int, default=HARDER_SEED)
    parser.add_argument("--sample", type=int, default=0, help="print numbers to judge by hand")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    found = {name: measured(name) for name in CHAPTERS}
    if options.sample:
        checks = {name: found[name][1] for name in ("PSP", "EHD")}
        sys.stdout.write("\n".join(sampled(checks, options.sample, options.seeds[0])) + "\n")
        return 0
    text = summary_of([outcome for outcome, _ in found.values()])
    for seed in options.seeds:
        results = [pair for name in ("PSP", "EHD") for pair in found_of(name, seed)]
        text += "\n" + planted_summary(results, seed)
        text += "\nIn HWC. "
        text += planted_summary(found_of("HWC", seed), seed)
        if options.verbose:
            for plant, new in results:
                text += f"\n    {plant.kind} {plant.line} {plant.was!r}: {[_line(o) for o in new]}"
    text += f"\n{harder_errors_found(('PSP', 'EHD'), options.harder_seed)}"
    text += f"\nIn HWC. {harder_errors_found(('HWC',), options.harder_seed)}"
    RESULTS.parent.mkdir(exist_ok=True)
    text = f"{datetime.now(UTC):%d %B %Y}. {text}"
    RESULTS.write_text(f"{text}\n", encoding="utf-8")
    print_into(PAGE, text)
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
