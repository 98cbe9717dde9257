"""A pass over the data: rows with their design and weights, and answers on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from welfarestats.errors import CodebookError
from welfarestats.survey.answers import Answers, Mask, find_question, read_answers
from welfarestats.survey.caveats import Caveat
from welfarestats.survey.cells import Tally
from welfarestats.survey.codebook import Codebook, Question, code_text
from welfarestats.survey.design import (
    Column,
    Design,
    DesignColumns,
    build_design,
    check_weights,
)
from welfarestats.survey.frames import Rows, factorize, numbers
from welfarestats.survey.replicates import Replicates

__all__ = [
    "Condition",
    "Facts",
    "Layout",
    "Sample",
    "View",
    "design_columns",
    "named",
    "sample_words",
]


@dataclass(frozen=True)
class Layout:
    """Which columns describe the sample."""

    weights: str | None
    strata: tuple[str, ...]
    psu: tuple[str, ...]
    fpc: tuple[str, ...]
    lonely_psu: str
    replicates: Replicates | None = None

    @property
    def unweighted(self) -> Layout:
        """The rows alone, without weights, strata, PSUs or FPCs."""
        return Layout(None, (), (), (), "remove")

    @property
    def replicates_words(self) -> str:
        """How many replicate weights there are and how they are added up, or nothing."""
        return "" if self.replicates is None else self.replicates.words()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the design, weights and their replicates apart."""
        return (*self.strata, *self.psu, *self.fpc)


class Sample:
    """One pass over the data: rows with their design, their weights and, on demand, answers."""

    def __init__(
        self, rows: Rows, layout: Layout, codebook: Codebook, columns: Sequence[str]
    ) -> None:
        self.rows = rows
        check_weights(rows.weight, rows.count, layout.weights or "1 for everyone")
        self.design: Design = build_design(
            design_columns(rows, layout), rows.count, layout.lonely_psu
        )
        if layout.replicates is not None:
            read = layout.replicates.read(rows, layout.weights or "")
            self.design = replace(self.design, replicates=read)
        self._codebook = codebook
        self._columns = dict.fromkeys(columns)
        self._read: dict[tuple[str, bool], Answers] = {}

    def read(self, names: Iterable[str]) -> None:
        """Read the columns of questions with one answer ahead of `answers`, many at once."""
        kept = [name for name in names if name in self._columns and (name, False) not in self._read]
        single = [n for n in kept if n not in self._codebook or self._codebook[n].kind == "single"]
        if len(single) > 1:
            self.rows.read(single)

    def answers(self, name: str, *, numeric: bool = False) -> Answers:
        """Return everybody's answers to a question; a bare column is a scale if ``numeric``."""
        key = (name, numeric and name not in self._codebook)
        if key not in self._read:
            question = find_question(name, self._codebook, self._columns, numeric=numeric)
            self._read[key] = read_answers(question, self.rows, self.gave)
        return self._read[key]

    def gave(self, name: str, wanted: Any) -> Mask:
        """Return which rows gave one of the answers (labels, nets or codes) to a question."""
        answers = self.answers(name)
        if answers.values is not None:
            return answers.gave(())
        return answers.gave(self._positions(answers.question, wanted))

    def _positions(self, question: Question, wanted: Any) -> tuple[int, ...]:
        """Return where answers stand; an error names declared answers, not what people wrote."""
        try:
            return question.positions(wanted)
        except CodebookError:
            if question.name in self._codebook and self._codebook[question.name].categories:
                self._codebook[question.name].positions(wanted)
            raise CodebookError(
                f"nobody answered {wanted!r} to {question.name!r}; the data have"
                f" {len(question.categories):,} different answers."
                f" survey.describe_question({question.name!r}) shows them."
            ) from None


@dataclass(frozen=True)
class Condition:
    """One restriction of a domain: a mask over respondents, or answers to a question."""

    mask: Mask | None = None
    question: str = ""
    answers: Any = None
    label: str = "a condition set in the analysis (a mask)"

    def words(self, codebook: Codebook) -> str:
        """Return the condition as a reader sees it."""
        if self.mask is not None:
            return self.label
        declared = codebook[self.question] if self.question in codebook else Question(self.question)
        labels = {code_text(one.code): one.label for one in declared.categories}
        named = {*labels.values(), *(net.label for net in declared.nets)}
        given = _as_list(self.answers)
        texts = [str(a) if a in named else labels.get(code_text(a), code_text(a)) for a in given]
        return f"{declared.label}: {' or '.join(texts)}"


@dataclass(frozen=True)
class View:
    """A `Sample` seen from a domain."""

    sample: Sample
    tally: Tally
    df_rule: str

    @property
    def design(self) -> Design:
        """The design of the whole sample."""
        return self.sample.design

    @property
    def size(self) -> int:
        """How many rows there are, inside and outside the domain."""
        return self.sample.rows.size


@dataclass(frozen=True)
class Facts:
    """What travels from a survey to every result made from it."""

    origin: str
    sample: str
    weights_represent: str | None
    weighted: bool
    domain: tuple[str, ...] = field(default=())
    caveats: tuple[Caveat, ...] = field(default=())
    weighting: tuple[str, ...] = field(default=())
    replicates: str = ""
    treat_as_random_because: str | None = None
    in_several_waves: int = 0

    @property
    def indicative(self) -> bool:
        """Whether limits and tests are indicative only: no random sample, nor treated as one."""
        return self.sample != "probability" and self.treat_as_random_because is None

    @property
    def sample_note(self) -> str:
        """What limits and tests are worth when the respondents are no random sample, or nothing."""
        if self.sample == "probability":
            return ""
        who = {"volunteer": "volunteers", "attempted_census": "an attempted census"}[self.sample]
        fact = f"The respondents are {who}, not a random sample"
        if self.indicative:
            return f"{fact}: limits and tests are indicative only."
        return f"{fact}, but are treated as one. Reason: {self.treat_as_random_because}"

    def notes_on(self, questions: Collection[str]) -> list[str]:
        """Return what a reader of figures of some questions must be told, in sentences."""
        note = [self.sample_note] if self.sample_note else []
        return note + [str(one) for one in self.caveats if one.applies_to(questions)]


def sample_words(layout: Layout, facts: Facts, effective_base: float) -> list[str]:
    """Return how a sample was drawn and weighted, in a few words each."""
    words = []
    if layout.weights:
        words.append(f"weights {layout.weights!r} (effective base {effective_base:,.0f})")
    elif facts.weighting:
        words.append(f"weights that were computed (effective base {effective_base:,.0f})")
    words += facts.weighting
    words += [facts.replicates] if facts.replicates else []
    words += [f"strata {name!r}" for name in layout.strata]
    words += [f"PSUs {name!r}" for name in layout.psu]
    words += [f"domain {condition}" for condition in facts.domain]
    if facts.origin == "synthetic":
        words.append("SYNTHETIC: invented records")
    return words


def design_columns(rows: Rows, layout: Layout) -> DesignColumns:
    """Return the columns of strata, PSUs and FPCs, read."""

    def column(name: str) -> Column:
        return Column(name, *factorize(rows.column(name), name))

    return DesignColumns(
        tuple(column(name) for name in layout.strata),
        tuple(column(name) for name in layout.psu),
        tuple((name, numbers(rows.column(name), name)) for name in layout.fpc),
    )


def _as_list(answers: Any) -> list[Any]:
    several = isinstance(answers, Iterable) and not isinstance(answers, str)
    return list(answers) if several else [answers]


def named(names: str | Sequence[str] | Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return one question's name, or several, as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)
