"""What a job asks for, whatever file it was written in, and where in the file each wish stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from welfarestats.errors import OptionError, WelfareStatsError, did_you_mean, listed
from welfarestats.survey.survey import Survey
from welfarestats.tables.crosstabs import crosstab

_LISTS = ("strata", "psu", "fpc", "caveats", "base_includes")
_NUMBERS = ("level",)
_YES_OR_NO = ("total", "medians", "synthetic_inference")
_NOT_OF_A_JOB = ("codebook", "title", "replicates")


@dataclass(frozen=True)
class Setting:
    """A value of a job, and where it stands.

    Parameters
    ----------
    value : object
        Text, number, true or false, or a tuple of texts.
    place : str
        Such as ``"sheet 'job', cell B3"``.
    """

    value: Any
    place: str


@dataclass(frozen=True)
class FilterRequest:
    """Answers that respondents of a table, or of the whole book, must have given.

    Parameters
    ----------
    question : str
        A question.
    answers : tuple
        Labels or codes, of which one is enough.
    place : str
        Where it stands.
    table : str, default ""
        Name of the table; empty for the whole book.
    """

    question: str
    answers: tuple[Any, ...]
    place: str
    table: str = ""


@dataclass(frozen=True)
class TableRequest:
    """One table of several questions, or a table for each of them.

    Parameters
    ----------
    questions : tuple of (str, str)
        Name or pattern of each question, and where it stands.
    name : str, default ""
        Name of the one table that holds them all; empty for a table each.
    title : str, default ""
        Title of the table.
    place : str, default ""
        Where the title or name stands.
    filters : tuple of FilterRequest, default ()
        Who is in these tables.
    """

    questions: tuple[tuple[str, str], ...]
    name: str = ""
    title: str = ""
    place: str = ""
    filters: tuple[FilterRequest, ...] = ()


@dataclass(frozen=True)
class BannerRequest:
    """A question across the top, or two that are crossed.

    Parameters
    ----------
    questions : tuple of str
        One, or two.
    place : str
        Where it stands.
    """

    questions: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class NetRequest:
    """A net that the codebook does not have.

    Parameters
    ----------
    question, label : str
        Whose net, and its name.
    codes : tuple
        Codes or labels of its answers.
    place : str
        Where it stands.
    """

    question: str
    label: str
    codes: tuple[Any, ...]
    place: str


@dataclass(frozen=True)
class Job:
    """A book to be made: its files, design, tables, banner, filters, nets and options.

    Parameters
    ----------
    path : Path
        The job file.
    settings : dict of Setting
        By key, as in `setting_keys`.
    tables : tuple of TableRequest
        In order.
    banner : tuple of BannerRequest, default ()
        None for the total alone.
    filters : tuple of FilterRequest, default ()
        Of the whole book, or of a table that is named.
    nets : tuple of NetRequest, default ()
        Added to the questions of the codebook.
    """

    path: Path
    settings: Mapping[str, Setting]
    tables: tuple[TableRequest, ...]
    banner: tuple[BannerRequest, ...] = ()
    filters: tuple[FilterRequest, ...] = ()
    nets: tuple[NetRequest, ...] = field(default=())

    def section(self, name: str) -> dict[str, Any]:
        """Return the values of one section: ``"design"``, ``"options"`` or ``"output"``.

        Parameters
        ----------
        name : str
            The section.

        Returns
        -------
        dict
            Values by key.
        """
        keys = setting_keys()[name]
        return {key: one.value for key, one in self.settings.items() if key in keys}

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Let an error say where in the job stands what it complains of.

        Yields
        ------
        None
            Errors of the library are raised again with their place.
        """
        try:
            yield
        except WelfareStatsError as error:
            raise type(error)(f"{self._place_of(str(error))}: {error}") from None

    def _place_of(self, message: str) -> str:
        """Return the place of the wish that a message names; the file where none is found."""
        named: list[tuple[str, str]] = []
        for key, one in self.settings.items():
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            named += [(f"{key} cannot be ", one.place), (f"{key} is ", one.place)]
            named += [(repr(value), one.place) for value in values if isinstance(value, str)]
        named += [(repr(name), one.place) for one in self.banner for name in one.questions]
        named += [(repr(name), at) for one in self.tables for name, at in one.questions]
        return next((place for text, place in named if text in message), self.path.name)


def setting_keys() -> dict[str, tuple[str, ...]]:
    """Return the keys that a job may set, by section.

    Returns
    -------
    dict of tuple of str
        ``""`` for those at the top, ``"design"`` as in `Survey`, ``"options"`` as in `crosstab`,
        ``"output"``.

    Examples
    --------
    >>> setting_keys()["output"], "weights" in setting_keys()["design"]
    (('html', 'xlsx'), True)
    """
    design = Survey.__init__.__kwdefaults__ or {}
    options = crosstab.__kwdefaults__ or {}
    return {
        "": ("title", "data", "codebook"),
        "design": tuple(key for key in design if key not in _NOT_OF_A_JOB),
        "options": tuple(key for key in options if key not in _NOT_OF_A_JOB),
        "output": ("html", "xlsx"),
    }


def checked_key(key: str, known: Sequence[str], place: str, *, what: str = "key") -> str:
    """Return a key that is known; raise an `OptionError` with the nearest one for any other.

    Parameters
    ----------
    key : str
        As written.
    known : sequence of str
        The keys there are.
    place : str
        Where it stands.
    what : str, default "key"
        What a reader calls it.

    Returns
    -------
    str
        The key.

    Raises
    ------
    OptionError
        If there is no such key.
    """
    if key not in known:
        raise OptionError(
            f"{place}: {key!r} is not a known {what}; the {what}s are {listed(known, len(known))}."
            f"{did_you_mean(key, known)}"
        )
    return key


def checked_setting(key: str, value: Any, place: str) -> Setting:
    """Return the value of a key with its place; raise an `OptionError` if it is of another kind.

    Parameters
    ----------
    key : str
        A key of `setting_keys`.
    value : object
        What the job says.
    place : str
        Where it says so.

    Returns
    -------
    Setting
        Lists become tuples.

    Raises
    ------
    OptionError
        If the value is not what the key takes.

    Examples
    --------
    >>> checked_setting("psu", ["office"], "job.toml").value
    ('office',)
    """
    if key in _YES_OR_NO:
        fits, wanted = isinstance(value, bool), "true or false"
    elif key in _NUMBERS:
        fits, wanted = isinstance(value, int | float) and not isinstance(value, bool), "a number"
    else:
        fits, wanted = isinstance(value, str) and bool(value.strip()), "text"
        if key in _LISTS:
            several = isinstance(value, list | tuple)
            fits = fits or (several and bool(value) and all(isinstance(v, str) for v in value))
            wanted = "text or a list of texts"
    if not fits:
        raise OptionError(f"{place}: {key!r} is {wanted}, found {kind_of(value)}.")
    if key in _LISTS:
        value = (value,) if isinstance(value, str) else tuple(value)
    return Setting(value, place)


def takes_a_list(key: str) -> bool:
    """Return whether a key may have several values."""
    return key in _LISTS


def takes_yes_or_no(key: str) -> bool:
    """Return whether a key is either true or false."""
    return key in _YES_OR_NO


def kind_of(value: Any) -> str:
    """Return what sort of value something is, in words."""
    if isinstance(value, str) and not value.strip():
        return "nothing"
    if isinstance(value, list | tuple) and not value:
        return "an empty list"
    words = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    words |= {list: "a list", tuple: "a list", dict: "a table", type(None): "nothing"}
    return words.get(type(value), f"a {type(value).__name__}")
