"""Numbers of a text: which cells they are of, and what they give away."""

import pandas as pd
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites
from welfarestats.errors import OptionError, TableError
from welfarestats.published.prose_findings import AMBIGUOUS, KINDS_OF_FINDING, SMALL_BASE, TIED
from welfarestats.tables.told_numbers import RIGHT, numbers_told

THREE = ws.DisclosureRule(statement="Neighbours know one another.", threshold=10, protection=3)
COUNTIES = pd.DataFrame(
    {
        "county": ["Kent"] * 84 + ["Surrey"] * 140 + ["Essex"] * 176 + ["Dorset"] * 200,
        "works": (["No"] * 6 + ["Yes"] * 78) + (["No"] * 60 + ["Yes"] * 80)
        + (["No"] * 66 + ["Yes"] * 110) + (["No"] * 50 + ["Yes"] * 150),
    }
)  # fmt: skip


def counties(**options) -> ws.Table:
    return ws.crosstab(ws.Survey(COUNTIES), "works", "county", style="none", **options)


def hidden(table: ws.Table) -> set[tuple[str, str]]:
    frame = table.to_frame().query("state == 'confidential'")
    return set(zip(frame["stub_category"], frame["banner_category"], strict=True))


def test_kinds_of_right_numbers_are_those_of_check_prose():
    assert RIGHT == (TIED, SMALL_BASE, AMBIGUOUS)
    assert {SMALL_BASE, AMBIGUOUS} <= set(KINDS_OF_FINDING)


def test_percentages_of_a_text_have_the_decimals_that_are_told_and_counts_none():
    said = pd.DataFrame(
        {
            "stub": "work", "stub_category": ["None", "None", ""], "banner": "site",
            "banner_category": "North", "kind": ["percent", "count", "number"],
            "value": [35.4839, 40.0, 120.0], "words": ["35.5 per cent", "forty", "n = 120"],
            "status": ["tied", "small base without caveat", "ambiguous"],
        }
    )  # fmt: skip
    share, count, base = numbers_told(said)
    assert (share.kind, share.value, share.decimals) == ("percent", 35.4839, 1)
    assert (count.kind, count.value) == ("count", 40)
    assert (base.kind, base.cell) == ("base", ("work", "Base", "site", "North"))
    assert numbers_told(said.assign(status="wrong number")) == []
    assert [one.decimals for one in numbers_told(said.drop(columns="words"))] == [4, 0, 0]


def test_a_checked_text_is_what_readers_know():
    table = counties()
    alone = hidden(ws.protect(table, RULE))
    # Of those that may be hidden beside Kent's six, the cheapest is the one of the text.
    (beside,) = {column for _, column in alone} - {"Kent"}
    number = table.to_frame().query("banner_category == @beside")["display"].iloc[0]
    text = f"In {beside}, {number} per cent said No."
    check = ws.check_prose(text, table)
    assert check.to_frame()["status"].tolist() == ["tied"]
    safe = ws.protect(table, RULE, known=check)
    assert hidden(safe) != alone
    assert safe.audit_disclosure()["safe"].all()
    assert "Taken to be known as well: 1 numbers of a text." in safe.protection.summary()
    told = ws.audit_disclosure(ws.protect(table, RULE), known=check)
    assert not told.query("role == 'primary'")["safe"].all()


def test_a_text_tells_no_more_than_its_rounded_figure():
    frame = COUNTIES.loc[COUNTIES.index.repeat(10)].reset_index(drop=True)
    few = pd.DataFrame({"county": ["Devon"] * 500, "works": ["No"] * 4 + ["Yes"] * 496})
    survey = ws.Survey(pd.concat([frame, few], ignore_index=True))
    table = ws.crosstab(survey, "works", "county", style="none")
    check = ws.check_prose("In Devon, 99 per cent said Yes.", table)
    (told,) = numbers_told(check)
    assert told.value == pytest.approx(99.2)
    safe = ws.protect(table, THREE, known=check)
    audit = safe.audit_disclosure().query("banner_category == 'Devon'")
    # Of 500, 493 to 497 are 99 per cent: 3 to 7 said No, whatever the table shows.
    assert set(audit["width"]) == {4.0}
    assert audit.query("stub_category == 'No'")[["lower", "upper"]].values.tolist() == [[3.0, 7.0]]


def test_bases_and_bare_numbers_of_a_text_are_tied_too():
    table = counties()
    check = ws.check_prose("In Surrey 43 per cent said No (base 140), 80 people Yes.", table)
    kinds = check.to_frame().query("status == 'tied'")["kind"].tolist()
    assert "percent" in kinds
    assert len(kinds) >= 2
    safe = ws.protect(table, RULE, known=check)
    assert safe.audit_disclosure()["safe"].all()
    assert "Surrey" not in {column for _, column in hidden(safe)}


def test_a_text_over_a_book_finds_the_tables_by_their_cells():
    survey = sites()
    book = ws.book(survey, ["help", "work"], "site", style="none")
    north = book["work"].to_frame().query("banner_category == 'North'")
    figure = north.loc[north["stub_category"] == "None", "display"].iloc[0]
    check = ws.check_prose(f"On work in the North, {figure} per cent gave None.", book)
    rows = check.to_frame().query("status == 'tied'")
    assert rows["stub"].tolist() == ["work"]
    safe = ws.protect(book, RULE, known=check)
    assert safe.audit_disclosure()["safe"].all()


def test_a_weighted_percentage_of_a_text_counts_weighted_people():
    table = ws.crosstab(sites(weights=True), "work", "site", style="none")
    cell = table.to_frame().query("stub_category == 'Full time' and banner_category == 'North'")
    said = {
        "stub": "work", "stub_category": "Full time", "banner": "site",
        "banner_category": "North", "value": round(100 * cell["estimate"].iloc[0]),
    }  # fmt: skip
    alone = ws.protect(table, RULE)
    told = ws.audit_disclosure(alone, known=[said])
    assert (told["width"] <= alone.audit_disclosure()["width"] + 1e-6).all()
    assert ws.protect(table, RULE, known=[said]).audit_disclosure()["safe"].all()


def test_a_mean_of_a_text_tells_of_its_scores():
    table = ws.crosstab(sites(), "work", "site", style="none")
    cell = table.to_frame().query("statistic == 'mean' and banner_category == 'South'")
    said = {
        "stub": "work", "stub_category": "Mean", "banner": "site", "banner_category": "South",
        "kind": "mean", "value": round(cell["estimate"].iloc[0], 3),
    }  # fmt: skip
    alone = ws.protect(table, RULE)
    told, before = ws.audit_disclosure(alone, known=[said]), alone.audit_disclosure()
    assert (told["width"] < before["width"] - 0.5).any()


def test_what_a_text_cannot_have_said_is_refused():
    table = counties()
    said = {"stub": "works", "stub_category": "No", "banner": "county", "value": 43}
    with pytest.raises(OptionError, match="in known= have no 'banner_category'"):
        ws.protect(table, RULE, known=[said])
    said |= {"banner_category": "Surrey"}
    with pytest.raises(OptionError, match="kind of a number in known="):
        ws.protect(table, RULE, known=[said | {"kind": "percentage"}])
    with pytest.raises(TableError, match=r"the text has another number for cell \('works', 'No'"):
        ws.protect(table, RULE, known=[said | {"value": 44}])
    with pytest.raises(TableError, match=r"is in none of the tables\. Pass the tables"):
        ws.protect(table, RULE, known=[said | {"banner_category": "Devon"}])
