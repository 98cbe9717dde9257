from __future__ import annotations

from dataclasses import replace

import pytest

from welfarestats.errors import OptionError
from welfarestats.tables.bands import Band
from welfarestats.tables.style_checks import check_style
from welfarestats.tables.style_presets import NCHS_COUNT_RULES, NCHS_RULES, PRESETS, choose_style


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_a_style(name):
    check_style(PRESETS[name])


@pytest.mark.parametrize("part", ["name", "source"])
def test_a_style_without_name_or_source_is_refused(part):
    with pytest.raises(OptionError, match=f"a house style has no {part}"):
        replace(choose_style(), **{part: " "})


@pytest.mark.parametrize("decimals", [-1, 7, True, 0.5])
def test_decimals_are_few_and_whole(decimals):
    with pytest.raises(OptionError, match=r"mean_decimals .* Pass a whole number from 0 to 6"):
        replace(choose_style(), mean_decimals=decimals)


def test_rules_of_percentages_are_not_asked_of_counts_nor_the_other_way_round():
    with pytest.raises(OptionError, match=r"'effective_sample_size', which counts and ratios do"):
        replace(choose_style(), count_reliability=NCHS_RULES)
    with pytest.raises(OptionError, match="'numerator', which percentages do not have"):
        replace(choose_style(), reliability=NCHS_COUNT_RULES)


def test_a_mark_of_a_band_is_never_that_of_confidential_figures():
    bands = (Band(0, "unreliable"), Band(30, "flagged", form="{figure} [C]"))
    with pytest.raises(OptionError, match="both for confidential figures and for unreliable"):
        replace(choose_style(), bands=bands)
