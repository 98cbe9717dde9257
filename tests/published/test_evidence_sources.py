from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from agency_workbook import agency_tables, write_agency_workbook
from prose_tables import mood_table, people, small_table

import welfarestats as ws
from welfarestats.errors import OptionError
from welfarestats.published.evidence_sources import evidence_of, origin_of

PRINTED = pd.DataFrame(
    {
        "table": "T1",
        "title": "Mood, by county",
        "sheet": "T1",
        "cell": ["B4", "C4", "B5", "C5"],
        "stub": "mood",
        "stub_category": ["Happy", "Happy", "", ""],
        "statistic": ["percent", "percent", "base", "base"],
        "banner": ["", "county", "", "county"],
        "banner_category": ["Total", "Kent", "Total", "Kent"],
        "column_key": ["", "A", "", "A"],
        "printed": ["42", "60", "400", "200"],
        "value": [42.0, 60.0, 400.0, 200.0],
        "decimals": [0, 0, 0, 0],
        "letters": ["", "B", "", ""],
        "mark": "",
    }
)


class Printed:
    """What `read_tables` returns, as far as a check uses it."""

    def to_frame(self) -> pd.DataFrame:
        return PRINTED


def test_a_table_gives_percentages_counts_bases_and_tests():
    evidence = evidence_of(mood_table())
    kinds = {fact.kind for fact in evidence.facts}
    assert kinds == {"percent", "count", "base"}
    kent = [f for f in evidence.facts if f.banner_category == "Kent" and f.stub_category == "Happy"]
    assert {f.kind: round(f.value) for f in kent} == {"percent": 60, "count": 120}
    assert evidence.has_tests
    assert evidence.tests["mood", "mood", "Happy", "county", "Kent", "Surrey"].significant


def test_a_flagged_cell_keeps_its_state_and_a_hidden_one_is_no_fact():
    facts = evidence_of(small_table()).facts
    assert {f.state for f in facts if f.banner_category == "Kent"} == {"flagged"}
    frame = people().iloc[::10]
    hidden = evidence_of(ws.crosstab(ws.Survey(frame.reset_index(drop=True)), "mood", "county"))
    assert all(f.kind == "base" for f in hidden.facts if f.banner_category in ("Kent", "Surrey"))


@pytest.mark.parametrize("filtered_first", [True, False])
def test_tables_of_one_question_keep_their_own_tests_and_figures(filtered_first):
    few = ws.crosstab(ws.Survey(people()).domain(county="Kent", age="16 to 34"), "mood", "county")
    everyone = ws.crosstab(ws.Survey(people()), "mood", "county")
    evidence = evidence_of([few, everyone] if filtered_first else [everyone, few])
    shares = [f for f in evidence.facts if f.kind == "percent" and f.category == "Happy"]
    kent, surrey = (
        next(f for f in shares if (f.banner_category, f.base) == (county, 200))
        for county in ("Kent", "Surrey")
    )
    test = evidence.test_of(kent, surrey)
    assert test is not None
    assert test.significant
    assert len({f.table for f in evidence.facts}) == 2
    assert len({f.quantity for f in evidence.facts}) == len(evidence.facts)


def test_a_table_is_named_by_its_title_as_far_as_it_tells_them_apart():
    survey = ws.Survey(people())
    by_county, by_age = (ws.crosstab(survey, "mood", name) for name in ("county", "age"))
    age = ws.crosstab(survey, "age", "county")
    names = [
        list(dict.fromkeys(fact.table for fact in evidence_of(tables).facts))
        for tables in ([by_county, age], [by_county, by_age], [by_county, by_county])
    ]
    assert names == [
        ["mood", "age"],
        ["mood, by county", "mood, by age"],
        ["mood, by county (table 1)", "mood, by county (table 2)"],
    ]


def test_a_book_a_list_and_a_mapping_give_all_their_tables():
    survey = ws.Survey(people())
    book = ws.book(survey, ["mood", "age"], "county")
    stubs = {fact.stub for fact in evidence_of(book).facts}
    assert stubs == {"mood", "age"}
    assert {f.stub for f in evidence_of([book["mood"], book["age"]]).facts} == stubs
    assert {f.stub for f in evidence_of({"a": book["mood"]}).facts} == {"mood"}


def test_printed_tables_give_their_cells_with_their_addresses():
    facts = evidence_of(Printed()).facts
    assert [(f.cell, f.kind, f.value) for f in facts] == [
        ("B4", "percent", 42.0), ("C4", "percent", 60.0), ("B5", "base", 400.0),
        ("C5", "base", 200.0),
    ]  # fmt: skip
    assert [f.banner for f in facts] == ["Total", "county", "Total", "county"]
    check = ws.check_prose("In Kent, 60 per cent were happy, and 42 per cent overall.", Printed())
    assert check.ok
    assert check.to_frame()["cell"].tolist() == ["C4", "B4"]


def test_printed_tables_as_they_are_read_give_their_bases_with_their_cells(tmp_path: Path):
    table = ws.crosstab(ws.Survey(people()), "mood", "county")
    tables = ws.read_tables(write_agency_workbook(tmp_path / "a.xlsx", agency_tables(table)))
    facts = evidence_of(tables).facts
    happy = {f.banner_category: f.base for f in facts if f.stub_category == "Happy"}
    frame = table.to_frame()
    ours = frame[frame["stub_category"] == "Happy"].set_index("banner_category")["base"]
    assert happy == ours.astype(float).to_dict()
    check = ws.check_prose("In Kent, 60 per cent were happy, and 61 per cent overall.", tables)
    assert check.to_frame()["status"].tolist() == ["tied", "wrong number"]


def test_a_report_gives_each_of_its_quantities_once_with_its_rows(bare_toy: Path):
    report = ws.load_report(bare_toy)
    evidence = evidence_of(report)
    told = {(f.quantity, f.kind, f.value) for f in evidence.facts}
    assert len(told) == len(evidence.facts)
    assert {item for f in evidence.facts for item in f.sources} <= {n.item for n in report.numbers}


def test_the_line_of_a_published_number_is_no_part_of_the_evidence():
    report = ws.load_report("psp-2021")
    texts = " ".join(
        f"{fact.category}|{fact.question}|{fact.group}|{fact.people}|{fact.quantity}"
        for fact in evidence_of(report).facts
    )
    assert "line" not in texts.replace("online", "").replace("decline", "")


def test_what_holds_no_numbers_is_refused():
    with pytest.raises(OptionError, match=r"tables cannot be a DataFrame\. Pass a Table"):
        evidence_of(people())
    with pytest.raises(OptionError, match="the tables hold no number to tie the text to"):
        evidence_of([])


def test_the_origin_is_synthetic_if_any_table_is():
    assert origin_of(mood_table()) == ""
    frame = people()
    made = ws.crosstab(ws.Survey(frame, origin="synthetic"), "mood", "county")
    assert origin_of([mood_table(), made]) == "synthetic"
