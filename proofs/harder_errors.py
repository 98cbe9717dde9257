"""Errors that are harder to find, planted into the text of published reports.

Each is true of something else that the report prints: of another answer, group or question, of the
other of two numbers, or of the group that is not named. No error is planted that leaves the
sentence true: the number that comes in is never printed anywhere for the same answer and group, and
two numbers are exchanged only if they are of different cells and differ.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import welfarestats as ws
from welfarestats.output.wording import number_in_words
from welfarestats.published.context import sentences_of
from welfarestats.published.label_words import stems_of
from welfarestats.published.prose_findings import Checked
from welfarestats.published.report import Report
from welfarestats.published.spoken_numbers import spoken_value
from welfarestats.published.transcription import PublishedNumber

#: How many errors of each kind are planted into a chapter, as far as it has places for them.
OF_EACH_KIND = 8
#: How many lines apart the errors of one kind stand, so that none is read beside another.
_APART = 4
_PERCENT = r"(?P<token>\b[A-Za-z]+(?:-[a-z]+)?|\d+)(?P<unit>%| per ?cent)(?!age)"
_TURNED = (
    ("more likely", "less likely"), ("higher", "lower"), ("greater", "smaller"),
    ("larger", "smaller"), ("more prevalent", "less prevalent"),
    ("more common", "less common"), ("slightly more", "slightly fewer"),
    ("Slightly more", "Slightly fewer"), ("Smaller", "Larger"),
)  # fmt: skip
_COMPARES = re.compile(
    r"\bthan\b|\bcompared\b|\bslightly (?:more|fewer|larger|smaller|higher|lower)|^\W*Smaller"
    r"|\bhigher proportion",
    re.IGNORECASE,
)
#: Names of groups and answers in the words of the texts, each with one of the same question.
_NAMES = (
    ("16 to 24", "55 and over"), ("16-24", "55 and over"), ("16 and 24", "55 and 78"),
    ("16 to 24", "55 to 78"), ("younger", "older"), ("16 to 34", "35 and above"),
    ("mobility", "mental health"), ("mental health", "mobility"), ("physical", "mental"),
    ("no qualifications", "A levels or above"), ("no educational qualifications", "A levels or above"),
    ("more than two years", "less than six months"), ("less severe", "more severe"),
    ("less severe", "severe"), ("no problems", "severe problems"), ("moderate", "severe"),
    ("unable to carry out", "without problems carrying out"), ("ESA", "UC"),
    ("rules out work", "allows work now"), ("ruled out work", "allowed work now"),
    ("straight away", "never"), ("in the future", "straight away"), ("volunteering", "education"),
    ("easy or very easy", "difficult"), ("completely able", "somewhat able"),
    ("not very able", "somewhat able"), ("telephone", "video"), ("face-to-face", "by video"),
    ("1 appointment", "3 appointments"), ("2 appointments", "4 appointments"),
    ("obstacles", "solutions"), ("barriers", "solutions"), ("willing", "able"),
    ("Attended", "Failed to attend"), ("Improved", "Deteriorated"), ("helpful", "unhelpful"),
    ("voluntary", "compulsory"), ("increased", "decreased"),
    ("had read", "had not read"), ("in the JCP", "in a neutral location"), ("health-related", "work-related"), ("work-related", "health-related"),
)  # fmt: skip


@dataclass(frozen=True)
class Harder:
    """A harder error: its kind, its line, the words, and the line and sentences with the error."""

    kind: str
    line: int
    was: str
    now: str
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class _Told:
    """A percentage of a text with the published number that it is."""

    start: int
    end: int
    token: str
    sentence: int
    number: PublishedNumber


@dataclass(frozen=True)
class _Line:
    """A line of a chapter: its place, its text, its sentences and its percentages."""

    at: int
    text: str
    sentences: tuple[tuple[int, int], ...]
    told: tuple[_Told, ...]

    def of_sentence(self, at: int) -> list[_Told]:
        return [one for one in self.told if one.sentence == at]


#: Words exchanged: where they begin and end, and what comes there.
_Edit = tuple[int, int, str]
_Change = tuple[str, str, tuple[_Edit, ...], frozenset[int]]


def _cell(one: PublishedNumber) -> tuple[object, ...]:
    return one.survey, one.variable, one.category, tuple(one.group.items())


def _lines(text: str, report: Report) -> Iterator[_Line]:
    quotes = ("'", '"', "‘", "“")
    for at, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith(quotes):
            continue
        sentences = sentences_of(line)
        told = []
        for match in re.finditer(_PERCENT, line):
            token = match["token"]
            rows = [
                one
                for one in report.numbers
                if one.line == at
                and one.statistic == "percent"
                and one.printed.casefold() == token.casefold()
            ]
            if len({_cell(one) for one in rows}) == 1:
                sentence = next(i for i, (_, end) in enumerate(sentences) if match.start() < end)
                told.append(_Told(match.start(), match.end("token"), token, sentence, rows[0]))
        yield _Line(at, line, sentences, tuple(told))


def _as_written(token: str, value: float) -> str:
    """Return a value in digits, or in words where words stood."""
    if token[:1].isdigit():
        return f"{value:.0f}"
    words = number_in_words(int(value))
    return words.capitalize() if token[:1].isupper() else words


def _false_of(one: _Told, value: float | None, report: Report) -> bool:
    """Return whether a value is printed nowhere for the answer and group of a number."""
    if value is None or value != int(value):
        return False
    mine = {n.value for n in report.numbers if _cell(n) == _cell(one.number)}
    return value not in mine


def _replaced(
    kind: str, fits: Callable[[PublishedNumber, PublishedNumber], bool]
) -> Callable[[_Line, Report], Iterator[_Change]]:
    """Return what replaces each percentage of a line by another that the report prints."""

    def changes(line: _Line, report: Report) -> Iterator[_Change]:
        for one in line.told:
            values = {
                n.value for n in report.numbers if n.statistic == "percent" and fits(n, one.number)
            }
            for value in sorted(v for v in values if v is not None):
                if _false_of(one, value, report):
                    now = _as_written(one.token, value)
                    edits = ((one.start, one.end, now),)
                    yield kind, one.token, edits, frozenset({one.sentence})

    return changes


def _other_answer(n: PublishedNumber, mine: PublishedNumber) -> bool:
    return (
        (n.survey, n.variable, n.population) == (mine.survey, mine.variable, mine.population)
        and n.group == mine.group
        and n.category != mine.category
    )


def _other_group(n: PublishedNumber, mine: PublishedNumber) -> bool:
    same = (n.survey, n.variable, n.category) == (mine.survey, mine.variable, mine.category)
    return same and n.group != mine.group


def _other_question(n: PublishedNumber, mine: PublishedNumber) -> bool:
    return n.survey == mine.survey and n.variable != mine.variable


def _digits(line: _Line, report: Report) -> Iterator[_Change]:
    """Put each percentage one to three points off, or ten."""
    for one in line.told:
        value = spoken_value(one.token.lower())
        for off in (-3, -2, -1, 1, 2, 3, 10, -10):
            if 0 < value + off < 100 and _false_of(one, value + off, report):
                now = _as_written(one.token, value + off)
                yield "digit", one.token, ((one.start, one.end, now),), frozenset({one.sentence})


def _swapped(line: _Line, report: Report) -> Iterator[_Change]:
    """Exchange two percentages of a line that are of one question."""
    for at, one in enumerate(line.told):
        for other in line.told[at + 1 :]:
            mine, its = one.number, other.number
            same = (mine.survey, mine.variable) == (its.survey, its.variable)
            if not same or _cell(mine) == _cell(its):
                continue
            if _false_of(one, its.value, report) and _false_of(other, mine.value, report):
                edits = (
                    (one.start, one.end, _as_written(one.token, float(its.value or 0))),
                    (other.start, other.end, _as_written(other.token, float(mine.value or 0))),
                )
                where = frozenset({one.sentence, other.sentence})
                yield "swapped", f"{one.token} … {other.token}", edits, where


def _directions(line: _Line, _: Report) -> Iterator[_Change]:
    """Turn a comparison around that stands in the sentence of a percentage, or before it.

    Its sentence, or else the next, has two percentages that differ; or it has one, which is set
    against those of the sentence before.
    """
    turned = {a: b for pair in _TURNED for a, b in (pair, pair[::-1])}
    words = "|".join(sorted(turned, key=len, reverse=True))
    for at, (start, end) in enumerate(line.sentences):
        sentence = line.text[start:end]
        said = list(re.finditer(rf"\b(?:{words})\b", sentence))
        if len(said) != 1 or not _COMPARES.search(sentence):
            continue
        here = line.of_sentence(at)
        values = {one.number.value for one in here or line.of_sentence(at + 1)}
        if len(values) < 2 and not (len(here) == 1 and line.of_sentence(at - 1)):
            continue
        match = said[0]
        edits = ((start + match.start(), start + match.end(), turned[match.group()]),)
        yield "direction", match.group(), edits, frozenset({at} if here else {at, at + 1})


def _named(line: _Line, report: Report) -> Iterator[_Change]:
    """Name another group or answer: by exchanging two names, or one for one that is not there."""
    for pair in _NAMES:
        for first, second in (pair, pair[::-1]):
            for at, (start, end) in enumerate(line.sentences):
                edits = _renamed(line.text[start:end], first, second, line.of_sentence(at), report)
                if edits:
                    moved = tuple((start + a, start + b, now) for a, b, now in edits)
                    yield "name", first, moved, frozenset({at})


def _renamed(
    sentence: str, first: str, second: str, told: Sequence[_Told], report: Report
) -> tuple[_Edit, ...]:
    here, there = (list(re.finditer(rf"\b{re.escape(w)}\b", sentence)) for w in (first, second))
    if len(here) != 1 or len(there) > 1:
        return ()
    meant = [n for n in told if _names(first, n.number) and not _names(second, n.number)]
    if not meant or any(_printed_for(second, n, report) for n in meant):
        return ()
    if not all(_of_same_question(second, n.number, report) for n in meant):
        return ()
    if not there:
        return ((*here[0].span(), second),) if len(meant) == 1 else ()
    if first > second or _overlap(here[0], there[0]):
        return ()
    other = [n for n in told if _names(second, n.number) and not _names(first, n.number)]
    if len(told) != 2 or len(meant) != 1 or len(other) != 1:
        return ()
    if meant[0].number.value == other[0].number.value:
        return ()
    return ((*here[0].span(), second), (*there[0].span(), first))


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _names(words: str, number: PublishedNumber) -> bool:
    """Return whether words are those of the group or answer of a number."""
    labels = [number.category, *number.group.values()]
    stems = stems_of(words)
    return any(stems and stems <= stems_of(label) for label in labels)


def _of_same_question(words: str, number: PublishedNumber, report: Report) -> bool:
    """Return whether words name another answer of a number's question, or of its group's."""
    stems, codebook = stems_of(words), report.codebook(number.survey)
    mine = {number.category, *number.group.values()}
    labels = [
        one.label for name in (number.variable, *number.group) for one in codebook[name].categories
    ]
    return any(stems <= stems_of(label) for label in labels if label not in mine)


def _printed_for(words: str, one: _Told, report: Report) -> bool:
    """Return whether the report prints a value for the group or answer that comes in, too."""
    return any(
        n.variable == one.number.variable and n.value == one.number.value and _names(words, n)
        for n in report.numbers
    )


def _bases(line: _Line, report: Report) -> Iterator[_Change]:
    """Put another base or count of the report in place of one of a sentence or a base line."""
    if not re.search(r"^Bases?\b.*[(:]|[.!?]\s*$", line.text):
        return
    known = sorted(
        {n.value for n in report.numbers if n.statistic in ("base", "count") and n.value}
    )
    rows = [n for n in report.numbers if n.line == line.at and n.statistic in ("base", "count")]
    for match in re.finditer(r"(?<![\d,.£–-])\d{2,3}(?:,\d{3})?(?![\d%.]|,\d| per)", line.text):
        mine = {n.value for n in rows if n.printed == match.group()}
        if len(mine) != 1:
            continue
        near = [v for v in known if v not in {n.value for n in rows} and v >= 10]
        at = next(i for i, (_, end) in enumerate(line.sentences) if match.start() < end)
        for value in near:
            yield "base", match.group(), ((*match.span(), f"{value:,.0f}"),), frozenset({at})


KINDS: Mapping[str, Callable[[_Line, Report], Iterator[_Change]]] = {
    "answer": _replaced("answer", _other_answer),
    "group": _replaced("group", _other_group),
    "swapped": _swapped,
    "name": _named,
    "direction": _directions,
    "question": _replaced("question", _other_question),
    "digit": _digits,
    "base": _bases,
}


def harder_errors(text: str, report: Report, seed: int) -> dict[str, list[Harder]]:
    """Return errors of each kind, drawn at random, no two of a kind near each other."""
    chance = random.Random(seed)  # noqa: S311
    lines = list(_lines(text, report))
    found: dict[str, list[Harder]] = {}
    for kind, changes in KINDS.items():
        chance.shuffle(lines)
        for line in lines:
            chosen = found.setdefault(kind, [])
            if len(chosen) == OF_EACH_KIND:
                break
            if any(abs(one.line - line.at) < _APART for one in chosen):
                continue
            if possible := list(changes(line, report)):
                chosen.append(_planted(line, chance.choice(possible)))
    return found


def _planted(line: _Line, change: _Change) -> Harder:
    kind, was, edits, where = change
    text = line.text
    sentences = {}
    for at in where:
        if at < len(line.sentences):
            start, end = line.sentences[at]
            sentences[at] = _edited(
                text[start:end],
                [(a - start, b - start, now) for a, b, now in edits if start <= a < end],
            )
    now = " … ".join(edit[2] for edit in edits)
    told = tuple(one.strip() for one in sentences.values())
    return Harder(kind, line.at, was, now, _edited(text, edits), told)


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    for start, end, now in sorted(edits, reverse=True):
        text = text[:start] + now + text[end:]
    return text


def harder_found(text: str, report: Report, seed: int) -> list[tuple[Harder, list[Checked]]]:
    """Return each harder error with the findings in its sentences that are not in the text as it is."""
    lines = text.split("\n")
    before = {
        (one.passage.line_of(one.start), one.status, one.words)
        for one in ws.check_prose(text, report).checked
        if one.fault
    }
    results = []
    for errors in harder_errors(text, report, seed).values():
        changed = list(lines)
        for one in errors:
            changed[one.line - 1] = one.text
        new = [
            one
            for one in ws.check_prose("\n".join(changed), report).checked
            if one.fault and (one.passage.line_of(one.start), one.status, one.words) not in before
        ]
        results += [(error, [o for o in new if _in_sentences(o, error)]) for error in errors]
    return results


def _in_sentences(one: Checked, error: Harder) -> bool:
    if one.passage.line_of(one.start) != error.line:
        return False
    told = one.sentence.strip()
    return any(told in sentence or sentence in told for sentence in error.sentences)


def harder_summary(results: Sequence[tuple[Harder, list[Checked]]], seed: int) -> str:
    """Return how many of the harder errors were found, by kind, and which were not."""
    every = Counter(error.kind for error, _ in results)
    found = Counter(error.kind for error, new in results if new)
    kinds = ", ".join(f"{kind} {found[kind]} of {count}" for kind, count in every.items())
    share = 100 * sum(found.values()) / max(len(results), 1)
    head = f"Harder errors, seed {seed}: {sum(found.values())} of {len(results)} found"
    lines = [f"{head} ({share:.0f} per cent): {kinds}."]
    lines += [
        f"  not found: line {error.line}, {error.kind}, {error.was!r} made {error.now!r}"
        for error, new in results
        if not new
    ]
    return "\n".join(lines)
