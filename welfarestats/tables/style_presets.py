"""House styles that have a name: what publishers do, as data, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from welfarestats.errors import OptionError, did_you_mean, listed
from welfarestats.tables.bands import Band
from welfarestats.tables.house_style import HouseStyle

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
                        caveat="Figures in square brackets rest on an unweighted base under 50: "
                        "read them with caution.",
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
                source="Health Survey for England, notes to its tables",
                bands=(
                    Band(0, "unreliable"),
                    Band(
                        30,
                        "flagged",
                        caveat="Figures in square brackets rest on an unweighted base under 50.",
                    ),
                    Band(50, "shown"),
                ),
                rounds_to_zero="0",
                zero="-",
                bases=("base", "weighted_base"),
                letters="none",
            ),
        )
    }
)
"""The styles that have a name."""


def choose_style(style: str | HouseStyle | None = None) -> HouseStyle:
    """Return the style that a name stands for.

    Parameters
    ----------
    style : str, HouseStyle or None, default None
        Name of a preset, a style, or None for the package default.

    Returns
    -------
    HouseStyle
        The style.

    Raises
    ------
    OptionError
        If no preset has the name.

    Examples
    --------
    >>> choose_style("dwp-1000").bases
    ('weighted_base', 'base')
    >>> choose_style("none").notes
    ('No small-base rule is applied to this table, neither to show figures nor to test them.',)
    """
    if isinstance(style, HouseStyle):
        return style
    name = "default" if style is None else style
    if name not in PRESETS:
        raise OptionError(
            f"no house style is named {name!r}; the presets are {listed(PRESETS, len(PRESETS))}."
            f"{did_you_mean(name, PRESETS)}"
        )
    return PRESETS[name]
