"""How a publisher shows survey figures: base bands, rounding, marks, test gates.

A house style is data. It makes one decision per cell: what is shown, in which state, and
why. The figure itself stays in the frame; only its display changes. Named styles stand in
`welfarestats.tables.style_presets`; a style of one's own is a changed one::

    from dataclasses import replace

    stricter = replace(
        choose_style("default"), bands=(Band(100, "shown"), Band(0, "unreliable"))
    )
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from welfarestats.errors import OptionError
from welfarestats.output.wording import (
    amount_text,
    level_texts,
    number_text,
    percent_text,
    round_half_up,
)
from welfarestats.tables.bands import (
    Band,
    CellStates,
    Decisions,
    TestGate,
    gated,
)
from welfarestats.tables.cell_marks import cell_states, displayed, legend_of, once_each
from welfarestats.tables.reliability import CountPrecision, Precision, Reliability
from welfarestats.tables.style_checks import check_style

_WITHOUT_PRECISION = (
    "style {!r} decides by the precision of a figure, and none was given. Pass precision=…, or"
    " replace {} by None."
)


@dataclass(frozen=True)
class HouseStyle:
    """A publisher's rules for showing survey figures, as data.

    Parameters
    ----------
    name : str
        Name of the style.
    source : str
        Where the rules come from.
    bands : tuple of Band
        What is shown at which base; one of them begins at 0.
    band_base : {"base", "effective_base"}, default "base"
        Which base the bands are about.
    decimals, mean_decimals : int, default 0 and 1
        Decimal places of percentages and of means.
    percent_sign : str, default ""
        Printed after a percentage.
    rounds_to_zero, zero : str, default "[low]" and "0"
        Printed for a share that rounds to zero, and for a true zero.
    flagged_form : str, default "[{figure}]"
        How a flagged figure is printed; ``"{figure}"`` leaves the flag to the notes.
    count_form : str, default "{count} of {base}"
        How a count is printed in place of a percentage.
    hidden, confidential, none_recorded, not_asked, not_applicable : str
        Marks that stand in place of a figure.
    bases : tuple of {"base", "weighted_base", "effective_base"}, default ("base",)
        Which bases are printed, in this order.
    missing_in_base : tuple of str or None, default None
        Which missing answers count in the base; ``()`` gives valid per cent, None follows
        the codebook.
    minimum_test_base, flag_test_base : float, default 30 and 100
        Smallest effective base that is tested, and the one from which no caution is asked.
    letters : {"higher", "lower", "none"}, default "higher"
        Which of two columns carries the letter of the other.
    lower_case_level : float or None, default None
        A second, lower level at which letters are printed in lower case, such as 0.9 beside
        letters in upper case at 0.95.
    significance : str
        How the level of a test is told; may hold ``{alpha}`` and ``{confidence}``.
    notes : tuple of str, default ()
        Sentences printed below every table.
    reliability : Reliability or None, default None
        Rules about the precision of percentages, asked of those that their base lets be shown.
    count_reliability : Reliability or None, default None
        Rules about the precision of counts, totals and ratios, in place of the bands.

    Raises
    ------
    OptionError
        If the bands leave a base without a decision, a word is not one of its choices, a mark is
        empty, or unreliable and confidential figures would have one mark.

    Examples
    --------
    >>> from welfarestats.tables.style_presets import choose_style
    >>> style = choose_style("default")
    >>> decided = style.decide([0.365, 0.5, 0.5], [73, 20, 10], [200, 40, 20])
    >>> decided.display.tolist()
    ['37', '[50]', '[u]']
    >>> decided.reason.tolist()[1:]
    ['unweighted base of 40 is under 50', 'unweighted base of 20 is under 30']
    """

    name: str
    source: str
    bands: tuple[Band, ...]
    band_base: str = "base"
    decimals: int = 0
    mean_decimals: int = 1
    percent_sign: str = ""
    rounds_to_zero: str = "[low]"
    zero: str = "0"
    flagged_form: str = "[{figure}]"
    count_form: str = "{count} of {base}"
    hidden: str = "[u]"
    confidential: str = "[c]"
    none_recorded: str = "[w]"
    not_asked: str = "[z]"
    not_applicable: str = "[z]"
    bases: tuple[str, ...] = ("base",)
    missing_in_base: tuple[str, ...] | None = None
    minimum_test_base: float = 30
    flag_test_base: float = 100
    letters: str = "higher"
    significance: str = "Significant at the {alpha} % level ({confidence} % confidence)"
    notes: tuple[str, ...] = ()
    reliability: Reliability | None = None
    lower_case_level: float | None = None
    count_reliability: Reliability | None = None

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.bands, key=lambda band: band.minimum_base))
        object.__setattr__(self, "bands", ordered)
        check_style(self)

    def decide(
        self,
        proportion: ArrayLike,
        count: ArrayLike,
        base: ArrayLike,
        *,
        effective_base: ArrayLike | None = None,
        precision: Precision | None = None,
        confidential: ArrayLike = False,
        asked: ArrayLike = True,
        applicable: ArrayLike = True,
    ) -> Decisions:
        """Return one decision per cell of proportions.

        Parameters
        ----------
        proportion : array_like of float
            Between 0 and 1, of any shape; missing where it could not be computed.
        count : array_like of int
            Unweighted respondents with the answer.
        base : array_like of int
            Unweighted respondents that the proportion is a share of.
        effective_base : array_like of float or None, default None
            Needed by a style whose bands are about the effective base.
        precision : Precision or None, default None
            Needed by a style with rules about precision.
        confidential : array_like of bool, default False
            Cells that a disclosure rule has hidden.
        asked, applicable : array_like of bool, default True
            Whether the question was asked of the column, and whether the cell has a meaning.

        Returns
        -------
        Decisions
            Arrays of the common shape of all arguments.

        Raises
        ------
        OptionError
            If the bands are about the effective base and none is given, or rules are about
            precision and none is given.

        Notes
        -----
        The first that applies decides: confidential, not asked, not applicable, none
        recorded, then the band of the base; within a band that shows figures, rules about
        precision, then zero and rounds to zero. A flagged cell stays flagged.

        Examples
        --------
        >>> from welfarestats.tables.style_presets import choose_style
        >>> choose_style("dwp-1000").decide([0.004, 0.0], [1, 0], [352, 352]).display.tolist()
        ['*', '0']
        """
        cells = cell_states(self, proportion, base, effective_base, confidential, asked, applicable)
        if self.reliability is not None:
            if precision is None:
                raise OptionError(_WITHOUT_PRECISION.format(self.name, "reliability"))
            cells.judge(self.reliability, precision)
        counts = np.broadcast_to(np.asarray(count), cells.shape)
        rounded = round_half_up(100.0 * cells.figure, self.decimals)
        zero = cells.tell_zeros(rounded)
        # A true zero is printed otherwise than what rounds to zero.
        texts = once_each(self.percent, cells.figure, np.where(zero, -1.0, rounded))
        return self._decisions(cells, displayed(self, cells, texts, counts))

    def decide_means(
        self,
        mean: ArrayLike,
        base: ArrayLike,
        *,
        effective_base: ArrayLike | None = None,
        confidential: ArrayLike = False,
        asked: ArrayLike = True,
        applicable: ArrayLike = True,
    ) -> Decisions:
        """Return one decision per cell of means; where only counts are shown, a mean is not.

        Parameters
        ----------
        mean : array_like of float
            Of any shape; missing where it could not be computed.
        base, effective_base, confidential, asked, applicable : array_like
            As in `decide`.

        Returns
        -------
        Decisions
            Arrays of the common shape of all arguments.

        Raises
        ------
        OptionError
            If the bands are about the effective base and none is given.

        Examples
        --------
        >>> from welfarestats.tables.style_presets import choose_style
        >>> choose_style("dwp-ehd").decide_means([6.25, 6.25], [82, 28]).display.tolist()
        ['6.3', '[u]']
        """
        cells = cell_states(self, mean, base, effective_base, confidential, asked, applicable)
        cells.replace("count-only", "unreliable")
        texts = once_each(self.mean, cells.figure, cells.figure)
        return self._decisions(cells, displayed(self, cells, texts, np.zeros(cells.shape)))

    def decide_counts(
        self,
        figure: ArrayLike,
        base: ArrayLike,
        *,
        decimals: int = 0,
        effective_base: ArrayLike | None = None,
        precision: CountPrecision | None = None,
        confidential: ArrayLike = False,
        asked: ArrayLike = True,
        applicable: ArrayLike = True,
    ) -> Decisions:
        """Return one decision per cell of grossed counts, totals or ratios of totals.

        Parameters
        ----------
        figure : array_like of float
            Of any shape; missing where it could not be computed.
        base : array_like of int
            Unweighted respondents who were asked, whether or not they add to the figure.
        decimals : int, default 0
            Decimal places printed.
        effective_base, confidential, asked, applicable : array_like
            As in `decide`.
        precision : CountPrecision or None, default None
            Needed by a style with rules about the precision of counts.

        Returns
        -------
        Decisions
            Arrays of the common shape of all arguments.

        Raises
        ------
        OptionError
            If rules are about precision and none is given, or the bands are about the effective
            base and none is given.

        Notes
        -----
        Rules about the precision of counts take the place of the bands, which are about
        percentages. Without such rules the bands decide; where only the count of respondents may
        be shown, what it grosses to is not.

        Examples
        --------
        >>> from welfarestats.tables.style_presets import choose_style
        >>> choose_style("default").decide_counts([1219.4, 87.0], [60, 20]).display.tolist()
        ['1,219', '[u]']
        """
        rules = self.count_reliability
        bands = self.bands if rules is None else (Band(0, "shown"),)
        cells = cell_states(
            self, figure, base, effective_base, confidential, asked, applicable, bands=bands
        )
        if rules is not None:
            if precision is None:
                raise OptionError(_WITHOUT_PRECISION.format(self.name, "count_reliability"))
            cells.judge(rules, precision)
        cells.replace("count-only", "unreliable")
        cells.tell_zeros(round_half_up(cells.figure, decimals))
        printed = partial(
            amount_text, decimals=decimals, rounds_to_zero=self.rounds_to_zero, zero=self.zero
        )
        texts = once_each(printed, cells.figure, cells.figure)
        return self._decisions(cells, displayed(self, cells, texts, np.zeros(cells.shape)))

    def gate(self, effective_a: ArrayLike, effective_b: ArrayLike) -> TestGate:
        """Return whether pairs of groups are large enough to be tested.

        Parameters
        ----------
        effective_a, effective_b : array_like of float
            Effective bases of the two groups.

        Returns
        -------
        TestGate
            Arrays of their common shape.

        Examples
        --------
        >>> from welfarestats.tables.style_presets import choose_style
        >>> gate = choose_style("default").gate([200, 200, 200], [150, 60, 24.3])
        >>> gate.tested.tolist(), gate.flagged.tolist()
        ([True, True, False], [False, True, False])
        >>> gate.reason[2]
        'effective base of 24.3 is under 30: not tested'
        """
        return gated(effective_a, effective_b, self.minimum_test_base, self.flag_test_base)

    def percent(self, proportion: float) -> str:
        """Return a proportion as this style prints it, base aside.

        Parameters
        ----------
        proportion : float
            Between 0 and 1.

        Returns
        -------
        str
            The percentage, or the mark for zero or nearly zero.
        """
        return percent_text(
            float(proportion),
            self.decimals,
            rounds_to_zero=self.rounds_to_zero,
            zero=self.zero,
            percent_sign=self.percent_sign,
        )

    def mean(self, value: float) -> str:
        """Return a mean as this style prints it, base aside.

        Parameters
        ----------
        value : float
            The mean.

        Returns
        -------
        str
            With the decimals of the style.
        """
        return number_text(float(value), self.mean_decimals)

    def significance_sentence(self, level: float = 0.95) -> str:
        """Return how this style tells the level of a test.

        Parameters
        ----------
        level : float, default 0.95
            Confidence level.

        Returns
        -------
        str
            A sentence.
        """
        alpha, confidence = level_texts(level)
        return self.significance.format(alpha=alpha, confidence=confidence)

    @classmethod
    def from_toml(cls, path: str | Path) -> HouseStyle:
        """Return the style that a TOML file describes.

        Parameters
        ----------
        path : str or pathlib.Path
            A file with the parameters of a style as keys; ``based_on`` names the preset that
            has whatever it does not say.

        Returns
        -------
        HouseStyle
            The style.

        Raises
        ------
        OptionError
            If there is no such file, it is not TOML, or a key or value is not one of a style.
        """
        from welfarestats.tables.style_files import style_from_toml

        return style_from_toml(Path(path))

    def to_toml(self, path: str | Path) -> Path:
        """Write the style as a TOML file that `from_toml` reads back.

        Parameters
        ----------
        path : str or pathlib.Path
            The file; it is replaced only when the new one is whole.

        Returns
        -------
        pathlib.Path
            The file.
        """
        from welfarestats.tables.style_files import write_style

        return write_style(self, Path(path))

    def _decisions(self, cells: CellStates, display: NDArray[np.object_]) -> Decisions:
        """Return states, reasons and texts with the legend and caveats they need."""
        return Decisions(
            cells.state, cells.reason, display, legend_of(self, cells), cells.caveats()
        )
