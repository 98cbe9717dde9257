from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from welfarestats.errors import OptionError
from welfarestats.tables.bands import Band, CellStates, Decisions, reaches, size_text

BANDS = (Band(0, "unreliable"), Band(30, "flagged", caveat="Caution."), Band(50, "shown"))


def cells(base, figure=0.5, *, measured=None, **given_states):
    states = {"confidential": False, "asked": True, "applicable": True} | given_states
    return CellStates(
        BANDS, "unweighted base", figure, base if measured is None else measured, base, **states
    )


def test_a_base_at_a_limit_belongs_to_the_band_above_it():
    assert cells([29, 30, 49, 50]).state.tolist() == ["unreliable", "flagged", "flagged", "shown"]


def test_float_dust_does_not_move_a_base_below_its_limit():
    effective = 0.1 * 3 / 0.3 * 50 - 1e-14
    assert cells([60], measured=[effective]).state.tolist() == ["shown"]
    assert reaches(np.array([49.9999]), 50).tolist() == [False]


@given(st.integers(1, 5000))
def test_the_band_of_a_base_is_the_highest_it_reaches(base):
    wanted = "shown" if base >= 50 else "flagged" if base >= 30 else "unreliable"
    assert cells([base]).state.tolist() == [wanted]


def test_the_reason_names_the_base_and_the_limit_it_misses():
    assert cells([24, 41, 500]).reason.tolist() == [
        "unweighted base of 24 is under 30",
        "unweighted base of 41 is under 50",
        "",
    ]


def test_a_base_just_under_a_limit_is_not_printed_as_the_limit():
    assert size_text(29.96, 30) == "29.96"
    assert size_text(29.9996, 30) == "29.9996"
    assert size_text(1234.56, 2000) == "1,234.6"


def test_the_strongest_reason_decides():
    everything = {"confidential": [True], "asked": [False], "applicable": [False]}
    assert cells([0], np.nan, **everything).state.tolist() == ["confidential"]
    everything["confidential"] = [False]
    assert cells([0], np.nan, **everything).state.tolist() == ["not-asked"]
    everything["asked"] = [True]
    assert cells([0], np.nan, **everything).state.tolist() == ["not-applicable"]
    assert cells([0], np.nan).state.tolist() == ["none-recorded"]
    assert cells([100], np.nan).state.tolist() == ["not-applicable"]


def test_a_missing_base_is_a_base_of_nobody():
    assert cells([np.nan], np.nan).state.tolist() == ["none-recorded"]


def test_only_bands_that_hold_a_visible_cell_bring_their_caveat():
    assert cells([41, 500]).caveats() == ("Caution.",)
    assert cells([500]).caveats() == ()
    assert cells([41], confidential=True).caveats() == ()


def test_cells_keep_the_shape_they_were_given():
    assert cells(np.full((2, 3), 60)).state.shape == (2, 3)
    assert cells([]).state.shape == (0,)
    assert cells(60).state.item() == "shown"


def test_a_band_has_one_of_four_states():
    with pytest.raises(OptionError, match="the state of a band cannot be 'hidden'"):
        Band(0, "hidden")


def test_legends_and_caveats_of_several_decisions_are_joined_without_repeats():
    empty = np.empty(0, dtype=object)
    one = Decisions(empty, empty, empty, (("[u]", "a"),), ("Caution.",))
    two = Decisions(empty, empty, empty, (("[u]", "a"), ("[z]", "b")), ("Caution.", "Small."))
    assert Decisions.together([one, two]) == ((("[u]", "a"), ("[z]", "b")), ("Caution.", "Small."))


def test_a_mark_of_two_decisions_is_explained_once_with_both_meanings():
    empty = np.array([], dtype=object)

    def one(*legend):
        return Decisions(empty, empty, empty, legend)

    legend, _ = Decisions.together([one(("*", "small base or wide")), one(("*", "small base"))])
    assert legend == (("*", "small base or wide"),)
    legend, _ = Decisions.together([one(("*", "small base")), one(("*", "rounds to zero"))])
    assert legend == (("*", "small base; or rounds to zero"),)
