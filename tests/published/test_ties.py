from __future__ import annotations

from dataclasses import replace

from prose_tables import mood_table

from welfarestats.published.evidence_sources import evidence_of
from welfarestats.published.figures import figures_of
from welfarestats.published.ties import Tie, cell_of

FACT = evidence_of(mood_table()).facts[0]


def test_a_cell_is_the_place_of_a_fact_whatever_its_value():
    assert cell_of(FACT) == cell_of(replace(FACT, value=1.0))
    assert cell_of(FACT) != cell_of(replace(FACT, banner_category="Surrey"))


def test_a_figure_is_tied_to_nothing_at_first():
    tie = Tie(figures_of("47 per cent agreed")[0], 0, 0)
    assert (tie.fact, tie.rival, tie.score) == (None, None, 0.0)
