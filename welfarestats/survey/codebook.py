"""Questions, their categories and nets, and why an answer may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from welfarestats.errors import CodebookError, did_you_mean, listed, one_of
from welfarestats.survey.categories import MISSING_REASONS, Category, Code, Net, code_text

__all__ = [
    "KINDS",
    "MISSING_REASONS",
    "Category",
    "Code",
    "Codebook",
    "Net",
    "Question",
    "code_text",
]

KINDS = ("single", "multiple", "scale")


@dataclass(frozen=True)
class Question:
    """A question as it was asked, and how its answers are kept in the data.

    Parameters
    ----------
    name
        The word used for it in calls; also its column unless ``columns`` says otherwise.
    label
        The wording a reader sees; the name when left out.
    kind
        ``"single"`` (one answer), ``"multiple"`` (any number of answers) or ``"scale"``
        (a number).
    columns
        For a multiple response kept as a set of 0/1 columns: one column a category, in the
        order of ``categories``. Without it a multiple response is one column of lists of codes.
    categories
        The answers in the order in which they are shown. Data may hold their codes, or their
        labels as text. Codes in the data without a category
        are shown under their own code, with a warning.
    nets
        Unions of categories.
    asked_if
        Routing: for each other question the answers (codes or labels) that led to this one.
        Everyone else was not asked.
    base_includes
        Reasons for missing that count in the base of this question, for example
        ``("dont_know",)``; their categories are then shown. A table can override it.

    Raises
    ------
    CodebookError
        When codes or labels repeat, a net names a code that does not exist, or the parts of a
        multiple response do not match.

    Examples
    --------
    >>> work = Question(
    ...     "work",
    ...     "Would you like to work?",
    ...     categories=[
    ...         Category(1, "Yes"),
    ...         Category(2, "No"),
    ...         Category(8, "Don't know", missing="dont_know"),
    ...     ],
    ... )
    >>> [category.label for category in work.categories]
    ['Yes', 'No', "Don't know"]
    """

    name: str
    label: str = ""
    kind: str = "single"
    columns: tuple[str, ...] | None = None
    categories: tuple[Category, ...] = ()
    nets: tuple[Net, ...] = ()
    asked_if: Mapping[str, tuple[Code, ...]] | None = None
    base_includes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "label", self.label or self.name)
        set_(self, "categories", tuple(self.categories or ()))
        set_(self, "nets", tuple(self.nets or ()))
        set_(self, "base_includes", tuple(_reasons(self.base_includes)))
        if self.columns is not None:
            columns: object = self.columns
            if isinstance(columns, str):
                raise CodebookError(
                    f"the columns of question {self.name!r} are a list, such as ['a', 'b'], not"
                    f" {columns!r}."
                )
            set_(self, "columns", tuple(self.columns))
        if self.asked_if is not None:
            routes = {key: _as_codes(value) for key, value in self.asked_if.items()}
            set_(self, "asked_if", routes or None)
        one_of(self.kind, KINDS, "kind")
        self._check()

    def _check(self) -> None:
        _made_of(self.categories, Category, f"categories= of question {self.name!r}")
        _made_of(self.nets, Net, f"nets= of question {self.name!r}")
        codes = [code_text(category.code) for category in self.categories]
        _no_repeats(codes, f"codes of question {self.name!r}")
        labels = [category.label for category in self.categories]
        _no_repeats([*labels, *(net.label for net in self.nets)], f"labels of {self.name!r}")
        for net in self.nets:
            unknown = [code for code in net.codes if codes and code_text(code) not in codes]
            if unknown or not net.codes:
                raise CodebookError(
                    f"net {net.label!r} of question {self.name!r} names"
                    f" {'no codes' if not unknown else 'codes without a category: '}"
                    f"{listed(unknown)}. Add the categories or correct the net."
                )
        if self.columns is not None and self.kind != "multiple":
            raise CodebookError(
                f"question {self.name!r} is {self.kind!r} but names a set of columns;"
                ' only kind="multiple" has one.'
            )
        if self.columns is not None and len(self.columns) != len(self.categories):
            raise CodebookError(
                f"question {self.name!r} has {len(self.columns)} columns and"
                f" {len(self.categories)} categories; a multiple response needs one column a"
                " category, in the same order."
            )

    @property
    def stored_in(self) -> tuple[str, ...]:
        """The columns that hold the answers."""
        return self.columns if self.columns is not None else (self.name,)

    @property
    def scored(self) -> bool:
        """Whether at least one valid category has a score, so that a mean can be taken."""
        return any(category.score is not None for category in self.categories if category.valid)

    def counted(self, base_includes: Iterable[str] | None = None) -> tuple[int, ...]:
        """Return the positions of the categories that count in the base, in order.

        Parameters
        ----------
        base_includes
            Reasons for missing that count; ``None`` as the question declares.

        Returns
        -------
        tuple of int
            Positions in ``categories``.
        """
        reasons = _reasons(self.base_includes if base_includes is None else base_includes)
        return tuple(
            i
            for i, category in enumerate(self.categories)
            if category.valid or category.missing in reasons
        )

    def positions(self, answers: object) -> tuple[int, ...]:
        """Return the positions of categories named by label, net label or code.

        Parameters
        ----------
        answers
            One label or code, or a list of them. Labels are tried before codes.

        Returns
        -------
        tuple of int
            Positions in ``categories``, in order, without repeats.

        Raises
        ------
        CodebookError
            When nothing in the question has that name; the message offers the nearest.
        """
        found: set[int] = set()
        for answer in _as_codes(answers):
            found.update(self._positions_of(answer))
        return tuple(sorted(found))

    def _positions_of(self, answer: Code) -> tuple[int, ...]:
        for i, category in enumerate(self.categories):
            if category.label == answer:
                return (i,)
        for net in self.nets:
            if net.label == answer:
                return self.positions(net.codes)
        for i, category in enumerate(self.categories):
            if category.code == answer or code_text(category.code) == code_text(answer):
                return (i,)
        labels = [category.label for category in self.categories] + [n.label for n in self.nets]
        raise CodebookError(
            f"question {self.name!r} has no answer {answer!r}; it has {listed(labels)}."
            f"{did_you_mean(answer, labels)}"
        )


@dataclass(frozen=True)
class Codebook:
    """The questions of a survey, in order.

    Parameters
    ----------
    questions
        Their names must differ.

    Raises
    ------
    CodebookError
        When two questions have one name, or a route names a question that does not exist.

    Examples
    --------
    >>> codebook = Codebook(
    ...     [Question("sex", categories=[Category(1, "Men"), Category(2, "Women")])]
    ... )
    >>> codebook["sex"].categories[1].label
    'Women'
    >>> "age" in codebook
    False
    """

    questions: tuple[Question, ...] = ()
    _by_name: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", tuple(self.questions))
        _made_of(self.questions, Question, "a codebook")
        names = [question.name for question in self.questions]
        _no_repeats(names, "names of the questions")
        object.__setattr__(self, "_by_name", {q.name: q for q in self.questions})
        for question in self.questions:
            for other in question.asked_if or {}:
                if other not in self._by_name:
                    raise CodebookError(
                        f"question {question.name!r} was asked depending on {other!r}, which is"
                        f" not in the codebook.{did_you_mean(other, names)}"
                    )
        for question in self.questions:
            self._check_route(question.name, (question.name,))

    def _check_route(self, name: str, path: tuple[str, ...]) -> None:
        for other in self._by_name[name].asked_if or ():
            if other in path:
                raise CodebookError(
                    f"the routing of question {other!r} leads back to itself, through"
                    f" {listed([*path[path.index(other) + 1 :], other])}. Correct asked_if."
                )
            self._check_route(other, (*path, other))

    def __getitem__(self, name: str) -> Question:
        if name not in self._by_name:
            raise CodebookError(
                f"no question named {name!r} in the codebook.{did_you_mean(name, self._by_name)}"
            )
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    @classmethod
    def of(cls, questions: Codebook | Question | Iterable[Question] | None) -> Codebook:
        """Return a codebook of one question, of several or of none.

        Parameters
        ----------
        questions
            A codebook, which is returned as it is, or questions.

        Returns
        -------
        Codebook
            The questions in their order.

        Raises
        ------
        CodebookError
            When there is something else among them.
        """
        if isinstance(questions, Codebook):
            return questions
        if isinstance(questions, str | Path):
            raise CodebookError(
                f"a codebook in a file is read first: Codebook.from_toml({str(questions)!r})."
            )
        return cls((questions,) if isinstance(questions, Question) else tuple(questions or ()))

    def to_toml(self, path: str | Path) -> None:
        """Write the codebook as a TOML file that `from_toml` reads back without loss.

        Parameters
        ----------
        path
            The file; it is replaced only when the new one is whole.
        """
        from welfarestats.survey.codebook_files import codebook_text, write_text

        write_text(Path(path), codebook_text(self))

    @classmethod
    def from_toml(cls, path: str | Path) -> Codebook:
        """Return the codebook in a TOML file.

        Parameters
        ----------
        path
            A file with one ``[[question]]`` table a question.

        Returns
        -------
        Codebook
            The questions in the order of the file.

        Raises
        ------
        CodebookError
            When the file is missing or is not TOML, or a table has a key it cannot have.
        """
        from welfarestats.survey.codebook_files import codebook_from_table, read_table

        source = Path(path)
        return codebook_from_table(read_table(source), source.name)


def _reasons(names: Iterable[str]) -> list[str]:
    """Return reasons for missing, once each is known."""
    reasons = [names] if isinstance(names, str) else list(names)
    for reason in reasons:
        one_of(reason, MISSING_REASONS, "base_includes")
    return reasons


def _as_codes(answers: object) -> tuple[Code, ...]:
    if isinstance(answers, Iterable) and not isinstance(answers, str):
        return tuple(answers)
    return (answers,)  # type: ignore[return-value]


def _made_of(parts: Iterable[object], kind: type, what: str) -> None:
    other = [type(part).__name__ for part in parts if not isinstance(part, kind)]
    if other:
        raise CodebookError(f"{what} is made of {kind.__name__}(…), not of {other[0]!r}.")


def _no_repeats(names: list[Any], what: str) -> None:
    if len(set(names)) == len(names):
        return
    seen: set[Any] = set()
    twice = [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    if twice:
        raise CodebookError(f"the {what} must differ; {listed(twice)} stands twice.")
