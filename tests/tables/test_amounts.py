from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from every_state import (
    as_in_a_workbook,
    cells_of_html,
    cells_of_markdown,
    cells_of_workbook,
)
from golden_cases import GOLDEN

import welfarestats as ws
from tests.tables.nchs_surveys import DESIGNS, judged_frame, judged_survey
from welfarestats.errors import OptionError, WelfareStatsWarning
from welfarestats.tables.reliability import UNKNOWN

R_COUNTS = pd.read_csv(GOLDEN / "r" / "nchs_counts.csv", dtype={"level": str, "by_level": str})


@pytest.mark.parametrize("design", DESIGNS)
def test_weighted_counts_are_judged_as_in_r(design: str) -> None:
    rows = R_COUNTS[R_COUNTS["design"] == design]
    frame = judged_frame(rows)
    # Numbers would be added up, as those of a scale are.
    for name in {"diabetes", "highlead"} & set(frame):
        frame[name] = frame[name].map({0: "0", 1: "1"})
    survey = judged_survey(frame, design, weights_represent="population")
    for (variable, by), own in rows.groupby(["variable", "by"]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", WelfareStatsWarning)
            found = ws.tabulate_amounts(ws.estimate_totals(survey, variable, by), "nchs")
        cells = found.to_frame().set_index(["category", by])
        for row in own.to_dict("records"):
            cell = cells.loc[(row["level"], row["by_level"])]
            assert cell["estimate"] == pytest.approx(row["total"], rel=1e-9)
            assert cell["standard_error"] == pytest.approx(row["se"], rel=1e-9)
            assert cell["numerator"] == row["n"]
            assert cell["effective_numerator"] == pytest.approx(row["effective"], rel=1e-9)
            assert cell["degrees_of_freedom"] == row["df"]
            assert cell["state"] == row["verdict"], row
    assert set(R_COUNTS["verdict"]) == {"shown", "flagged", "unreliable"}


def people(count: int = 200) -> pd.DataFrame:
    generator = np.random.default_rng(20261128)
    return pd.DataFrame(
        {
            "sex": generator.choice(["F", "M"], count),
            "region": generator.choice(["North", "South"], count, p=[0.95, 0.05]),
            "visits": generator.poisson(0.4, count),
            "years": generator.integers(0, 3, count),
            "w": generator.uniform(50, 150, count),
        }
    )


def survey_of(frame: pd.DataFrame, **options: object) -> ws.Survey:
    return ws.Survey(frame, weights="w", weights_represent="population", **options)


def test_who_stands_behind_a_total_and_a_ratio_by_hand():
    frame = pd.DataFrame(
        {
            "works": ["Yes", "Yes", "No", "Yes"],
            "visits": [0, 2, 1, 3],
            "years": [1, 0, 1, 2],
            "w": [1.0, 2.0, 3.0, 4.0],
        }
    )
    survey = survey_of(frame)
    count = ws.estimate_totals(survey, "works").count()
    # No: 3²/9; Yes: (1 + 2 + 4)² / (1 + 4 + 16)
    assert count.numerator.tolist() == [1, 3]
    assert count.effective_numerator == pytest.approx([1, 49 / 21])
    assert count.denominator is None
    scale = ws.estimate_totals(survey, "visits").count()
    # Nobody who made no visit adds to the visits: (2 + 3 + 4)² / (4 + 9 + 16)
    assert scale.numerator.tolist() == [3]
    assert scale.effective_numerator == pytest.approx([81 / 29])
    ratio = ws.estimate_ratios(survey, "visits", "years").count()
    assert ratio.numerator.tolist() == [3]
    assert ratio.denominator.tolist() == [3]
    assert ratio.effective_denominator == pytest.approx([64 / 26])


def test_a_hidden_total_hides_its_limits_and_stays_in_the_frame():
    survey = survey_of(people())
    found = ws.tabulate_amounts(ws.estimate_totals(survey, "sex", "region"))
    frame = found.to_frame().set_index(["category", "region"])
    hidden = frame.loc[("F", "South")]
    assert hidden["state"] == "unreliable"
    assert hidden["reason"] == f"unweighted base of {hidden['base']} is under 30"
    assert hidden["estimate"] > 0
    line = next(row for row in found.grid.rows if row.header == "F: South")
    assert [cell.text for cell in line.cells] == ["[u]", "[u]", "[u]", str(hidden["base"])]
    text, html = repr(found), found.to_html()
    assert "[u] = low reliability, not shown: unweighted base under 30" in " ".join(text.split())
    assert f"{hidden['estimate']:,.0f}" not in text + html
    assert "Figures are weighted." in text


def test_a_total_that_is_shown_has_the_limits_of_the_estimate():
    survey = survey_of(people())
    estimates = ws.estimate_totals(survey, "sex")
    found = ws.tabulate_amounts(estimates, "nchs", title="People")
    row, own = found.grid.rows[0], estimates.to_frame().iloc[0]
    expected = [f"{own[name]:,.0f}" for name in ("estimate", "ci_low", "ci_high", "base")]
    assert [cell.text for cell in row.cells] == expected
    assert found.grid.title == "People"
    assert found.grid.legend == ()


def test_ratios_have_decimals_and_their_own_denominator():
    survey = survey_of(people())
    ratios = ws.estimate_ratios(survey, "visits", "years")
    found = ws.tabulate_amounts(ratios, "nchs").to_frame().iloc[0]
    assert found["display"] == f"{found['estimate']:.1f}"
    assert found["denominator"] < found["base"]
    exact = ws.tabulate_amounts(ratios, "nchs", decimals=3).to_frame().iloc[0]
    assert exact["display"] == f"{found['estimate']:.3f}"


def test_a_caveat_of_one_part_of_a_ratio_stands_below_it():
    caveat = ws.Survey(people(), weights="w", caveats=["Visits were told from memory."])
    ratio = ws.estimate_ratios(caveat, "visits", "years")
    assert "Visits were told from memory." in repr(ws.tabulate_amounts(ratio, "none"))


def test_invented_records_have_no_precision_and_no_figure_that_asks_for_it():
    survey = survey_of(people(), origin="synthetic")
    totals = ws.estimate_totals(survey, "sex")
    assert set(ws.tabulate_amounts(totals, "nchs").to_frame()["reason"]) == {UNKNOWN}
    found = ws.tabulate_amounts(totals, "none")
    assert [cell.text for cell in found.grid.rows[0].cells[1:3]] == ["[x]", "[x]"]
    assert ("[x]", "not available") in found.grid.legend


def test_percentages_and_means_are_shown_elsewhere():
    survey = survey_of(people())
    for estimates in (
        ws.estimate_proportions(survey, "sex"),
        ws.estimate_means(survey, "visits"),
        survey,
    ):
        with pytest.raises(OptionError, match=r"only what estimate_totals or estimate_ratios ret"):
            ws.tabulate_amounts(estimates)
    with pytest.raises(OptionError, match=r"decimals is 40. Pass a whole number from 0 to 6"):
        ws.tabulate_amounts(ws.estimate_totals(survey, "sex"), decimals=40)


def test_every_output_shows_what_was_decided(tmp_path):
    survey = survey_of(people())
    found = ws.tabulate_amounts(ws.estimate_totals(survey, "sex", "region"), "nchs")
    frame = found.to_frame()
    assert set(frame["state"]) == {"shown", "unreliable"}
    html = dict(cells_of_html(found.to_html()))
    markdown = dict(cells_of_markdown(found.to_markdown()))
    workbook = dict(cells_of_workbook(found.to_excel(tmp_path / "totals.xlsx")))
    for _, row in frame.iterrows():
        name = f"{row['category']}: {row['region']}"
        assert html[name][0] == (row["display"], row["state"])
        assert markdown[name][0] == row["display"]
        assert workbook[name][0] == as_in_a_workbook(row["display"])
