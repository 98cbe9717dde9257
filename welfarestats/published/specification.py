"""How each published number is computed: the file ``spec.toml`` of a report folder.

The file is data, not code: nothing in it is evaluated. It names the surveys, the populations
that were asked and, for a survey without respondents, what a reconstruction may assume.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from welfarestats.errors import ReportError, did_you_mean, listed
from welfarestats.published.printed import printed_value
from welfarestats.published.toml_tables import (
    answers_of,
    column_names,
    inner_table,
    kind_of,
    known_keys,
    read_toml,
    text_of,
    whole_number,
    word_of,
)

_ORIGINS = ("collected", "synthetic")
_SAMPLES = ("probability", "attempted_census", "volunteer")
_REPRESENT = ("sample", "population")
_STATUS = ("printed", "inferred")
_LONELY = ("fail", "certainty", "adjust", "average", "remove")


@dataclass(frozen=True)
class Population:
    """The people a published number is about: everyone, or those with certain answers.

    Parameters
    ----------
    name : str
        The name that ``published.csv`` uses.
    label : str
        Words for a reader.
    where : mapping of str to tuple of str
        For each question the labels of categories or nets; all must hold.
    base : int, optional
        How many people, if it is printed or was inferred.
    base_status : {"printed", "inferred"}
        Where ``base`` comes from.
    candidate_bases : tuple of int or str, optional
        Every base that could give the printed numbers, or words such as ``"all from 40"``.
    base_varies : bool
        Whether the label itself says that the base differs from question to question, such as
        "all who took part and answered".
    """

    name: str
    label: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    base: int | None = None
    base_status: str = "printed"
    candidate_bases: tuple[int, ...] | str | None = None
    base_varies: bool = False


@dataclass(frozen=True)
class MentionCount:
    """A single question that counts the mentions of a multiple response question.

    Parameters
    ----------
    of, into : str
        The multiple response question and the single question that counts its mentions.
    none, one, more : str
        The categories of ``into`` for no mention, exactly one, and two or more.
    """

    of: str
    into: str
    none: str
    one: str
    more: str


@dataclass(frozen=True)
class Recipe:
    """What a reconstruction of a survey's respondents may assume.

    Parameters
    ----------
    weights : tuple of float
        The weight values that a person may have; empty for an unweighted survey.
    seed : int
        Seed of the random numbers that deal the answers to people.
    counts : tuple of MentionCount
        Questions that count the mentions of another.
    exclusive : mapping of str to tuple of str
        Options of a multiple response question that go with no other.
    """

    weights: tuple[float, ...] = ()
    seed: int = 0
    counts: tuple[MentionCount, ...] = ()
    exclusive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Implication:
    """Who gave some answers also gave others, because the questionnaire or its words say so.

    Parameters
    ----------
    given, then : mapping of str to tuple of str
        For each question the labels of categories or nets; all must hold.
    """

    given: Mapping[str, tuple[str, ...]]
    then: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SurveySpecification:
    """One survey of a report: its file, its design and the populations it was asked of.

    Parameters
    ----------
    name : str
        The name of the survey.
    base : int
        The number of respondents.
    microdata : str
        The Parquet file, relative to the report folder.
    origin : {"collected", "synthetic"}
        Whether the respondents are real or were made from the published numbers.
    sample : {"probability", "attempted_census", "volunteer"}
        How the respondents were found.
    weights : str, optional
        The column of weights.
    strata, psu, fpc : str or tuple of str, optional
        The design's columns.
    lonely_psu : str
        What to do about a stratum with one primary sampling unit.
    weights_represent : {"sample", "population"}, optional
        What the weights add up to.
    populations : mapping of str to Population
        Always holds ``"all"``.
    implications : tuple of Implication
        What certain answers imply for others, beyond the codebook's routing.
    recipe : Recipe, optional
        How to reconstruct the respondents.
    """

    name: str
    base: int
    microdata: str
    origin: str
    sample: str = "probability"
    weights: str | None = None
    strata: str | tuple[str, ...] | None = None
    psu: str | tuple[str, ...] | None = None
    fpc: str | tuple[str, ...] | None = None
    lonely_psu: str = "fail"
    weights_represent: str | None = None
    populations: Mapping[str, Population] = field(default_factory=dict)
    implications: tuple[Implication, ...] = ()
    recipe: Recipe | None = None


@dataclass(frozen=True)
class StatedSum:
    """Published numbers that, as the report says, add up to another.

    Parameters
    ----------
    total : str
        The item of the sum.
    parts : tuple of str
        The items that are added.
    """

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class StatedRate:
    """A published percentage that, as the report says, is one number's share of another.

    Parameters
    ----------
    rate, part, whole : str
        The items of the percentage and of the two numbers.
    """

    rate: str
    part: str
    whole: str


def read_specification(path: Path) -> dict[str, SurveySpecification]:
    """Return the surveys that a ``spec.toml`` describes, by name.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to SurveySpecification
        In the file's order.

    Raises
    ------
    ReportError
        If the file is missing, is not TOML, or says something that is not understood.
    """
    tables = read_toml(path)
    known_keys(tables, _TABLES, path.name)
    surveys = inner_table(tables, "surveys", path.name)
    if not surveys:
        raise ReportError(f"{path.name} has no survey. Add a table [surveys.NAME].")
    for room in ("populations", "implications", "reconstruction"):
        for name in inner_table(tables, room, path.name):
            if name not in surveys:
                raise ReportError(
                    f"{path.name} has [{room}.{name}], but there is no survey {name!r}; the "
                    f"surveys are {listed(surveys)}.{did_you_mean(name, surveys)}"
                )
    return {name: _survey(name, tables, path.name) for name in surveys}


def _survey(name: str, tables: Mapping[str, Any], file: str) -> SurveySpecification:
    place = f"{file}, [surveys.{name}]"
    table = inner_table(tables["surveys"], name, file)
    known_keys(table, SurveySpecification.__dataclass_fields__, place, without=_NOT_KEYS)
    populations = inner_table(inner_table(tables, "populations", file), name, file)
    recipes = inner_table(tables, "reconstruction", file)
    recipe = _recipe(recipes[name], f"{file}, [reconstruction.{name}]") if name in recipes else None
    return SurveySpecification(
        name=name,
        base=whole_number(table, "base", place),
        microdata=text_of(table, "microdata", place),
        origin=word_of(table, "origin", _ORIGINS, place),
        sample=word_of(table, "sample", _SAMPLES, place, default="probability"),
        weights=text_of(table, "weights", place) if "weights" in table else None,
        strata=column_names(table, "strata", place),
        psu=column_names(table, "psu", place),
        fpc=column_names(table, "fpc", place),
        lonely_psu=word_of(table, "lonely_psu", _LONELY, place, default="fail"),
        weights_represent=(
            word_of(table, "weights_represent", _REPRESENT, place)
            if "weights_represent" in table
            else None
        ),
        populations=_populations(populations, name, table["base"], file),
        implications=_implications(inner_table(tables, "implications", file), name, file),
        recipe=recipe,
    )


_TABLES = ("style", "surveys", "populations", "implications", "reconstruction", "sums", "rates")
_NOT_KEYS = ("name", "populations", "implications", "recipe")


def _populations(
    tables: Mapping[str, Any], survey: str, base: int, file: str
) -> dict[str, Population]:
    found = {"all": Population("all", "All respondents", base=base)}
    for name, table in tables.items():
        place = f"{file}, [populations.{survey}.{name}]"
        if not isinstance(table, dict):
            raise ReportError(f"{place} must be a table, found {kind_of(table)}.")
        found[name] = _population(name, table, place)
    everyone = found["all"]
    if everyone.where:
        raise ReportError(
            f"{file}, [populations.{survey}.all]: 'all' is everyone in the survey and has no "
            f"'where'. Give the narrower population another name."
        )
    return found


def _population(name: str, table: dict[str, Any], place: str) -> Population:
    known_keys(table, Population.__dataclass_fields__, place, without=("name",))
    where = answers_of(table, "where", place)
    base = whole_number(table, "base", place) if "base" in table else None
    status = word_of(table, "base_status", _STATUS, place, default="printed")
    candidates = table.get("candidate_bases")
    if isinstance(candidates, list):
        candidates = tuple(candidates)
        if not all(type(value) is int and value > 0 for value in candidates):
            raise ReportError(f"{place}: 'candidate_bases' must be whole numbers above 0.")
        if base is not None and base not in candidates:
            raise ReportError(
                f"{place}: the base {base} is not among its 'candidate_bases'. Add it, or use one "
                f"of them."
            )
    elif candidates is not None and not isinstance(candidates, str):
        raise ReportError(
            f"{place}: 'candidate_bases' must be a list of whole numbers or words, found "
            f"{kind_of(candidates)}."
        )
    if status == "inferred" and base is None:
        raise ReportError(f"{place}: 'base_status' is \"inferred\" but there is no 'base'. Add it.")
    varies = table.get("base_varies", False)
    if not isinstance(varies, bool):
        raise ReportError(
            f"{place}: 'base_varies' must be true or false, found {kind_of(varies)}. Leave it out "
            f"unless the label says that the base differs by question."
        )
    label = text_of(table, "label", place)
    return Population(name, label, where, base, status, candidates, varies)


def _implications(tables: Mapping[str, Any], survey: str, file: str) -> tuple[Implication, ...]:
    place = f"{file}, [[implications.{survey}]]"
    entries = tables.get(survey, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ReportError(f"{place}: write implications as an array of tables.")
    for entry in entries:
        known_keys(entry, ("if", "then"), place)
        if not entry.get("if") or not entry.get("then"):
            raise ReportError(f"{place}: an implication needs both 'if' and 'then'. Add them.")
    return tuple(
        Implication(answers_of(entry, "if", place), answers_of(entry, "then", place))
        for entry in entries
    )


def _recipe(table: Any, place: str) -> Recipe:
    if not isinstance(table, dict):
        raise ReportError(f"{place} must be a table, found {kind_of(table)}.")
    known_keys(table, Recipe.__dataclass_fields__, place)
    weights = table.get("weights", [])
    if not isinstance(weights, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        for value in weights
    ):
        raise ReportError(f"{place}: 'weights' must be a list of numbers above 0.")
    counts = table.get("counts", [])
    if not isinstance(counts, list):
        raise ReportError(f"{place}: write 'counts' as an array of tables, [[…counts]].")
    return Recipe(
        weights=tuple(float(value) for value in weights),
        seed=whole_number(table, "seed", place) if "seed" in table else 0,
        counts=tuple(_mention_count(entry, f"{place}, [[counts]]") for entry in counts),
        exclusive=answers_of(table, "exclusive", place),
    )


def _mention_count(entry: Any, place: str) -> MentionCount:
    if not isinstance(entry, dict):
        raise ReportError(f"{place} must be a table, found {kind_of(entry)}.")
    known_keys(entry, MentionCount.__dataclass_fields__, place)
    return MentionCount(
        *(text_of(entry, key, place) for key in ("of", "into", "none", "one", "more"))
    )


def read_arithmetic(
    path: Path, printed: Mapping[str, str]
) -> tuple[tuple[StatedSum, ...], tuple[StatedRate, ...]]:
    """Return the sums and the rates that a report states of its own numbers.

    Parameters
    ----------
    path : Path
        The file ``spec.toml``.
    printed : mapping of str to str
        The items of ``published.csv`` and how each is printed.

    Returns
    -------
    tuple of StatedSum, tuple of StatedRate
        In the file's order.

    Raises
    ------
    ReportError
        If a sum or rate lacks something or names an item that does not exist or is no number.
    """
    tables = read_toml(path)
    sums = []
    for entry in _entries(tables, "sums", path.name):
        place = f"{path.name}, [[sums]]"
        known_keys(entry, StatedSum.__dataclass_fields__, place)
        parts = column_names(entry, "parts", place)
        if not isinstance(parts, tuple) or len(parts) < 2:
            raise ReportError(f"{place}: 'parts' must be a list of two items or more. Add them.")
        found = tuple(_item(part, printed, place) for part in parts)
        sums.append(StatedSum(_item(text_of(entry, "total", place), printed, place), found))
    rates = []
    for entry in _entries(tables, "rates", path.name):
        place = f"{path.name}, [[rates]]"
        known_keys(entry, StatedRate.__dataclass_fields__, place)
        names = [text_of(entry, key, place) for key in StatedRate.__dataclass_fields__]
        rates.append(StatedRate(*(_item(name, printed, place) for name in names)))
    return tuple(sums), tuple(rates)


def _entries(tables: Mapping[str, Any], key: str, file: str) -> list[dict[str, Any]]:
    entries = tables.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ReportError(f"{file}: write {key!r} as an array of tables, [[{key}]].")
    return entries


def _item(name: str, printed: Mapping[str, str], place: str) -> str:
    if name not in printed:
        raise ReportError(
            f"{place}: published.csv has no item {name!r}.{did_you_mean(name, printed)}"
        )
    try:
        value = printed_value(printed[name])
    except ValueError:
        value = None
    if value is None:
        raise ReportError(
            f"{place}: the item {name!r} is printed {printed[name]!r}, which is no number to "
            f"calculate with. Leave it out."
        )
    return name
