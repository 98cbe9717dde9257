"""First-stage units of several waves: who is whom, and in which strata units are shared."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DataError, DataWarning, DesignError
from welfarestats.survey.categories import code_text
from welfarestats.survey.frames import factorize, numbers

if TYPE_CHECKING:
    from welfarestats.survey.survey import Survey

__all__ = ["Units", "Waves", "units_of"]

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Waves:
    """What a stack remembers of its waves.

    ``surveys`` are the waves as they were given. ``wave`` (n,) is the number of each row's wave,
    ``person`` (n,) of its respondent, −1 where nobody says who it is, and ``stratum`` (n,) of
    the stratum that the respondent was drawn in. ``column`` holds who is who, ``None`` where
    nobody is in two waves.
    """

    surveys: Mapping[str, Survey]
    column: str | None
    wave: Integers
    person: Integers
    stratum: Integers

    @property
    def names(self) -> tuple[str, ...]:
        """The waves in order."""
        return tuple(self.surveys)

    @property
    def in_several(self) -> int:
        """How many people are known to be in more than one wave."""
        return int((np.bincount(self.person[self.person >= 0]) > 1).sum())


@dataclass(frozen=True)
class Units:
    """The first stage of stacked rows.

    ``unit`` (n,) is ``None`` where every row is one; ``stratum`` (n,) are strata within which the
    waves share units, and ``labels`` their names; ``fpc`` (n,) or ``None``.
    """

    unit: Integers | None
    stratum: Integers
    labels: Sequence[str]
    fpc: NDArray[np.float64] | None


def units_of(
    surveys: Mapping[str, Survey], person: str | None, unlinked: str
) -> tuple[Waves, Units]:
    """Return who is whom in the stacked rows, and the units they were drawn in."""
    sizes = [one._sample(()).rows.size for one in surveys.values()]
    wave = np.repeat(np.arange(len(sizes)), sizes)
    people = _people(surveys, person, unlinked, wave)
    stratum, labels = _numbered(surveys, "strata")
    place, _ = _numbered(surveys, "psu")
    unit = _unit_numbers(stratum, place, people)
    waves = Waves(dict(surveys), person, wave, people, stratum)
    _check_same(waves, stratum, "strata", "stratum")
    _check_same(waves, unit, "PSUs", "PSU")
    joined = _joined(stratum, unit, wave, len(sizes))
    fpc = _population(waves, unit, joined)
    names = _stratum_names(waves, stratum, labels, joined)
    apart = np.bincount(unit).max(initial=0) <= 1
    return waves, Units(None if apart else unit, joined, names, fpc)


def _people(
    surveys: Mapping[str, Survey], person: str | None, unlinked: str, wave: Integers
) -> Integers:
    """Return a number for each person, the same in every wave, −1 without an identifier."""
    if person is None:
        return np.full(wave.size, -1, dtype=np.int64)
    known: dict[str, int] = {}
    parts, written = [], []
    for name, survey in surveys.items():
        survey._frame.check(person, f"person of {name!r}")
        codes, values = factorize(survey._sample(()).rows.column(person), person)
        texts = [code_text(value) for value in values]
        # Blank text says no more of who it is than no entry does.
        said = np.array([bool(str(value).strip()) for value in values] + [False])
        place = np.where(said[codes], codes, -1)
        _check_identifiers(place, name, person, unlinked)
        number = [known.setdefault(text, len(known)) for text in texts]
        parts.append(np.array([*number, -1], dtype=np.int64)[place])
        written.append(
            {text for text, known_text in zip(texts, said[:-1], strict=True) if known_text}
        )
    _tell_of_spellings(written, person)
    return np.concatenate(parts)


def _tell_of_spellings(written: Sequence[set[str]], person: str) -> None:
    """Warn where more people would be in several waves if identifiers were written alike."""
    plain = [{text.strip().casefold().lstrip("0") for text in wave} for wave in written]
    shared = [sum(map(len, waves)) - len(set().union(*waves)) for waves in (written, plain)]
    if shared[1] > shared[0]:
        warnings.warn(
            f"{shared[1] - shared[0]:,} entries of the person column {person!r} are the same in two"
            " waves but for blanks, capitals or leading zeros, and are taken as different people."
            " Write them alike in every wave if they are not.",
            DataWarning,
            stacklevel=5,
        )


def _check_identifiers(codes: Integers, wave: str, person: str, unlinked: str) -> None:
    missing = int((codes < 0).sum())
    if missing and unlinked == "fail":
        raise DataError(
            f"{missing:,} of {codes.size:,} respondents of {wave!r} have no entry in the person"
            f" column {person!r}, so it is not known who they are in the other waves. Pass"
            ' unlinked="apart" to take them as other people, and see change_bounds().'
        )
    repeats = codes[codes >= 0].size - np.unique(codes[codes >= 0]).size
    if repeats:
        raise DataError(
            f"the person column {person!r} has {repeats:,} repeated"
            f" {'entry' if repeats == 1 else 'entries'} among the {codes.size:,} respondents of"
            f" {wave!r}, and a person answers once a wave. Correct it, or name another column."
        )


def _numbered(surveys: Mapping[str, Survey], role: str) -> tuple[Integers, list[str]]:
    """Return a number for each label of the first stage's column, −1 where a wave has none."""
    known: dict[str, int] = {}
    parts = []
    for survey in surveys.values():
        rows = survey._sample(()).rows
        columns: tuple[str, ...] = getattr(survey._layout, role)
        if not columns:
            parts.append(np.full(rows.size, -1, dtype=np.int64))
            continue
        codes, labels = factorize(rows.column(columns[0]), columns[0])
        number = [known.setdefault(code_text(label), len(known)) for label in labels]
        parts.append(np.array(number, dtype=np.int64)[codes])
    return np.concatenate(parts), list(known)


def _unit_numbers(stratum: Integers, place: Integers, person: Integers) -> Integers:
    """Return the unit of each row: its PSU within the stratum, else its person, else itself."""
    places, people = int(place.max(initial=-1)) + 1, int(person.max(initial=-1)) + 1
    alone = places + people + np.arange(person.size)
    own = np.where(place >= 0, place, np.where(person >= 0, places + person, alone))
    keys = (stratum + 1) * (places + people + person.size) + own
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _check_same(waves: Waves, value: Integers, role: str, word: str) -> None:
    """Raise a `DesignError` where a person is drawn in one place in one wave and another later."""
    known = waves.person >= 0
    people = waves.person[known]
    low = np.full(people.max(initial=-1) + 1, value.max(initial=0) + 1)
    high = np.full(low.size, -2)
    np.minimum.at(low, people, value[known])
    np.maximum.at(high, people, value[known])
    moved = int((high > low).sum())
    if moved:
        raise DesignError(
            f"{moved:,} of the {waves.in_several:,} people who are in several waves are in another {word}"
            f" in one wave than in another. People stay in the {word} that they were drawn in:"
            f" give every wave the {role} of the first one."
        )


def _joined(stratum: Integers, unit: Integers, wave: Integers, count: int) -> Integers:
    """Return strata that are divided where waves share no unit, directly or through others.

    Samples that share no unit are independent: each is centred on its own mean.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    # Which waves each unit is in, the waves of one unit beside each other.
    units, waves = np.divmod(np.unique(unit * count + wave), count)
    strata = stratum - stratum.min(initial=0)
    of_unit = np.zeros(unit.max(initial=0) + 1, dtype=np.int64)
    of_unit[unit] = strata
    node = of_unit[units] * count + waves
    same = np.flatnonzero(units[1:] == units[:-1])
    size = int(node.max(initial=0)) + 1
    links = sparse.csr_array((np.ones(same.size), (node[same], node[same + 1])), shape=(size, size))
    _, component = connected_components(links, directed=False)
    of_row = component[strata * count + wave]
    return np.unique(of_row, return_inverse=True)[1].ravel().astype(np.int64)


def _population(waves: Waves, unit: Integers, joined: Integers) -> NDArray[np.float64] | None:
    """Return the finite populations of the strata, or raise where a stack cannot keep them."""
    layouts = {name: survey._layout for name, survey in waves.surveys.items()}
    having = [name for name, layout in layouts.items() if layout.fpc]
    if not having:
        return None
    remedy = "Leave fpc out of every wave: standard errors are then a little too large."
    without = [name for name, layout in layouts.items() if not layout.fpc]
    if without:
        raise DesignError(
            f"{having[0]!r} has a finite population (fpc) and {without[0]!r} has none. {remedy}"
        )
    later = [name for name, one in layouts.items() if len(one.fpc) > 1 or len(one.psu) > 1]
    if later:
        raise DesignError(
            f"{later[0]!r} has a finite population and several stages, and the later stages are not"
            f" the same people in each wave. {remedy}"
        )
    here = np.unique(np.column_stack([joined, unit, waves.wave]), axis=0)
    of_stratum = np.unique(here[:, [0, 2]], axis=0)[:, 0]
    expected = np.bincount(of_stratum)
    units, first, found = np.unique(here[:, 1], return_index=True, return_counts=True)
    partly = int((found < expected[here[first, 0]]).sum())
    if partly:
        raise DesignError(
            f"{partly:,} of {units.size:,} first-stage units are in some waves only, and a finite"
            " population (fpc) has no single sampling fraction for samples that overlap in part."
            f" {remedy}"
        )
    values = [
        numbers(survey._sample(()).rows.column(survey._layout.fpc[0]), survey._layout.fpc[0])
        for survey in waves.surveys.values()
    ]
    return np.concatenate(values)


def _stratum_names(
    waves: Waves, stratum: Integers, labels: Sequence[str], joined: Integers
) -> list[str]:
    """Return the label of each stratum, with its waves where it was divided."""
    kinds = np.unique(np.column_stack([joined, stratum, waves.wave]), axis=0)
    parts = np.bincount(np.unique(kinds[:, :2], axis=0)[:, 1] + 1)
    names = []
    for number in range(int(joined.max(initial=0)) + 1):
        own = kinds[kinds[:, 0] == number]
        place = int(own[0, 1])
        which = ", ".join(waves.names[w] for w in own[:, 2])
        label = labels[place] if place >= 0 else ""
        divided = parts[place + 1] > 1
        names.append(" ".join(filter(None, (label, f"({which})" if divided else ""))) or "all")
    return names
