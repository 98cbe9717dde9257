"""Tables made safe to show: in every output, against every reader."""

import re
import zipfile

import pandas as pd
import pytest

import welfarestats as ws
from proofs.protected_tables import adds, large_book, protected, rounded
from tests.printed_attacker import people, table_of
from tests.tables.disclosed_surveys import RULE, practitioners, sites
from welfarestats.errors import OptionError, TableError


def test_random_tables_keep_what_they_hide_from_a_reader_of_the_page():
    found = protected(range(4))
    assert found.refused == []
    assert (found.unsafe, found.closer) == (0, 0)
    assert found.worst >= RULE.protection
    assert max(found.above) <= 0.1


def test_controlled_rounding_of_random_tables_adds_and_moves_less_than_a_step():
    adding, of, largest, refused = rounded(range(4))
    assert (adding, refused) == (of, [])
    assert largest < 5


def test_a_book_is_protected_jointly_and_comes_out_the_same_again():
    book = large_book(4, 500)
    first, again = ws.protect(book, RULE), ws.protect(book, RULE)
    assert isinstance(first, ws.Book)
    assert first.audit_disclosure()["safe"].all()
    assert first.to_frame()["display"].equals(again.to_frame()["display"])


def test_a_lone_hidden_cell_is_recoverable_and_protection_ends_that():
    frame = pd.DataFrame(
        {"site": ["A"] * 40 + ["B"] * 40, "works": ["No"] * 3 + ["Yes"] * 57 + ["No"] * 20}
    )
    table = ws.crosstab(ws.Survey(frame), "works", "site", style="none")
    before = ws.audit_disclosure(table, RULE)
    assert before[["lower", "upper", "safe"]].values.tolist() == [[3.0, 3.0, False]]
    after = ws.protect(table, RULE).audit_disclosure()
    assert after["safe"].all()
    assert set(after["role"]) == {"primary", "secondary"}


def test_all_but_one_of_seventeen_is_hidden_with_the_one():
    rule = ws.DisclosureRule.named("group-disclosure", statement="The one would be known.")
    table = ws.crosstab(practitioners(), "refers", "role", style="none")
    frame = ws.protect(table, rule).to_frame()
    own = frame[frame["banner_category"] == "Practitioner"]
    assert set(own["display"]) == {"[c]"}
    assert set(own["reason"]) == {"primary: count of 0 to 1", "primary: all but 1 or fewer"}
    assert own["count"].tolist() == [1, 16]


# ---------------------------------------------------------------- every output


def distinct_table() -> ws.Survey:
    """Return a table whose confidential figures stand nowhere else: 7.1 and 92.9 per cent."""
    frame = pd.DataFrame(
        {
            "site": ["A"] * 84 + ["B"] * 140 + ["C"] * 176,
            "works": (["No"] * 6 + ["Yes"] * 78) + (["No"] * 60 + ["Yes"] * 80)
            + (["No"] * 66 + ["Yes"] * 110),
        }
    )  # fmt: skip
    return ws.Survey(frame)


def texts_of(path) -> str:
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())


def test_a_confidential_value_stands_in_no_output(tmp_path):
    style = ws.HouseStyle("own", "test", (ws.tables.bands.Band(0, "shown"),), decimals=2)
    before = ws.crosstab(distinct_table(), "works", "site", style=style)
    table = ws.protect(before, RULE)
    hidden = table.to_frame().query("state == 'confidential'")
    values = {f"{100 * one:.2f}" for one in hidden["estimate"]}
    shown = set(table.to_frame().query("state == 'shown'")["display"])
    values -= shown
    assert {"7.14", "92.86"} <= values
    pages = {
        "html": table.to_html(),
        "markdown": table.to_markdown(),
        "text": str(table),
        "notebook": table._repr_html_(),
        "workbook": texts_of(table.to_excel(tmp_path / "table.xlsx")),
        "sentences": "\n".join(table.sentences()),
        "chart": str(table.plot().to_svg()),
        "chart in a notebook": table.plot()._repr_html_(),
    }  # fmt: skip
    assert any("7.14" in text for text in (before.to_html(), before.to_markdown()))
    for name, text in pages.items():
        found = [v for v in values if re.search(rf"(?<![\d.]){re.escape(v)}(?!\d)", text)]
        assert found == [], name
    assert "[c]" in pages["html"]
    assert "Statement of risk: Colleagues know one another." in pages["html"]


def test_a_book_hides_the_same_on_its_page_and_in_its_workbook(tmp_path):
    survey = sites()
    book = ws.protect(ws.book(survey, ["work", "help"], "site", style="none"), RULE)
    frame = book.to_frame()
    assert (frame["state"] == "confidential").any()
    page = book.to_html_page(tmp_path / "book.html").read_text("utf-8")
    workbook = texts_of(book.to_excel(tmp_path / "book.xlsx"))
    marks = int((frame["display"] == "[c]").sum())
    assert page.count(">[c]<") >= marks
    assert "[c]" in workbook
    assert book.to_html() == "\n".join(one.to_html() for one in book.tables.values())


def test_a_hidden_base_takes_its_column_and_is_told_nowhere():
    frame = pd.DataFrame(
        {
            "site": ["A"] * 7 + ["B"] * 31 + ["C"] * 262,
            "works": (["Yes"] * 4 + ["No"] * 3) + ["Yes"] * 11 + ["No"] * 20 + ["Yes"] * 131 * 2,
        }
    )
    table = ws.protect(ws.crosstab(ws.Survey(frame), "works", "site", style="none"), RULE)
    bases = next(row for row in table.grid.rows if row.kind == "base")
    assert bases.cells[1].text == "[c]"
    assert sum(cell.text == "[c]" for cell in bases.cells) == 2
    cells = table.to_frame()
    for column, cell in zip(table.sheet.columns, bases.cells, strict=True):
        if cell.text == "[c]":
            own = cells[cells["banner_category"] == column.label]
            assert set(own["state"]) == {"confidential"}
    assert "A: 7" not in table.plot().base
    assert table.plot().base.endswith("Unweighted bases stand in the table.")
    assert table.audit_disclosure()["safe"].all()


def test_letters_do_not_point_at_hidden_cells():
    table = ws.crosstab(distinct_table(), "works", "site", style="none")
    assert any(cell.letters for row in table.grid.rows for cell in row.cells)
    safe = ws.protect(table, RULE)
    keys = {"A": 1, "B": 2, "C": 3}
    for row in safe.grid.groups[0].rows:
        for cell in row.cells:
            assert not cell.letters or cell.text != "[c]"
            assert all(row.cells[keys[key]].text != "[c]" for key in cell.letters.split())


# ---------------------------------------------------------------- what readers have besides


@pytest.mark.parametrize("percent", ["column", "row", "total"])
@pytest.mark.parametrize("weights", [False, True])
def test_every_sort_of_percentage_is_protected(percent, weights):
    table = ws.crosstab(
        sites(weights=weights), ["work", "help"], ["site", "sex"], percent=percent, style="none"
    )
    safe = ws.protect(table, RULE)
    audit = safe.audit_disclosure()
    assert (audit["role"] == "primary").any()
    assert audit["safe"].all()
    assert "[c]" in safe.to_html()


def test_another_table_that_is_out_already_is_taken_into_account():
    survey = distinct_table()
    table = ws.crosstab(survey, "works", "site", style="none")
    safe = ws.protect(table, RULE)
    bystanders = ws.crosstab(survey.domain(site=["B", "C"]), "works", "site", style="none")
    alone = ws.audit_disclosure(safe, also=[bystanders])
    assert not alone["safe"].all()
    again = ws.protect(table, RULE, also=[bystanders])
    assert again.audit_disclosure()["safe"].all()
    total = again.to_frame().query("banner == 'Total'")
    assert set(total["state"]) == {"confidential"}
    assert "Taken to be known as well: 1 tables of another output." in again.protection.summary()


def test_a_number_of_a_text_is_taken_into_account():
    table = ws.crosstab(distinct_table(), "works", "site", style="none")
    safe = ws.protect(table, RULE)
    hidden = safe.to_frame().query("reason == 'secondary: protects other cells'")
    first = hidden[hidden["banner"] == "site"].iloc[0]
    said = {
        "stub": "works", "stub_category": first["stub_category"], "banner": "site",
        "banner_category": first["banner_category"], "kind": "count", "value": first["count"],
    }  # fmt: skip
    again = ws.protect(table, RULE, known=[said])
    assert again.audit_disclosure()["safe"].all()
    other = again.to_frame().query("reason == 'secondary: protects other cells'")
    assert list(other.index) != list(hidden.index)
    said |= {"banner_category": "A", "stub_category": "No", "value": 6}
    with pytest.raises(TableError, match="follows from what is out already"):
        ws.protect(table, RULE, known=[said])


def test_two_groupings_of_one_answer_are_linked():
    survey = sites(900)
    table = ws.crosstab(survey, "work", ["age6", "age3"], style="none")
    safe = ws.protect(table, RULE)
    audit = safe.audit_disclosure()
    assert (audit["role"] == "primary").any()
    assert audit["safe"].all()
    frame = safe.to_frame()
    fine = frame[(frame["banner"] == "age6") & (frame["state"] == "confidential")]
    assert len(fine) > (audit["role"] == "primary").sum() / 2


def test_waves_of_the_same_people_are_linked_and_need_a_person():
    first = sites(200, seed=8)
    frame = first.to_frame().iloc[:150].copy()
    second = ws.Survey(frame, codebook=first.codebook)
    tables = [ws.crosstab(one, "work", "site", style="none") for one in (first, second)]
    with pytest.raises(TableError, match=r"nothing says who is in both\. Pass person="):
        ws.protect(tables[0], RULE, also=[tables[1]])
    alone = ws.protect(tables[0], RULE)
    told = ws.audit_disclosure(alone, also=[tables[1]], person="id")
    before = alone.audit_disclosure()
    assert (told["width"].to_numpy() <= before["width"].to_numpy() + 1e-6).all()
    assert (told["width"].to_numpy() < before["width"].to_numpy() - 0.5).any()
    with pytest.raises(TableError, match="'sex' does not tell people apart"):
        ws.audit_disclosure(alone, also=[tables[1]], person="sex")


# ---------------------------------------------------------------- rounding


def test_ons_10_5_rounds_what_it_shows_so_that_a_10_means_10_to_12():
    rule = ws.DisclosureRule.named("ons-10-5", statement="A risk.")
    table = ws.protect(ws.crosstab(sites(), "work", ["site", "sex"], style="none"), rule)
    frame = table.to_frame()
    shares = frame[(frame["state"] != "confidential") & (frame["statistic"] == "proportion")]
    assert (shares["count"] % 5 == 0).all()
    assert (shares["base"] % 5 == 0).all()
    assert (shares["unrounded_count"] >= 10).all()
    assert (shares["estimate"] == shares["count"] / shares["base"]).all()
    ten = shares[shares["count"] == 10]["unrounded_count"]
    assert ten.between(10, 12).all()
    assert table.audit_disclosure()["safe"].all()


def test_rounding_keeps_the_weighted_percentages_and_rounds_the_bases():
    rule = ws.DisclosureRule.named("rounding-5", statement="A risk.")
    before = ws.crosstab(sites(weights=True), "work", "site", style="none")
    after = ws.protect(before, rule)
    assert after.to_frame()["estimate"].equals(before.to_frame()["estimate"])
    assert (after.to_frame()["base"] % 5 == 0).all()


def test_rounded_nets_and_margins_add():
    table = table_of(people(5, threefold=True), threefold=True)
    rule = ws.DisclosureRule.named("rounding-5", statement="A risk.")
    assert adds(ws.protect(table, rule).to_frame())


# ---------------------------------------------------------------- record and refusals


def test_the_record_names_rule_risk_cells_and_exceptions():
    table = ws.crosstab(distinct_table(), "works", "site", style="none")
    cell = ("works", "No", "site", "A")
    kept = ws.protect(table, RULE, exceptions={cell: "Site A has agreed."})
    record = kept.protection
    assert record.to_frame()[["role", "reason", "count"]].values.tolist() == [
        ["exception", "Site A has agreed.", 6.0]
    ]
    text = record.summary()
    assert "Statement of risk: Colleagues know one another." in text
    assert "Exception: works, No, proportion, site, A. Reason: Site A has agreed." in text
    assert kept.to_frame()["display"].equals(table.to_frame()["display"])


def test_totals_are_never_made_again_from_what_is_left():
    table = ws.crosstab(distinct_table(), "works", "site", style="none")
    before, after = table.to_frame(), ws.protect(table, RULE).to_frame()
    total = before["banner"] == "Total"
    assert after[total]["estimate"].equals(before[total]["estimate"])
    assert after["count"].equals(before["count"])
    shown = after["state"] != "confidential"
    assert after[shown]["display"].equals(before[shown]["display"])


def test_what_is_no_table_no_rule_or_no_cell_is_refused():
    table = ws.crosstab(distinct_table(), "works", "site")
    with pytest.raises(OptionError, match="a disclosure rule cannot be a str"):
        ws.protect(table, "ons-10-5")
    with pytest.raises(OptionError, match="is for a Table or a Book, not for 'DataFrame'"):
        ws.protect(table.to_frame(), RULE)
    with pytest.raises(OptionError, match="1 exceptions are of no cell"):
        ws.protect(table, RULE, exceptions={("works", "No", "site", "D"): "agreed"})
    with pytest.raises(OptionError, match="and a reason; found 5 words and reason ''"):
        ws.protect(table, RULE, exceptions={("works", "No", "site", "A"): ""})
    with pytest.raises(OptionError, match="1 exceptions are of cells that the rule does not hide"):
        ws.protect(table, RULE, exceptions={("works", "Yes", "site", "C"): "agreed"})
    with pytest.raises(OptionError, match="exceptions= is a dictionary of cells and reasons"):
        ws.protect(table, RULE, exceptions=[("works", "No", "site", "A")])
    with pytest.raises(
        OptionError, match=r"also= is a list of tables and books. Pass also=\[table"
    ):
        ws.protect(table, RULE, also=table)
    with pytest.raises(OptionError, match="these tables are not protected"):
        ws.audit_disclosure(table)


def test_an_exception_of_a_book_names_its_table():
    book = ws.book(sites(), ["work", "help"], "site", style="none")
    cell = ("help", "Advice", "site", "East")
    with pytest.raises(OptionError, match="with its table first in a book, and a reason; found 4"):
        ws.protect(book, RULE, exceptions={cell: "agreed"})
    kept = ws.protect(book, RULE, exceptions={("help", *cell): "agreed"})
    record = kept.protection.to_frame()
    assert record[record["role"] == "exception"]["reason"].tolist() == ["agreed"]
    assert kept.audit_disclosure()["safe"].all()


def test_an_excepted_count_under_a_rule_that_rounds_is_told_as_it_rounds():
    rule = ws.DisclosureRule.named("ons-10-5", statement="A risk.", zeros="safe")
    table = ws.crosstab(distinct_table(), "works", "site", style="none")
    kept = ws.protect(table, rule, exceptions={("works", "No", "site", "A"): "agreed"})
    shown = kept.to_frame().query("banner_category == 'A' and stub_category == 'No'")
    assert shown["count"].tolist() == [5]
    assert shown["display"].tolist() == ["6"]
    assert kept.audit_disclosure()["safe"].all()


def test_confidential_cells_share_no_mark_with_others():
    from dataclasses import replace

    style = replace(ws.tables.style_presets.choose_style("default"), confidential="[w]")
    with pytest.raises(TableError, match="a reader cannot tell them apart"):
        ws.protect(ws.crosstab(distinct_table(), "works", "site", style=style), RULE)


def test_protected_tables_are_not_made_again_with_other_weights():
    safe = ws.protect(ws.crosstab(distinct_table(), "works", "site"), RULE)
    with pytest.raises(TableError, match="protected tables are not made again"):
        ws.sensitivity(safe)
