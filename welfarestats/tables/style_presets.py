"""House styles that have a name: what publishers do, as data, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from welfarestats.errors import OptionError, did_you_mean, listed
from welfarestats.tables.bands import Band
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.reliability import PrecisionRule, Reliability

_REVIEW = "Flagged figures need a statistician's review before they are published: {}."
_STANDARD = "NCHS data presentation standards for proportions"
_FEW_DEGREES = PrecisionRule(
    "degrees_of_freedom",
    "<",
    8,
    "flagged",
    even_if_shown=True,
    caveat=_REVIEW.format("they have fewer than 8 degrees of freedom"),
)

NCHS_RULES = Reliability(
    (
        PrecisionRule("effective_sample_size", "<", 30, "unreliable"),
        PrecisionRule("width", "<=", 0.05, "shown"),
        PrecisionRule("width", ">=", 0.3, "unreliable"),
        PrecisionRule("relative_width", ">", 1.3, "unreliable"),
        PrecisionRule(
            "complement_relative_width",
            ">",
            1.3,
            "flagged",
            caveat="Where the interval is wide beside what is left to 100 per cent, that remainder"
            " may be unreliable: it does not meet the standards.",
        ),
        _FEW_DEGREES,
        PrecisionRule(
            "at_the_edge",
            ">=",
            1,
            "flagged",
            reason="nobody or everybody gave this answer",
            even_if_shown=True,
            caveat=_REVIEW.format("nobody or everybody gave the answer"),
        ),
    )
)
"""The standards of the US National Center for Health Statistics, in their order."""

NCHS_COUNT_RULES = Reliability(
    (
        PrecisionRule("numerator", "<", 10, "unreliable"),
        PrecisionRule("effective_numerator", "<", 10, "unreliable"),
        PrecisionRule("denominator", "<", 10, "unreliable"),
        PrecisionRule("effective_denominator", "<", 10, "unreliable"),
        PrecisionRule("relative_width", ">", 1.6, "unreliable"),
        _FEW_DEGREES,
    )
)
"""Those of the same agency for rates and counts, in their order."""

PRESETS: Mapping[str, HouseStyle] = MappingProxyType(
    {
        style.name: style
        for style in (
            HouseStyle(
                name="default",
                source="welfarestats: not shown under 30, flagged under 50, as in many agencies' rules",
                bands=(
                    Band(0, "unreliable"),
                    Band(
                        30,
                        "flagged",
                        caveat="Figures on an unweighted base under 50 must be read with caution.",
                    ),
                    Band(50, "shown"),
                ),
            ),
            HouseStyle(
                name="none",
                source="no rule: chosen by whoever made the table",
                bands=(Band(0, "shown"),),
                minimum_test_base=0,
                flag_test_base=0,
                notes=(
                    (
                        "No small-base rule is applied to this table, neither to show figures "
                        "nor to test them."
                    ),
                ),
            ),
            HouseStyle(
                name="dwp-1000",
                source="DWP research report 1000 (2021), section 1.4.4 and annex B",
                bands=(Band(0, "shown"),),
                rounds_to_zero="*",
                bases=("weighted_base", "base"),
                missing_in_base=(),
                letters="none",
                notes=(
                    (
                        "Weighted valid percentages, rounded to the nearest whole number. The "
                        "report states no rule for small bases, and none is applied."
                    ),
                ),
            ),
            HouseStyle(
                name="dwp-ehd",
                source="DWP ad hoc report 113 (2025): a pattern observed in it, not a rule it states",
                bands=(
                    Band(
                        0,
                        "count-only",
                        reason="the report prints counts only at such bases",
                        caveat="On bases of 34 and below only counts are shown, as in the report.",
                    ),
                    Band(
                        35,
                        "count-only",
                        reason="the report has no such base to learn from, so counts only",
                        caveat="The report has no base between 35 and 50 to learn its practice "
                        "from; this style shows counts only there, the more careful choice.",
                    ),
                    Band(
                        51,
                        "flagged",
                        reason="indicative only, as all percentages of the report",
                        caveat="Percentages are indicative only: they rest on small samples.",
                    ),
                ),
                flagged_form="{figure}",
                missing_in_base=(),
                letters="none",
            ),
            HouseStyle(
                name="natcen",
                source="Health Survey for England, notes to its tables (1999, 2002); so the Scottish"
                " Health Survey",
                bands=(
                    Band(0, "unreliable"),
                    Band(
                        30,
                        "flagged",
                        caveat="Figures on an unweighted base under 50 must be read with caution.",
                    ),
                    Band(50, "shown"),
                ),
                rounds_to_zero="0",
                zero="-",
                bases=("base", "weighted_base"),
                letters="none",
            ),
            HouseStyle(
                name="analysis-function",
                source="Government Analysis Function (11 January 2022), Using symbols and shorthand in"
                " tables; it sets no smallest base",
                bands=(Band(0, "shown"),),
                flagged_form="{figure}",
                letters="none",
                notes=(
                    (
                        "The Analysis Function's guidance has symbols but no rule for small bases, "
                        "and none is applied to the figures of this table."
                    ),
                ),
            ),
            HouseStyle(
                name="british-social-attitudes",
                source="British Social Attitudes 28 and 30, table conventions",
                bands=(
                    Band(
                        0,
                        "flagged",
                        caveat="Figures on an unweighted base under 100 must be read with caution.",
                    ),
                    Band(100, "shown"),
                ),
                flagged_form="{figure}",
                rounds_to_zero="*",
                zero="–",
                bases=("weighted_base", "base"),
                letters="none",
            ),
            HouseStyle(
                name="nchs",
                source=f"Parker and others (2017), {_STANDARD}, Vital and Health Statistics 2(175),"
                " and (2023), for rates and counts, 2(200); neither is about means, which are hidden"
                " by their base only",
                bands=(Band(0, "unreliable"), Band(30, "shown")),
                decimals=1,
                hidden="*",
                flagged_form="({figure})",
                letters="none",
                reliability=NCHS_RULES,
                count_reliability=NCHS_COUNT_RULES,
                notes=(
                    "Figures that do not meet the NCHS data presentation standards are not shown.",
                ),
            ),
            HouseStyle(
                name="agency-30-50-100",
                source="the practice of many British survey agencies, which no one document sets",
                bands=(
                    Band(0, "unreliable"),
                    Band(
                        30,
                        "flagged",
                        caveat="Figures on an unweighted base under 50 are indicative only.",
                    ),
                    Band(
                        50,
                        "flagged",
                        caveat="Figures on an unweighted base under 100 must be read with caution.",
                        form="({figure})",
                    ),
                    Band(100, "shown"),
                ),
                percent_sign="%",
                rounds_to_zero="*",
                zero="-",
            ),
        )
    }
)
"""The styles that have a name."""


def choose_style(style: str | Path | HouseStyle | None = None) -> HouseStyle:
    """Return the style that a name stands for.

    Parameters
    ----------
    style : str, pathlib.Path, HouseStyle or None, default None
        Name of a preset, a file that ends in ``.toml``, a style, or None for the package
        default.

    Returns
    -------
    HouseStyle
        The style.

    Raises
    ------
    OptionError
        If no preset has the name, or the file does not describe a style.

    Examples
    --------
    >>> choose_style("dwp-1000").bases
    ('weighted_base', 'base')
    >>> choose_style("none").notes
    ('No small-base rule is applied to this table, neither to show figures nor to test them.',)
    """
    if isinstance(style, HouseStyle):
        return style
    name = "default" if style is None else str(style)
    if name.endswith(".toml"):
        return HouseStyle.from_toml(name)
    if name not in PRESETS:
        raise OptionError(
            f"no house style is named {name!r}; the presets are {listed(PRESETS, len(PRESETS))}."
            f" A style of your own is a file that ends in '.toml'.{did_you_mean(name, PRESETS)}"
        )
    return PRESETS[name]
