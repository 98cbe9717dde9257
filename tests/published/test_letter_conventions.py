"""Which test convention gives an agency's letters, and which letters flip."""

from __future__ import annotations

import pandas as pd
import pytest
from printed_workbooks import Recipe, people, printed, surveyed

import welfarestats as ws
from welfarestats.errors import OptionError

BANNER = ("sex", "age", "region")


def lettered(test: str, **options: object) -> pd.DataFrame:
    return printed(Recipe(letters={"test": test, **options}, banner=BANNER))


@pytest.mark.parametrize("test", ["design", "effective-base", "spss-ctables"])
def test_the_convention_that_made_the_letters_gives_all_of_them(test: str):
    result = ws.reconcile(lettered(test), surveyed())
    best = result.letter_conventions()
    best = best[best["differ"] == best["differ"].min()]
    assert best["differ"].iloc[0] == 0
    assert test in set(best["test"])
    assert result.letters().empty
    assert "best given by test" in result.summary()


def test_the_level_is_found():
    result = ws.reconcile(lettered("effective-base", level=0.99), surveyed())
    assert result.letter_conventions().iloc[0][["level", "letter_on"]].tolist() == [0.99, "larger"]


def test_letters_that_flip_are_listed_with_the_reason():
    tables = lettered("design")
    share = tables["statistic"] == "percent"
    lost = tables.index[share & (tables["letters"].str.len() == 1)][0]
    letter = tables.loc[lost, "letters"]
    tables.loc[lost, "letters"] = ""
    men = share & (tables["banner_category"] == "Men") & (tables["letters"] == "")
    women = share & (tables["banner_category"] == "Women")
    key = tables.loc[women, "column_key"].iloc[0]
    gained = tables.index[men & (tables["stub_category"] == "Fair")][0]
    tables.loc[gained, "letters"] = key
    flips = ws.reconcile(tables, surveyed(), test="design").letters()
    assert len(flips) == 2
    missing, extra = flips[~flips["printed"]].iloc[0], flips[flips["printed"]].iloc[0]
    assert missing["letter"] == letter
    assert missing["p_value"] < missing["threshold"] == 0.05
    assert missing["why"].endswith("is below 0.05")
    assert extra[["stub_category", "banner_category", "other"]].tolist() == ["Fair", "Men", "Women"]
    pairs = ws.compare(surveyed(), "health", "sex")
    pair = pairs[pairs["category"] == "Fair"].iloc[0]
    assert extra["p_value"] == pytest.approx(pair["p_value"])
    assert extra["statistic"] == pytest.approx(pair["statistic"])


def test_lower_case_letters_are_a_second_level():
    tables, wider = lettered("effective-base"), lettered("effective-base", level=0.9)
    pairs = zip(tables["letters"], wider["letters"], strict=True)
    tables["letters"] = [
        one.upper() + "".join(letter for letter in other if letter not in one)
        for one, other in pairs
    ]
    tables["column_key"] = tables["column_key"].str.upper()
    result = ws.reconcile(tables, surveyed())
    best = result.letter_conventions().iloc[0]
    assert best[["level", "lower_case_level", "differ"]].tolist() == [0.95, 0.9, 0]
    assert "at 95 per cent (lower case 90)" in result.summary()
    capital = tables.index[tables["letters"].str.fullmatch("[A-Z]")][0]
    tables.loc[capital, "letters"] = tables.loc[capital, "letters"].lower()
    (flip,) = ws.reconcile(tables, surveyed()).letters().to_dict("records")
    assert flip["printed"]
    assert flip["computed"]
    assert flip["why"].startswith("printed as lower case: p = 0.0")


def test_letters_on_the_smaller_figure_are_recognised():
    tables = lettered("effective-base")
    swapped = tables.copy()
    swapped["letters"] = ""
    share = tables["statistic"] == "percent"
    for _, row in tables[share].groupby(["table", "stub_category", "banner"], sort=False):
        for place, cell in row.iterrows():
            for letter in cell["letters"]:
                other = row.index[row["column_key"] == letter][0]
                swapped.loc[other, "letters"] += cell["column_key"]
            assert place in row.index
    best = ws.reconcile(swapped, surveyed()).letter_conventions().iloc[0]
    assert (best["letter_on"], best["differ"]) == ("smaller", 0)


def test_a_letter_of_no_column_is_told():
    tables = lettered("design")
    place = tables.index[(tables["statistic"] == "percent") & (tables["banner_category"] == "Men")]
    tables.loc[place[0], "letters"] = "Z"
    flips = ws.reconcile(tables, surveyed()).letters()
    assert flips["letter"].tolist()[0] == "Z"
    assert flips["why"].tolist()[0] == "no column under the same heading has this letter"


def test_letters_are_judged_on_the_weight_that_made_the_figures():
    tables = printed(Recipe(letters={"test": "design"}, banner=BANNER, weights=None))
    result = ws.reconcile(tables, surveyed())
    assert "no weight" in set(result.explanations()["change"])
    best = result.letter_conventions()
    assert best["differ"].iloc[0] == 0
    # Without weights the exact test can be made too.
    assert "exact" in set(best["test"])


def test_invented_records_are_not_tested():
    survey = surveyed(origin="synthetic")
    result = ws.reconcile(lettered("design"), survey)
    assert result.letters().empty
    assert "letters: not compared: the records are synthetic." in result.summary()


def test_a_test_that_does_not_exist_is_refused():
    with pytest.raises(OptionError, match="test cannot be 'anova'"):
        ws.reconcile(lettered("design"), surveyed(people(300)), test="anova")
