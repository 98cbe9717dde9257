from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from toy_tables import ten

import welfarestats as ws
from welfarestats.errors import OptionError, TableError

MISSING = "don't knows and refusals in the base"


def _survey(**options: object) -> ws.Survey:
    """Return 400 people: women and those who work weigh more; some do not know."""
    rng = np.random.default_rng(4)
    works = rng.choice(["Yes", "No", "Don't know"], 400, p=[0.5, 0.4, 0.1])
    frame = pd.DataFrame({"sex": rng.choice(["Women", "Men"], 400), "works": works})
    frame["w"] = 1.0 + (frame["sex"] == "Women") + 6 * (frame["works"] == "Yes") * rng.random(400)
    missing = ws.Category("Don't know", "Don't know", missing="dont_know")
    answers = [ws.Category("Yes", "Yes"), ws.Category("No", "No"), missing]
    codebook = [ws.Question("works", "In work", categories=answers)]
    return ws.Survey(frame, **{"weights": "w", "codebook": codebook, **options})


def test_ten_people_by_hand():
    found = ws.sensitivity(ws.crosstab(ten(), "works", style="none"), cap=2, cap_unit="weight")
    frame = found.to_frame()
    yes = frame[(frame["stub_category"] == "Yes")].set_index("scenario")
    # Weighted: 8 of 13; with the two who don't know 8 of 15; unweighted 4 of 8; capped 7 of 12.
    assert yes["estimate"].tolist() == pytest.approx([8 / 13] * 3)
    assert yes["changed"].to_dict() == pytest.approx(
        {MISSING: 8 / 15, "without the weight": 4 / 8, "with weights capped at 2": 7 / 12}
    )
    assert yes["difference"].tolist() == pytest.approx((yes["changed"] - 8 / 13).tolist())
    assert yes["moved"].all()


def test_the_frame_has_the_columns_of_the_contract():
    frame = ws.sensitivity(ws.crosstab(_survey(), "works", "sex")).to_frame()
    assert list(frame.columns) == [
        *("stub", "stub_category", "banner", "banner_category", "scenario", "estimate", "changed"),
        *("difference", "letters", "changed_letters", "state", "changed_state", "moved"),
        *("statistic", "table", "display", "changed_display"),
    ]
    assert isinstance(frame.index, pd.RangeIndex)
    assert len(frame) == 2 * 2 * 3
    assert frame["scenario"].unique().tolist() == [MISSING, "without the weight"]


def test_each_scenario_is_the_table_made_that_way():
    survey = _survey()
    frame = ws.sensitivity(ws.crosstab(survey, "works", "sex")).to_frame()
    plain = ws.Survey(survey.to_frame(), codebook=survey.codebook)
    by_hand = {
        MISSING: ws.crosstab(survey, "works", "sex", base_includes=("dont_know", "refused")),
        "without the weight": ws.crosstab(plain, "works", "sex"),
    }
    for name, table in by_hand.items():
        other = table.to_frame().set_index(["stub_category", "banner_category"])
        for row in frame[frame["scenario"] == name].to_dict("records"):
            cell = other.loc[row["stub_category"], row["banner_category"]]
            assert row["changed"] == pytest.approx(cell["estimate"])
            assert row["changed_letters"] == cell["letters"]
            assert row["changed_state"] == cell["state"]


def test_what_moves_is_a_point_other_letters_or_another_state():
    found = ws.sensitivity(ws.crosstab(_survey(), "works", "sex"), points=4)
    frame = found.to_frame()
    expected = (
        (frame["difference"].abs() >= 0.04)
        | (frame["letters"] != frame["changed_letters"])
        | (frame["state"] != frame["changed_state"])
    )
    assert frame["moved"].tolist() == expected.tolist()
    assert found.moved.equals(frame[frame["moved"]].reset_index(drop=True))


def test_a_mean_moves_by_a_standard_error():
    survey = ten()
    table = ws.crosstab(survey, "pay", style="none")
    frame = ws.sensitivity(table).to_frame()
    error = table.to_frame()["standard_error"].iloc[0]
    assert frame["statistic"].unique().tolist() == ["mean"]
    assert frame["moved"].tolist() == (frame["difference"].abs() >= error).tolist()


def test_what_cannot_change_is_left_out_and_said():
    plain = ws.Survey(pd.DataFrame({"works": ["Yes", "No"] * 50}))
    found = ws.sensitivity(ws.crosstab(plain, "works"), cap=3, cap_unit="mean")
    assert found.to_frame().empty
    assert dict(found.left_out) == {
        MISSING: "no question has such answers outside its base",
        "without the weight": "the survey has no weight",
        "with weights capped": "the survey has no weight",
    }
    assert "Not made: without the weight: the survey has no weight." in str(found)
    assert "no cap was named" in str(ws.sensitivity(ws.crosstab(_survey(), "works")))


def test_a_style_that_counts_dont_knows_has_nothing_to_add():
    table = ws.crosstab(_survey(), "works", base_includes=("dont_know", "refused"))
    assert MISSING in ws.sensitivity(table).left_out


def test_a_multiple_of_the_mean_is_a_weight():
    survey = _survey()
    table = ws.crosstab(survey, "works", "sex")
    mean = float(survey.weights.mean())
    one = ws.sensitivity(table, cap=1.5, cap_unit="mean").to_frame()
    other = ws.sensitivity(table, cap=1.5 * mean, cap_unit="weight").to_frame()
    pd.testing.assert_frame_equal(one, other)


def test_a_book_is_made_again_whole():
    survey = _survey()
    book = ws.book(survey, ["works", "sex"], "sex", family="book", adjust="holm")
    frame = ws.sensitivity(book).to_frame()
    assert frame["stub"].unique().tolist() == ["works", "sex"]
    with pytest.raises(TableError, match=r"adjusted with those of its whole book\. Pass the book"):
        ws.sensitivity(book["works"])


def test_a_domain_and_invented_records_stay_what_they_are():
    survey = _survey(origin="synthetic").domain(sex="Women")
    found = ws.sensitivity(ws.crosstab(survey, "works"))
    assert found.origin == "synthetic"
    assert (found.to_frame()["letters"] == "").all()
    assert "Synthetic" in str(found)
    assert "Synthetic" in found.to_html()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"cap": 3.0}, 'a cap needs a number and its unit. Pass cap=3.0, cap_unit="mean"'),
        ({"cap_unit": "mean"}, "a cap needs a number and its unit"),
        ({"cap": 3.0, "cap_unit": "means"}, "cap_unit cannot be 'means'.*Did you mean 'mean'"),
        ({"points": 0}, "points is a number of percentage points above 0, not 0"),
    ],
)
def test_options_have_no_silent_meaning(options: dict[str, object], sentence: str):
    with pytest.raises(OptionError, match=sentence):
        ws.sensitivity(ws.crosstab(_survey(), "works"), **options)


def test_only_what_knows_how_it_was_made_can_be_made_otherwise():
    with pytest.raises(TableError, match="a DataFrame does not know how it was made"):
        ws.sensitivity(pd.DataFrame())  # type: ignore[arg-type]


def test_what_the_style_hides_is_hidden_in_the_summary_too():
    frame = pd.DataFrame(
        {
            "group": ["a"] * 20 + ["b"] * 400,
            "works": ["Yes"] * 13 + ["No"] * 7 + ["Yes"] * 200 + ["No"] * 200,
            "w": np.linspace(0.3, 3, 420),
        }
    )
    table = ws.crosstab(ws.Survey(frame, weights="w"), "works", "group")
    found = ws.sensitivity(table)
    hidden = found.moved[found.moved["state"] == "unreliable"]
    # 39 weighted and 35 unweighted
    assert hidden["estimate"].round(3).tolist() == [0.391, 0.609]
    for text in (repr(found), found.to_html()):
        assert "39.1" not in text
        assert "60.9" not in text
        assert "65.0" not in text
        assert "68.8" in text
    assert "[u] = not shown in the table" in repr(found)
    assert "[u]" not in repr(ws.sensitivity(ws.crosstab(ws.Survey(frame, weights="w"), "works")))
