"""Caveats as data: what a reader must be told, of which questions, and who said it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from welfarestats.errors import CodebookError, OptionError, did_you_mean, listed

if TYPE_CHECKING:
    from welfarestats.survey.codebook import Question


class Caveat(str):
    """A sentence that stands wherever figures of its questions are shown; it is its own text.

    Parameters
    ----------
    text : str
        The sentence.
    scope : sequence of str, default ()
        The questions it is about; all of them where left out.
    source : str, default ""
        Who says so, such as ``"ehd-2025, line 253"``.

    Raises
    ------
    OptionError
        If the text is empty or no text.

    Examples
    --------
    >>> caveat = Caveat("Asked in the second wave only.", ["ready"], "questionnaire, page 3")
    >>> caveat.applies_to(["ready", "sex"]), caveat.applies_to(["works"])
    (True, False)
    """

    __slots__ = ("scope", "source")
    scope: tuple[str, ...]
    source: str

    def __new__(cls, text: str, scope: Sequence[str] = (), source: str = "") -> Caveat:
        """Return the text with its scope and source."""
        given: object = text  # callers who do not check types
        if not isinstance(given, str) or not text.strip():
            raise OptionError("a caveat is a sentence, and one without text was given.")
        caveat = super().__new__(cls, text)
        names: object = scope
        if not isinstance(names, str | Iterable):
            raise OptionError(
                f"the scope of a caveat is the names of questions, not {names!r}. Pass a list."
            )
        caveat.scope = (scope,) if isinstance(scope, str) else tuple(scope)
        caveat.source = source
        return caveat

    def __getnewargs__(self) -> tuple[str, tuple[str, ...], str]:  # type: ignore[override]
        """Return what a copy of it is made of."""
        return str(self), self.scope, self.source

    def applies_to(self, questions: Collection[str]) -> bool:
        """Return whether it is about one of some questions.

        Parameters
        ----------
        questions : collection of str
            Names of questions; two that are nested in a banner stand as ``"one > other"``.

        Returns
        -------
        bool
            True where it is about every question.
        """
        named = {part for name in questions for part in (name, *name.split(" > "))}
        return not self.scope or bool(named & set(self.scope))

    def table(self) -> str | dict[str, Any]:
        """Return it as a TOML file keeps it: its text, or a table where there is more to it."""
        if not self.scope and not self.source:
            return str(self)
        return {"text": str(self), "scope": list(self.scope), "source": self.source}

    @classmethod
    def of_table(cls, said: object) -> Caveat:
        """Return the caveat that a text or a table describes."""
        if isinstance(said, Caveat):
            return said
        if not isinstance(said, Mapping):
            return cls(said)  # type: ignore[arg-type]
        known = ("text", "scope", "source")
        for key in said:
            if key not in known:
                raise OptionError(
                    f"a caveat has the key {key!r}; it takes {listed(known)}."
                    f"{did_you_mean(key, known)}"
                )
        return cls(said.get("text", ""), said.get("scope", ()), said.get("source", ""))


def caveats_of(
    given: str | Mapping[str, Any] | Iterable[object],
    codebook: Iterable[Question],
    columns: Iterable[str],
) -> tuple[Caveat, ...]:
    """Return caveats given as texts, tables or `Caveat`; each about questions that exist."""
    questions = [*(question.name for question in codebook), *columns]
    every = [given] if isinstance(given, str | Mapping) else given
    found = tuple(Caveat.of_table(one) for one in every)
    for caveat in found:
        for name in caveat.scope:
            if name not in questions:
                raise CodebookError(
                    f"a caveat is about {name!r}, which is no question or column of the survey."
                    f"{did_you_mean(name, questions)}"
                )
    return found
