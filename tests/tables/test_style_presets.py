from __future__ import annotations

import numpy as np
import pytest

from welfarestats.errors import OptionError
from welfarestats.tables.style_presets import PRESETS, choose_style


def states(name: str, *bases: int) -> list[str]:
    shares = np.full(len(bases), 0.5)
    return choose_style(name).decide(shares, np.array(bases) // 2, bases).state.tolist()


def test_a_style_is_chosen_by_name_by_itself_or_by_default():
    style = choose_style("natcen")
    assert choose_style(style) is style
    assert choose_style(None) is choose_style("default") is PRESETS["default"]


def test_an_unknown_name_says_which_ones_there_are():
    with pytest.raises(
        OptionError, match=r"no house style is named 'dwp-100'.*Did you mean 'dwp-1000'"
    ):
        choose_style("dwp-100")


def test_every_preset_says_where_its_rules_come_from():
    assert all(style.source and name == style.name for name, style in PRESETS.items())


def test_no_rule_is_visible():
    assert states("none", 1, 29, 500) == ["shown"] * 3
    assert "No small-base rule is applied" in choose_style("none").notes[0]
    assert choose_style("none").gate([2], [3]).tested.all()


def test_report_1000_prints_whole_weighted_percentages_and_both_bases():
    style = choose_style("dwp-1000")
    assert style.bases == ("weighted_base", "base")
    decided = style.decide([0.475, 0.0049, 0.0], [200, 2, 0], [434, 434, 434])
    assert decided.display.tolist() == ["48", "*", "0"]
    assert decided.legend == (("*", "rounds to zero, but is not zero"),)
    assert "states no rule for small bases" in style.notes[0]


def test_the_ehd_pattern_prints_counts_at_34_and_below_and_percentages_from_51():
    style = choose_style("dwp-ehd")
    assert states("dwp-ehd", 17, 28, 34) == ["count-only"] * 3
    assert states("dwp-ehd", 51, 82, 1219) == ["flagged"] * 3
    decided = style.decide([15 / 17, 0.475], [15, 39], [17, 82])
    assert decided.display.tolist() == ["15 of 17", "48"]
    assert decided.legend == ()
    assert decided.caveats == (
        "On bases of 34 and below only counts are shown, as in the report.",
        "Percentages are indicative only: they rest on small samples.",
    )
    assert "not a rule it states" in style.source


def test_the_ehd_pattern_says_what_it_does_where_nothing_was_observed():
    decided = choose_style("dwp-ehd").decide([0.5, 0.5], [18, 25], [35, 50])
    assert decided.display.tolist() == ["18 of 35", "25 of 50"]
    assert decided.reason[0] == (
        "unweighted base of 35 is under 51: the report has no such base to learn from, "
        "so counts only"
    )
    assert "no base between 35 and 50" in decided.caveats[0]


def test_a_mean_is_not_shown_where_the_ehd_pattern_shows_counts_only():
    decided = choose_style("dwp-ehd").decide_means([6.2, 6.2], [28, 82])
    assert decided.display.tolist() == ["[u]", "6.2"]
    assert decided.legend == (("[u]", "low reliability, not shown: unweighted base under 35"),)


def test_natcen_brackets_under_50_and_prints_a_dash_for_a_true_zero():
    decided = choose_style("natcen").decide(
        [0.47, 0.47, 0.47, 0.0, 0.004, 0.0], [9, 19, 47, 0, 1, 0], [20, 40, 100, 100, 250, 40]
    )
    assert decided.display.tolist() == ["[u]", "[47]", "47", "-", "0", "[-]"]
    assert dict(decided.legend)["0"] == "rounds to zero, but is not zero"
    assert dict(decided.legend)["-"] == "zero: no respondent gave this answer"


def test_agencies_hide_under_30_and_flag_under_50_and_under_100_in_two_ways():
    style = choose_style("agency-30-50-100")
    decided = style.decide([0.47] * 4, [13, 23, 46, 47], [29, 49, 99, 100])
    assert decided.display.tolist() == ["[u]", "[47%]", "(47%)", "47%"]
    assert decided.state.tolist() == ["unreliable", "flagged", "flagged", "shown"]
    assert decided.legend == (
        ("[ ]", "unweighted base under 50: read with caution"),
        ("( )", "unweighted base under 100: read with caution"),
        ("[u]", "low reliability, not shown: unweighted base under 30"),
    )
    assert len(decided.caveats) == 2


def test_british_social_attitudes_asks_for_caution_under_100_and_has_its_own_zeros():
    decided = choose_style("british-social-attitudes").decide(
        [0.47, 0.004, 0.0, 0.47], [47, 1, 0, 46], [100, 250, 100, 99]
    )
    assert decided.display.tolist() == ["47", "*", "–", "47"]
    assert decided.state.tolist() == ["shown", "rounds-to-zero", "zero", "flagged"]
    assert decided.caveats == (
        "Figures on an unweighted base under 100 must be read with caution.",
    )


def test_the_analysis_function_has_symbols_and_says_that_it_has_no_rule():
    style = choose_style("analysis-function")
    decided = style.decide([0.47, 0.004, 0.0, np.nan], [9, 1, 0, 0], [20, 250, 20, 0])
    assert decided.display.tolist() == ["47", "[low]", "0", "[w]"]
    assert "symbols but no rule for small bases" in style.notes[0]
    assert style.letters == "none"


def test_a_style_of_ones_own_is_chosen_by_its_file(tmp_path):
    path = choose_style("natcen").to_toml(tmp_path / "mine.toml")
    assert choose_style(path) == choose_style(str(path)) == choose_style("natcen")
    with pytest.raises(OptionError, match=r"is a file that ends in '.toml'"):
        choose_style("mine")
