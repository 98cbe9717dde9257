"""Replicate weights that come with the data: which columns, and how they are added up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from welfarestats.errors import DesignError, OptionError, did_you_mean, listed, one_of
from welfarestats.formulas.replication import replicate_degrees_of_freedom
from welfarestats.survey.categories import is_number
from welfarestats.survey.design import ReplicateWeights
from welfarestats.survey.replicate_ranks import GivenRows

if TYPE_CHECKING:
    from welfarestats.survey.frames import Rows

__all__ = ["METHODS", "Replicates", "method_words", "replicate_scale"]

Array = NDArray[np.float64]

METHODS = ("jk1", "jkn", "brr", "fay", "bootstrap", "sdr")
_CENTRES = ("estimate", "mean")
_WORDS = {
    "jk1": "jackknife",
    "jkn": "stratified jackknife",
    "brr": "balanced half-samples",
    "fay": "balanced half-samples, Fay",
    "bootstrap": "bootstrap",
    "sdr": "successive differences",
}
_RANGE = re.compile(r"\[(\d+)-(\d+)\]")
# Replicates add up to what the weights add up to, give or take the half that a half-sample varies.
_MOST_APART = 2.0


@dataclass(frozen=True)
class Replicates:
    r"""Columns of replicate weights, and how the variance follows from them.

    The variance of an estimate is :math:`a \sum_r b_r (\hat\theta_r - c)^2`, with
    :math:`\hat\theta_r` the same estimate under the weights of column r.

    Parameters
    ----------
    columns
        Names of two or more columns, or a pattern: ``"repwt[1-80]"`` (numbers from … to; with
        ``[01-80]`` they have two digits) or ``"rep_*"`` (every column that fits, in the order of
        the data). The columns hold whole weights, not multipliers of a weight.
    method
        ``"jk1"`` (delete-one jackknife), ``"jkn"`` (the same within strata; with ``rscales=1``
        the paired jackknife), ``"brr"`` (balanced half-samples), ``"fay"``, ``"bootstrap"`` or
        ``"sdr"`` (successive differences, as in the American Community Survey).
    scale
        :math:`a`. Left out: jk1 :math:`(R - 1)/R`, jkn 1, brr :math:`1/R`, fay
        :math:`1/(R(1 - \rho)^2)`, bootstrap :math:`1/(R - 1)`, sdr :math:`4/R`, as R's
        ``svrepdesign``.
    rscales
        :math:`b_r`, one number for all or one a column; 1 when left out. ``"jkn"`` needs them:
        :math:`(n_h - 1)/n_h`, with :math:`n_h` the PSUs of the stratum that column r leaves one
        out of.
    fay
        :math:`\rho` of Fay's method, at least 0 and less than 1; for ``"fay"`` only.
    centre
        What replicates are compared with: ``"estimate"`` (the one from the weights themselves;
        R's ``mse=TRUE``) or ``"mean"`` of the replicates (R's default). It is named in the notes.
    degrees_of_freedom
        Where the producer of the data states them, which then hold for domains too; otherwise
        the rank of the replicate weights less one, in a domain that of its rows.

    Raises
    ------
    OptionError
        When an option is not one of its words, out of range, or needs another one.

    Notes
    -----
    A finite-population correction is in ``scale`` or ``rscales``, or in the weights themselves.

    Examples
    --------
    >>> import pandas as pd
    >>> from welfarestats import Survey
    >>> frame = pd.DataFrame(
    ...     {"w": [2.0] * 3, "rep1": [0.0, 3, 3], "rep2": [3.0, 0, 3], "rep3": [3.0, 3, 0]}
    ... )
    >>> survey = Survey(frame, weights="w", replicates=Replicates("rep[1-3]", "jk1"))
    >>> survey.degrees_of_freedom
    2.0
    """

    columns: str | Sequence[str]
    method: str
    scale: float | None = None
    rscales: float | Sequence[float] | None = None
    fay: float | None = None
    centre: str = "estimate"
    degrees_of_freedom: float | None = None

    def __post_init__(self) -> None:
        one_of(self.method, METHODS, "method")
        one_of(self.centre, _CENTRES, "centre")
        object.__setattr__(self, "columns", _listing(self.columns))
        if self.rscales is not None and not isinstance(self.rscales, int | float):
            object.__setattr__(self, "rscales", _shares(self.rscales))
        check_fay(self.method, self.fay)
        for name in ("scale", "degrees_of_freedom"):
            value = getattr(self, name)
            if value is not None and not (is_number(value) and 0 < value < np.inf):
                raise OptionError(f"{name} is a number above 0, not {value!r}.")
        if self.method == "jkn" and self.rscales is None:
            raise OptionError(
                'method="jkn" needs rscales: for each column (n − 1)/n, with n the PSUs of the'
                " stratum that it leaves one out of; 1 for the paired jackknife. The documentation"
                " of the data says which."
            )

    def named_in(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the replicate columns among those of the data.

        Parameters
        ----------
        columns
            The columns of the data, in their order.

        Returns
        -------
        tuple of str
            At least two names.

        Raises
        ------
        OptionError
            When a column does not exist, stands twice, or nothing fits the pattern.
        """
        names = self.columns
        if isinstance(names, str):
            names = _numbered(names) or _fitting(names, columns)
        for name in names:
            if name not in columns:
                raise OptionError(
                    f"there is no column {name!r} for the replicate weights; the data have"
                    f" {len(columns):,} columns.{did_you_mean(name, columns)}"
                )
        twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
        if twice:
            raise OptionError(f"replicate columns {listed(twice)} are named twice. Name them once.")
        if len(names) < 2:
            raise OptionError(
                f"{listed(names)} is one column, and a variance needs at least two replicates."
                ' Name all of them, for example "repwt[1-80]".'
            )
        return tuple(names)

    def among(self, columns: Sequence[str], weights: str | None) -> Replicates:
        """Return the same with the columns by name, checked against those of the data.

        Parameters
        ----------
        columns
            The columns of the data, in their order.
        weights
            The column of weights of which these are replicates.

        Returns
        -------
        Replicates
            With ``columns`` a tuple of names.

        Raises
        ------
        OptionError
            When columns and options do not go together, or there is no column of weights.
        """
        names = self.named_in(columns)
        if weights is None:
            raise OptionError(
                "replicate weights are replicates of a weight. Name its column: weights=..."
            )
        if weights in names:
            raise OptionError(
                f"the replicate columns include {weights!r}, which holds the weights themselves."
                f" Name the replicates alone, for example {weights + '[1-80]'!r}."
            )
        if isinstance(self.rscales, tuple) and len(self.rscales) != len(names):
            raise OptionError(
                f"rscales has {len(self.rscales):,} numbers for {len(names):,} replicate columns."
                " Give one a column, or one number for all."
            )
        shares = np.array(1.0 if self.rscales is None else self.rscales)
        if not np.isfinite(shares).all() or (shares < 0).any() or not (shares > 0).any():
            raise OptionError("rscales are numbers of at least 0, not all of them 0.")
        return replace(self, columns=names)

    def read(self, rows: Rows, weights: str) -> ReplicateWeights:
        """Return the replicate weights of the rows, checked against their weights.

        Parameters
        ----------
        rows
            Respondents in memory.
        weights
            The column of weights of which these are replicates, for the messages.

        Returns
        -------
        ReplicateWeights
            Weights (n, R), and how they are added up.

        Raises
        ------
        DesignError
            When entries are missing or negative, or the columns cannot be replicates of the
            weights.
        """
        from welfarestats.survey.frames import numbers

        values = np.empty((rows.size, len(self.columns)))
        for number, name in enumerate(self.columns):
            values[:, number] = numbers(rows.column(name), name)
        self._check_entries(values)
        _check_size(values, rows.weight, weights)
        count = len(self.columns)
        stated = self.degrees_of_freedom
        return ReplicateWeights(
            weights=values,
            scale=self.scale or replicate_scale(self.method, count, self.fay),
            rscales=np.full(count, 1.0) * (1.0 if self.rscales is None else self.rscales),
            centre=self.centre,
            degrees_of_freedom=replicate_degrees_of_freedom(values) if stated is None else stated,
            units=GivenRows(values, rows.weight) if stated is None else None,
        )

    def words(self) -> str:
        """Return how the variance is made, as a reader sees it.

        Returns
        -------
        str
            ``"80 replicate weights (successive differences, about the estimate)"``.
        """
        many = "" if isinstance(self.columns, str) else f"{len(self.columns):,} "
        return f"{many}replicate weights ({method_words(self.method, self.fay, self.centre)})"

    def table(self) -> dict[str, Any]:
        """Return the options that were given, as a table for a TOML file.

        Returns
        -------
        dict
            Arguments that make the same `Replicates`.
        """
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in given.items()
            if value is not None
        }

    @classmethod
    def of_table(cls, table: Any) -> Replicates:
        """Return what `table` gave; an `OptionError` names a key that there is not.

        Parameters
        ----------
        table
            The options by name.

        Returns
        -------
        Replicates
            The declaration.
        """
        known = [one.name for one in fields(cls)]
        if not isinstance(table, dict) or not {"columns", "method"} <= set(table):
            raise OptionError("replicates is a table with columns and method.")
        for key in table:
            if key not in known:
                raise OptionError(
                    f"replicates has the key {key!r}; it takes {listed(known, len(known))}."
                    f"{did_you_mean(key, known)}"
                )
        return cls(**table)

    def _check_entries(self, values: Array) -> None:
        wrongs = [(~np.isfinite(values), "missing or infinite")]
        if self.method != "sdr":
            # The American Community Survey publishes some negative ones.
            wrongs.append((values < 0, "negative"))
        for wrong, what in wrongs:
            if wrong.any():
                columns = np.flatnonzero(wrong.any(axis=0))
                row = int(np.flatnonzero(wrong[:, columns[0]])[0])
                raise DesignError(
                    f"{int(wrong.sum()):,} of {wrong.size:,} entries of the replicate columns are"
                    f" {what}, in {columns.size:,} of {values.shape[1]:,} columns; the first is in"
                    f" column {self.columns[columns[0]]!r}, row {row + 1}. Correct them:"
                    " respondents who are left out of a replicate have 0 there."
                )


def replicate_scale(method: str, count: int, fay: float | None = None) -> float:
    """Return the scale of a method with ``count`` replicates where none is stated."""
    scales = {
        "jk1": (count - 1) / count,
        "jkn": 1.0,
        "bootstrap": 1 / (count - 1),
        "sdr": 4 / count,
    }
    return scales.get(method, 1 / (count * (1 - (fay or 0.0)) ** 2))


def method_words(method: str, fay: float | None, centre: str) -> str:
    """Return the name of a method with what has to be known of it."""
    rho = "" if fay is None else f" ρ = {fay:g}"
    about = "the estimate" if centre == "estimate" else "the mean of the replicates"
    return f"{_WORDS[method]}{rho}, about {about}"


def check_fay(method: str, fay: float | None) -> None:
    """Raise an `OptionError` unless Fay's ρ is given where it is needed, and only there."""
    if method == "fay":
        if fay is None:
            raise OptionError(
                'method="fay" needs fay=, the ρ of Fay\'s method, such as fay=0.5. The'
                " documentation of the data says which."
            )
        if not is_number(fay) or not 0 <= fay < 1:
            raise OptionError(f"fay is at least 0 and less than 1, not {fay!r}.")
    elif fay is not None:
        raise OptionError(f'fay= belongs to method="fay", not to {method!r}. Leave it out.')


def _shares(given: Any) -> tuple[float, ...]:
    shares = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(is_number(one) for one in shares):
        raise OptionError(
            f"rscales is one number, or a list of one for each replicate column, not {given!r}."
        )
    return tuple(float(one) for one in shares)


def _listing(columns: Any) -> str | tuple[str, ...]:
    if isinstance(columns, str):
        return columns
    names = tuple(columns) if isinstance(columns, Iterable) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise OptionError(
            'columns= is a list of names or a pattern such as "repwt[1-80]" or "rep_*", not'
            f" {type(columns).__name__!r}{' without names' if isinstance(columns, list) else ''}."
        )
    return names


def _numbered(pattern: str) -> tuple[str, ...]:
    """Return the names that a pattern with a range of numbers stands for."""
    found = _RANGE.search(pattern)
    if found is None:
        return ()
    low, high = found.groups()
    width = len(low) if low.startswith("0") else 0
    if int(high) <= int(low):
        raise OptionError(f"the pattern {pattern!r} counts down or stands still; write [1-80].")
    before, after = pattern[: found.start()], pattern[found.end() :]
    return tuple(f"{before}{n:0{width}d}{after}" for n in range(int(low), int(high) + 1))


def _fitting(pattern: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that fit a pattern with ``*``, in the order of the data."""
    fits = re.compile(".*".join(map(re.escape, pattern.split("*"))))
    names = tuple(name for name in columns if fits.fullmatch(name))
    if not names:
        raise OptionError(
            f"no column fits the replicate columns {pattern!r}; the data have {len(columns):,}"
            f" columns.{did_you_mean(pattern.replace('*', '1'), columns)}"
        )
    return names


def _check_size(values: Array, weight: Array, name: str) -> None:
    """Raise a `DesignError` unless the columns can be replicates of the weights, as whole weights."""
    mean = values.mean(axis=1)
    # The replicates of a respondent scatter about the weight, its multipliers about 1.
    near_one = 1 / _MOST_APART <= mean.mean() <= _MOST_APART
    if near_one and np.abs(mean - 1).sum() < np.abs(mean - weight).sum() / 2:
        raise DesignError(
            f"the replicate columns look like multipliers of the weights in {name!r}: they are"
            f" {mean.mean():,.4g} on average, the weights {weight.mean():,.4g}. Multiply them by"
            f" the weights first: frame[columns] = frame[columns].mul(frame[{name!r}], axis=0)."
        )
    ratio = mean.sum() / weight.sum()
    if not 1 / _MOST_APART <= ratio <= _MOST_APART:
        raise DesignError(
            f"the replicate columns add up to {mean.sum():,.6g} on average and the weights in"
            f" {name!r} to {weight.sum():,.6g}, so they are no replicates of these weights. Name"
            " the weights that they were made from."
        )
