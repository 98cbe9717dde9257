from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.tables.bands import STATES, Band
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.reliability import Precision
from welfarestats.tables.style_presets import PRESETS, choose_style

DEFAULT = choose_style()


def simple(shares, bases) -> Precision:
    """Return the precision of respondents drawn independently."""
    p, n = np.asarray(shares, dtype=float), np.asarray(bases, dtype=float)
    return Precision(p * (1 - p) / np.maximum(n, 1), n, np.maximum(n - 1, 0))


def test_the_default_hides_under_30_and_flags_under_50():
    decided = DEFAULT.decide([0.5] * 4, [14, 15, 24, 25], [29, 30, 49, 50])
    assert decided.state.tolist() == ["unreliable", "flagged", "flagged", "shown"]
    assert decided.display.tolist() == ["[u]", "[50]", "[50]", "50"]
    assert decided.legend == (
        ("[ ]", "unweighted base under 50: read with caution"),
        ("[u]", "low reliability, not shown: unweighted base under 30"),
    )


def test_every_state_of_a_cell_has_its_own_display_and_reason():
    decided = DEFAULT.decide(
        proportion=[0.47, 0.47, 0.1, 0.47, 0.004, 0.0, np.nan, np.nan, np.nan],
        count=[94, 19, 2, 94, 1, 0, 0, 0, 0],
        base=[200, 40, 20, 200, 250, 200, 0, 0, 200],
        confidential=[False] * 3 + [True] + [False] * 5,
        asked=[True] * 7 + [False, True],
        applicable=[True] * 8 + [False],
    )
    assert decided.state.tolist() == [
        "shown",
        "flagged",
        "unreliable",
        "confidential",
        "rounds-to-zero",
        "zero",
        "none-recorded",
        "not-asked",
        "not-applicable",
    ]
    assert decided.display.tolist() == [
        "47",
        "[47]",
        "[u]",
        "[c]",
        "[low]",
        "0",
        "[w]",
        "[z]",
        "[z]",
    ]
    assert set(decided.state) | {"count-only"} == set(STATES)
    assert [bool(reason) for reason in decided.reason] == [False] + [True] * 8


def test_the_legend_names_the_marks_that_occur_and_no_others():
    assert DEFAULT.decide([0.47], [94], [200]).legend == ()
    assert DEFAULT.decide([0.0], [0], [200]).legend == ()
    marks = DEFAULT.decide([0.004, np.nan], [1, 0], [250, 0]).legend
    assert marks == (
        ("[low]", "rounds to zero, but is not zero"),
        ("[w]", "none recorded in the survey"),
    )


def test_a_mark_is_never_printed_inside_another_bracket():
    decided = DEFAULT.decide([0.004], [1], [40])
    assert decided.state.tolist() == ["flagged"]
    assert decided.display.tolist() == ["[low]"]
    assert [mark for mark, _ in decided.legend] == ["[ ]", "[low]"]


def test_percentages_round_half_up():
    decided = DEFAULT.decide([0.365, 0.125, 0.285], [73, 25, 57], [200, 200, 200])
    assert decided.display.tolist() == ["37", "13", "29"]


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from(sorted(PRESETS)))
def test_a_hidden_figure_never_reaches_the_display(count, base, name):
    count = min(count, base)
    style = choose_style(name)
    precision = simple([count / base], [base])
    decided = style.decide([count / base], [count], [base], precision=precision)
    state, display = decided.state[0], decided.display[0]
    assert state in STATES
    if state == "unreliable":
        assert display == style.hidden
    if state == "count-only":
        assert display == f"{count} of {base}"


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=12),
    st.sampled_from(sorted(PRESETS)),
)
def test_a_cell_is_decided_the_same_alone_as_among_others(bases, name):
    style = choose_style(name)
    shares = [0.5] * len(bases)
    together = style.decide(shares, bases, bases, precision=simple(shares, bases))
    alone = [style.decide([0.5], [base], [base], precision=simple([0.5], [base])) for base in bases]
    assert together.display.tolist() == [one.display[0] for one in alone]
    assert together.reason.tolist() == [one.reason[0] for one in alone]


def test_arrays_of_any_shape_are_decided_at_once():
    base = np.array([[20, 60], [40, 80]])
    decided = DEFAULT.decide(np.full((2, 2), 0.5), base // 2, base, asked=np.array([True, False]))
    assert decided.display.tolist() == [["[u]", "[z]"], ["[50]", "[z]"]]
    assert DEFAULT.decide(0.5, 100, 200).display.item() == "50"
    assert DEFAULT.decide([], [], []).display.tolist() == []


def test_a_style_may_decide_by_the_effective_base():
    style = replace(DEFAULT, band_base="effective_base")
    decided = style.decide([0.5], [30], [60], effective_base=[28.4])
    assert decided.reason.tolist() == ["effective base of 28.4 is under 30"]
    with pytest.raises(OptionError, match="decides by the effective base, and none was given"):
        style.decide([0.5], [30], [60])


def test_means_are_hidden_where_their_base_is_too_small():
    decided = DEFAULT.decide_means([6.25, 6.25, 6.25, np.nan], [200, 40, 20, 0])
    assert decided.display.tolist() == ["6.3", "[6.3]", "[u]", "[w]"]


def test_a_mean_of_zero_is_a_mean():
    decided = DEFAULT.decide_means([0.0, 0.01], [200, 200])
    assert decided.display.tolist() == ["0.0", "0.0"]
    assert decided.state.tolist() == ["shown", "shown"]


def test_small_groups_are_not_tested_and_middling_ones_with_caution():
    gate = DEFAULT.gate([[30], [29.99], [np.nan]], [500, 99.9])
    assert gate.tested.tolist() == [[True, True], [False, False], [False, False]]
    assert gate.flagged.tolist() == [[True, True], [False, False], [False, False]]
    assert gate.reason[0, 0] == "effective base of 30 is under 100: tested, read with caution"
    assert gate.reason[1, 1] == "effective base of 29.99 is under 30: not tested"
    assert not DEFAULT.gate(100, 100).flagged.any()


def test_bands_must_decide_every_base_once():
    with pytest.raises(
        OptionError, match=r"the bands of style 'x' begin at \[30\]; one must begin at 0"
    ):
        HouseStyle("x", "mine", (Band(30, "shown"),))
    with pytest.raises(OptionError, match="no two at the same base"):
        HouseStyle("x", "mine", (Band(0, "shown"), Band(0, "flagged")))
    with pytest.raises(OptionError, match="begin at"):
        HouseStyle("x", "mine", ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"band_base": "weighted_base"}, "band_base cannot be 'weighted_base'"),
        ({"letters": "Higher"}, "letters cannot be 'Higher'.*Did you mean 'higher'"),
        ({"bases": ("unweighted",)}, "a base of a style cannot be 'unweighted'"),
    ],
)
def test_words_of_a_style_come_from_their_lists(change, words):
    with pytest.raises(OptionError, match=words):
        replace(DEFAULT, **change)


def test_a_style_cannot_be_changed_only_replaced():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.decimals = 1
    assert replace(DEFAULT, decimals=1).percent(0.365) == "36.5"


def test_thresholds_are_data_that_a_user_can_replace():
    stricter = replace(DEFAULT, bands=(Band(100, "shown"), Band(0, "unreliable")))
    assert stricter.decide([0.5, 0.5], [49, 50], [99, 100]).display.tolist() == ["[u]", "50"]


def test_the_level_of_a_test_is_told_in_the_words_of_the_style():
    assert DEFAULT.significance_sentence() == "Significant at the 5 % level (95 % confidence)"
    said = replace(DEFAULT, significance="significant at the {confidence} per cent level")
    assert said.significance_sentence(0.9) == "significant at the 90 per cent level"


@pytest.mark.parametrize(
    "marks",
    [
        {"hidden": "*", "confidential": "*"},
        {"hidden": "[c]"},
        {"hidden": "[C]"},
        {"hidden": "[c]\u200b"},
        {"hidden": " [ c ]"},
        {"hidden": "Ⓒ", "confidential": "c"},
        {"bands": (Band(0, "flagged", form="{figure}[c]"),)},
        {"flagged_form": "{figure} [c]"},
    ],
)
def test_unreliable_and_confidential_never_share_a_mark(marks):
    with pytest.raises(
        OptionError,
        match=r"both for confidential figures and for unreliable ones.*give each its own mark",
    ):
        replace(DEFAULT, **marks)


def test_a_style_that_asks_for_precision_is_not_content_without():
    with pytest.raises(OptionError, match="style 'nchs' decides by the precision of a figure"):
        choose_style("nchs").decide([0.5], [50], [100])


def test_a_second_level_is_a_level():
    with pytest.raises(OptionError, match="level is a proportion above 0 and below 1, and 90"):
        replace(DEFAULT, lower_case_level=90)
