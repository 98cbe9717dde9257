"""What the numbers of a text are tied to: facts with their words, values, bases and tests."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from welfarestats.output.wording import round_half_up
from welfarestats.published.label_words import stems_of
from welfarestats.published.quoted_labels import label_key

#: Which facts a figure of each kind may be a figure of.
KINDS: Mapping[str, frozenset[str]] = {
    "percent": frozenset({"percent", "approximate", "stated"}),
    "share": frozenset({"percent", "approximate"}),
    "count": frozenset({"count", "base", "stated"}),
    "base": frozenset({"base", "count", "stated"}),
    "number": frozenset({"count", "base", "mean", "stated"}),
}
#: What the words of a label's part weigh, and what a group that nobody names takes off.
_PART, _GROUP, _PEOPLE = 1.5, 0.8, 0.3
#: A label of a few common words is soon covered, and so counts for less.
_SHORT, _SHORT_GROUP = 2.0, 0.5
#: What a label weighs that is quoted as it stands.
_QUOTED = {"answer": 1.2, "question": 0.6, "column": 0.8, "banner": 0.25}
_UNNAMED_GROUP, _UNNAMED_PEOPLE = 0.35, 0.06


@dataclass(frozen=True)
class Fact:
    """One number of a table or report, with the words it goes by.

    Parameters
    ----------
    table, stub, stub_category, banner, banner_category : str
        Its place, in words; empty where it has none.
    kind : {"percent", "count", "base", "mean", "approximate", "stated"}
        What it is.
    value : float
        In printed units: 47.3 per cent, not 0.473.
    decimals : int, optional
        As printed; None where the value is not rounded.
    base : float, optional
        The base it rests on.
    letters, state, cell : str
        Its significance letters, what the table decided about it, its address.
    category, question, group, people : str
        The words for its answer, its question, its column, and those who were asked.
    question_label, banner_label : str
        The labels of its question and of its banner question, as a text may quote them.
    quantity : hashable
        What it is a number of; two facts of the same quantity should be equal.
    sources : tuple of str
        The rows it was read from.
    caveats : tuple of str
        What must be said wherever it is told.
    """

    table: str
    stub: str
    stub_category: str
    banner: str
    banner_category: str
    kind: str
    value: float
    decimals: int | None = None
    base: float = math.nan
    letters: str = ""
    state: str = "shown"
    cell: str = ""
    category: str = ""
    question: str = ""
    group: str = ""
    people: str = ""
    question_label: str = ""
    banner_label: str = ""
    quantity: Hashable = None
    sources: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    def printed(self) -> str:
        """Return the value with the decimals it has, or with one where it is not rounded."""
        if self.decimals is None:
            return f"{float(round_half_up(self.value, 1)):,.1f}".removesuffix(".0")
        return f"{self.value:,.{self.decimals}f}"

    def place(self) -> str:
        """Return where it stands, in words."""
        what = " = ".join(x for x in (self.question_label or self.stub, self.stub_category) if x)
        by = self.banner_label or self.banner
        whom = " = ".join(x for x in (by, self.banner_category) if x)
        whom = "" if self.banner == "Total" else whom
        # A table that is called as its question is need not be named twice.
        table = "" if self.table == self.question_label else self.table
        return "; ".join(part for part in (table, what, whom) if part)


#: Why a difference between volunteers is none that may be claimed.
INDICATIVE = "the respondents are no random sample, so that a difference is indicative only"


@dataclass(frozen=True)
class PairTest:
    """What a test of two columns found: ``tested`` may be false, with the reason.

    ``limits`` are those of the first proportion less the second, ``alike`` those at 2 · level − 1,
    which stand within ``margin`` where the two are ``equivalent``; None where no margin was stated.
    ``least`` and ``detectable`` are what had to be observed, and to be true.
    """

    tested: bool
    significant: bool
    p_value: float = math.nan
    reason: str = ""
    limits: tuple[float, float] = (math.nan, math.nan)
    level: float = 0.95
    least: float = math.nan
    detectable: float = math.nan
    margin: float = math.nan
    alike: tuple[float, float] = (math.nan, math.nan)
    equivalent: bool | None = None

    def turned(self) -> PairTest:
        """Return the same test of the second column against the first."""
        limits, alike = ((-high, -low) for low, high in (self.limits, self.alike))
        return replace(self, limits=limits, alike=alike)


#: A test by table, stub, stub category, banner and the two banner categories.
PairKey = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, eq=False)
class Evidence:
    """All facts, ready to be compared with the words of a text.

    Parameters
    ----------
    facts : sequence of Fact
        The facts.
    tests : mapping
        Test results by ``(table, stub, stub_category, banner, category_a, category_b)``.
    has_tests : bool
        Whether the tables test differences at all.
    asides : collection of str
        Other words that a text may quote and that hold no figure, such as whom the tables are of.
    labels : mapping
        The labels of all answers by ``(table, question)``, also of those without a fact.
    """

    facts: Sequence[Fact]
    tests: Mapping[PairKey, PairTest] = field(default_factory=dict)
    has_tests: bool = False
    asides: Collection[str] = ()
    labels: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights, offset, stems = _weights(self.facts)
        asides = {label_key("aside", one): -1 for one in self.asides}
        cells = _numbered((f.table, f.stub, f.stub_category, *_column(f)) for f in self.facts)
        columns = _numbered((f.table, f.stub, *_column(f)) for f in self.facts)
        kinds = np.array([fact.kind for fact in self.facts], str)
        decimals = [99 if fact.decimals is None else fact.decimals for fact in self.facts]
        groups: dict[tuple[str, ...], set[str]] = {}
        for fact in self.facts:
            groups.setdefault(_row(fact), set()).add(fact.banner_category)
        told = {
            "stubs": _numbered((fact.table, fact.stub) for fact in self.facts),
            "_position": {id(fact): at for at, fact in enumerate(self.facts)},
            "_by_kind": {
                kind: np.flatnonzero(np.isin(kinds, list(which))) for kind, which in KINDS.items()
            },
            "_columns": np.where([not fact.stub_category for fact in self.facts], columns, -1),
            "_of_column": columns,
            "_cells": cells,
            "_numbered_words": _numbered_words(self.facts),
            "_groups": groups,
            "_weights": weights,
            "_offset": offset,
            "_stems": stems,
            "words": stems | asides,
            "_kinds": kinds,
            "_decimals": np.array(decimals, int),
            "_values": np.array([fact.value for fact in self.facts], float),
        }
        for name, value in told.items():
            object.__setattr__(self, name, value)

    def scores(self, context: Mapping[str, float]) -> NDArray[np.float64]:
        """Return how well each fact goes with words, from about 0 to 2.6.

        Parameters
        ----------
        context : mapping of str to float
            Stems with their nearness, from 0 to 1.

        Returns
        -------
        ndarray, shape (facts,)
            The share of each label's words that the context holds, the rarer words counting more.
        """
        vector = np.zeros(len(self._stems))
        for one, nearness in context.items():
            if one in self._stems:
                vector[self._stems[one]] = nearness
        return np.asarray(self._weights @ vector).ravel() - self._offset

    def of_kind(self, kind: str) -> NDArray[np.intp]:
        """Return the positions of the facts that a figure of a kind may be."""
        return self._by_kind.get(kind, np.zeros(0, np.intp))

    def is_label(self, before: str, number: str, after: str) -> bool:
        """Return whether a number stands beside the same word in a label, as in "topic 11"."""
        told = {(before.casefold(), number), (number, after.casefold())}
        return not told.isdisjoint(self._numbered_words)

    def best(self, kind: str, scores: NDArray[np.float64], count: int) -> NDArray[np.intp]:
        """Return the positions of the facts of a kind with the highest scores, best first."""
        here = self.of_kind(kind)
        if here.size > 4 * count:
            here = np.sort(here[np.argpartition(-scores[here], count)[:count]])
        return here[np.argsort(-scores[here], kind="stable")][:count]

    def position(self, fact: Fact) -> int:
        """Return where one of the facts stands."""
        return self._position[id(fact)]

    def groups_of(self, fact: Fact) -> set[str]:
        """Return the columns that the row of a fact has in its banner."""
        return self._groups[_row(fact)]

    def matching(self, kind: str, low: float, high: float, decimals: int) -> NDArray[np.intp]:
        """Return the positions of the facts that print as a figure, or within a range.

        Parameters
        ----------
        kind : str
            The kind of the figure.
        low, high : float
            Its value, or the ends of its range.
        decimals : int
            Its decimals as printed; a fact with more is rounded half up to them.

        Returns
        -------
        ndarray of int
            Positions in ``facts``.
        """
        near = self.of_kind(kind)
        if decimals:  # people are counted in whole numbers
            near = near[~np.isin(self._kinds[near], ("count", "base"))]
        near = near[(self._values[near] >= low - 1) & (self._values[near] <= high + 1)]
        found = []
        for kept in range(min(decimals, 6) + 1):
            here = near[np.minimum(self._decimals[near], decimals) == kept]
            values = np.asarray(round_half_up(self._values[here], kept))
            inside = (values >= round_half_up(low, kept)) & (values <= round_half_up(high, kept))
            found.append(here[inside])
        return np.sort(np.concatenate(found))

    def are(self, kind: str) -> NDArray[np.bool_]:
        """Return which facts are of a kind."""
        return np.asarray(self._kinds == kind)

    def beside(self, fact: Fact) -> NDArray[np.bool_]:
        """Return which facts are of the same cell as one, such as its count, or its base."""
        at = self.position(fact)
        here = (self._cells == self._cells[at]) | (self._columns == self._of_column[at])
        return np.asarray(here)

    def test_of(self, one: Fact, other: Fact) -> PairTest | None:
        """Return the test of two facts of one row, or None where there is none."""
        key = (one.table, one.stub, one.stub_category, one.banner)
        a, b = one.banner_category, other.banner_category
        if found := self.tests.get((*key, a, b)):
            return found
        turned = self.tests.get((*key, b, a))
        return None if turned is None else turned.turned()

    stubs: NDArray[np.intp] = field(init=False, repr=False)
    #: The words that the facts go by, and the keys of their whole labels.
    words: dict[str, int] = field(init=False, repr=False)
    _position: dict[int, int] = field(init=False, repr=False)
    _by_kind: dict[str, NDArray[np.intp]] = field(init=False, repr=False)
    _columns: NDArray[np.intp] = field(init=False, repr=False)
    _of_column: NDArray[np.intp] = field(init=False, repr=False)
    _cells: NDArray[np.intp] = field(init=False, repr=False)
    _numbered_words: set[tuple[str, str]] = field(init=False, repr=False)
    _groups: dict[tuple[str, ...], set[str]] = field(init=False, repr=False)
    _weights: sparse.csr_matrix = field(init=False, repr=False)
    _offset: NDArray[np.float64] = field(init=False, repr=False)
    _stems: dict[str, int] = field(init=False, repr=False)
    _kinds: NDArray[np.str_] = field(init=False, repr=False)
    _decimals: NDArray[np.intp] = field(init=False, repr=False)
    _values: NDArray[np.float64] = field(init=False, repr=False)


_BESIDE_NUMBER = re.compile(r"(?=\b([A-Za-z]+)[ -](\d+)\b)|(?=\b(\d+)[ -]([A-Za-z]+)\b)")


def _numbered_words(facts: Sequence[Fact]) -> set[tuple[str, str]]:
    """Return the words of labels that a number stands beside, each with its number."""
    found = set()
    for label in {text for fact in facts for text in _texts(fact)}:
        for match in _BESIDE_NUMBER.finditer(label):
            one, other = (match[1], match[2]) if match[1] else (match[3], match[4])
            found.add((one.casefold(), other.casefold()))
    return found


def _row(fact: Fact) -> tuple[str, ...]:
    return fact.table, fact.stub, fact.stub_category, fact.banner


def _column(fact: Fact) -> tuple[str, str]:
    return fact.banner, fact.banner_category


def _numbered(names: Iterable[Hashable]) -> NDArray[np.intp]:
    """Return a number for each name, the same for the same name."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.intp)


def _weights(
    facts: Sequence[Fact],
) -> tuple[sparse.csr_matrix, NDArray[np.float64], dict[str, int]]:
    """Return, for each fact, the weight of each stem; what is taken off; and the stems."""
    stems_of_label = {text: stems_of(text) for fact in facts for text in _texts(fact)}
    counts = _counts(facts, stems_of_label)
    keys = {key for fact in facts for key, _ in _whole_labels(fact)}
    stems = {one: at for at, one in enumerate([*sorted(counts), *sorted(keys)])}
    documents = len({_texts(fact) for fact in facts})
    rarity = {one: math.log(1 + documents / count) for one, count in counts.items()}
    labels = _LabelWeights(stems_of_label, rarity)
    rows, columns, values, offset = [], [], [], np.zeros(len(facts))
    for at, fact in enumerate(facts):
        told = [*labels.part(fact), *labels.group(fact.group), *labels.people(fact)]
        told += _whole_labels(fact)
        offset[at] = (_UNNAMED_GROUP if fact.group else 0) + (_UNNAMED_PEOPLE if fact.people else 0)
        rows += [at] * len(told)
        columns += [stems[one] for one, _ in told]
        values += [weight for _, weight in told]
    shape = (len(facts), len(stems))
    return sparse.csr_matrix((values, (rows, columns)), shape=shape), offset, stems


def _whole_labels(fact: Fact) -> list[tuple[str, float]]:
    """Return the keys of a fact's labels, with what each weighs where a text quotes it whole."""
    told = {
        "answer": fact.category,
        "question": fact.question_label,
        "column": fact.group,
        "banner": fact.banner_label,
    }
    return [(label_key(role, text), _QUOTED[role]) for role, text in told.items() if text]


def _texts(fact: Fact) -> tuple[str, str, str, str]:
    return fact.category, fact.question, fact.group, fact.people


def _counts(facts: Sequence[Fact], stems: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Return in how many different labels of a fact each stem is."""
    counts: dict[str, int] = {}
    for texts in {_texts(fact) for fact in facts}:
        for one in frozenset().union(*(stems[text] for text in texts)):
            counts[one] = counts.get(one, 0) + 1
    return counts


class _LabelWeights:
    """What each stem of a label weighs, kept for the next fact with the same label."""

    def __init__(self, stems: Mapping[str, frozenset[str]], rarity: Mapping[str, float]) -> None:
        self.stems, self.rarity = stems, rarity
        self.known: dict[Hashable, list[tuple[str, float]]] = {}

    def part(self, fact: Fact) -> list[tuple[str, float]]:
        """Return the weights of the words for an answer and, at half of it, its question."""
        key = (fact.category, fact.question)
        if key not in self.known:
            category, question = self.stems[fact.category], self.stems[fact.question]
            told = [(one, 2.0) for one in category] + [(one, 1.0) for one in question - category]
            self.known[key] = self._shared(told, _PART, _SHORT)
        return self.known[key]

    def group(self, text: str) -> list[tuple[str, float]]:
        """Return the weights of the words for a column."""
        return self._whole(text, _GROUP, _SHORT_GROUP)

    def people(self, fact: Fact) -> list[tuple[str, float]]:
        """Return the weights of the words for those who were asked: all that a bare base has."""
        bare = not (fact.category or fact.question)
        return self._whole(fact.people, _PART if bare else _PEOPLE, _SHORT)

    def _whole(self, text: str, weight: float, short: float) -> list[tuple[str, float]]:
        key = (text, weight)
        if key not in self.known:
            self.known[key] = self._shared([(one, 1.0) for one in self.stems[text]], weight, short)
        return self.known[key]

    def _shared(
        self, told: Sequence[tuple[str, float]], weight: float, short: float
    ) -> list[tuple[str, float]]:
        """Share a weight out among stems, the rarer ones getting more."""
        total = short + sum(self.rarity[one] * share for one, share in told)
        return [(one, weight * self.rarity[one] * share / total) for one, share in told]
