"""The record for the checker of an output."""

import welfarestats as ws
from tests.tables.disclosed_surveys import RULE, sites


def test_the_record_has_every_hidden_cell_with_role_reason_and_limits():
    safe = ws.protect(ws.crosstab(sites(), "work", ["site", "sex"], style="none"), RULE)
    record = safe.protection.to_frame()
    hidden = safe.to_frame().query("state == 'confidential' and statistic == 'proportion'")
    assert len(record[record["statistic"] == "proportion"]) == len(hidden)
    assert record["lower"].le(record["count"] + 1e-6).all()
    assert record["upper"].ge(record["count"] - 1e-6).all()
    assert set(record["role"]) <= {"primary", "secondary", "base"}
    primary = record[record["role"] == "primary"]
    assert (primary["required"] == 10).all()
    assert primary["reason"].str.startswith("primary: ").all()


def test_the_summary_tells_rule_and_closest_deduction():
    text = ws.protect(ws.crosstab(sites(), "work", "site"), RULE).protection.summary()
    assert text.startswith("Rule: threshold-10. Counts of 1 to 9 respondents are hidden.")
    assert "where 10 are required; 0 cells are placed more closely." in text


def test_the_note_says_what_is_hidden_besides_also_where_a_rule_rounds():
    rule = ws.DisclosureRule.named("ons-10-5", statement="A risk.")
    said = ws.protect(ws.crosstab(sites(), "work", "site"), rule).grid.notes
    assert any(
        "Counts and bases are rounded to multiples of 5. Cells from which hidden ones could be"
        " worked out are hidden too. Totals include what is hidden." in note
        for note in said
    )
