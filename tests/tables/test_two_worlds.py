"""What is hidden changes nothing that is shown: two worlds that differ in it alone look the same."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest

import welfarestats as ws
from tests.tables.disclosed_surveys import BASES, CELLS, RULE
from welfarestats.tables.protected import Decided, ProtectedTable, protected_table
from welfarestats.tables.style_presets import choose_style

NONE = choose_style("none")
CAUTIOUS = replace(NONE, flag_test_base=100)
EVERY_BASE = replace(NONE, bases=("base", "weighted_base", "effective_base"))
TWO_LEVELS = replace(NONE, lower_case_level=0.6)
OPTIONS = [
    {"style": NONE},
    {"style": NONE, "versus": "rest"},
    {"style": TWO_LEVELS, "versus": "total"},
    {"style": TWO_LEVELS},
    {"style": CAUTIOUS, "test": "auto"},
    {"style": NONE, "test": "exact", "adjust": "bonferroni"},
    {"style": EVERY_BASE},
    {"style": "nchs"},
    {"style": None},
]


def hidden_as(table: ws.Table, safe: ProtectedTable) -> ProtectedTable:
    """Return a table that hides the cells and bases that another one does."""
    values = safe.sheet.values
    reason = np.where(values["state"] == "confidential", values["reason"], "")
    decided = Decided(reason.astype(object), values["base_hidden"])
    return protected_table(table, decided, safe.protection)


def shown(table: ProtectedTable, folder) -> dict[str, str]:
    """Return everything that a table shows, by the output."""
    found = {
        "html": table.to_html(),
        "notebook": table._repr_html_(),
        "markdown": table.to_markdown(),
        "text": str(table),
        "sentences": "\n".join(table.sentences()),
        "comparisons": table.comparisons().to_csv(),
    }
    chart = table.plot()
    found |= {"svg": str(chart.to_svg()), "alt": chart.alt_text, "chart": chart._repr_html_()}
    with zipfile.ZipFile(table.to_excel(folder / "table.xlsx")) as parts:
        names = [name for name in parts.namelist() if not name.endswith("core.xml")]
        found["workbook"] = "\n".join(parts.read(name).decode("utf-8") for name in names)
    return found


@pytest.mark.parametrize("options", OPTIONS, ids=lambda one: " ".join(map(str, one.items()))[-60:])
@pytest.mark.parametrize("worlds", [CELLS, BASES], ids=["cells", "bases"])
def test_no_output_tells_one_world_from_the_other(options, worlds, tmp_path):
    one, other = (ws.crosstab(world, "works", "site", **options) for world in worlds)
    rule = replace(RULE, threshold=20, protection=20) if options["style"] is None else RULE
    first = ws.protect(one, rule)
    assert (first.to_frame()["state"] == "confidential").any()
    second = hidden_as(other, first)
    # Only numbers that are hidden differ, so that the worlds are what they say.
    same = (one.to_frame()["count"] == other.to_frame()["count"]).to_numpy()
    assert same[(first.to_frame()["state"] != "confidential").to_numpy()].all()
    assert not same.all()
    here, there = shown(first, tmp_path), shown(second, tmp_path)
    assert [name for name in here if here[name] != there[name]] == []


def test_a_note_on_small_bases_tells_no_base_that_is_hidden():
    table = ws.crosstab(BASES[0], "works", "site", style=CAUTIOUS, test="auto")
    assert any("On effective bases of 7 and " in note for note in table.grid.notes)
    notes = ws.protect(table, RULE).grid.notes
    assert not any("effective base" in note for note in notes)


# ---------------------------------------------------------------- tests of tables


def test_tests_of_independence_are_those_of_tables_in_which_nothing_is_hidden():
    open_survey = CELLS[0].domain(site=["C", "D"])
    whole = ws.protect(ws.crosstab(open_survey, "works", "site", style="none"), RULE)
    assert len(whole.independence()) == 1
    assert whole.comparisons().equals(whole.original.comparisons())
    safe = ws.protect(ws.crosstab(CELLS[0], "works", "site", style="none"), RULE)
    with pytest.raises(ws.errors.TableError, match="made of all counts, also of those that this"):
        safe.independence()
    frame = CELLS[0].to_frame().assign(owns=["Yes", "No"] * 344)
    book = ws.book(ws.Survey(frame), ["works", "owns"], "site", style="none")
    assert ws.protect(book, RULE).independence()["stub"].tolist() == ["owns"]
    assert len(book.independence()) == 2


# ---------------------------------------------------------------- charts and bases


def test_bars_are_as_long_as_their_figures():
    bars = ws.protect(ws.crosstab(CELLS[0], "works", "site", style="none"), RULE).plot().series
    for one in bars:
        for bar in one.bars:
            assert bar.value is None if bar.text == "[c]" else bar.value == float(bar.text)


@pytest.mark.parametrize("weight", [None, 1.0, 2.5])
@pytest.mark.parametrize("percent", ["column", "row", "total"])
def test_a_rule_that_rounds_rounds_every_base_of_people_who_weigh_the_same(weight, percent):
    frame = CELLS[0].to_frame()
    if weight is not None:
        frame = frame.assign(w=weight)
    table = ws.crosstab(
        ws.Survey(frame, weights=None if weight is None else "w"),
        "works", "site", style=EVERY_BASE, percent=percent,
    )  # fmt: skip
    rule = ws.DisclosureRule.named("rounding-5", statement="A risk.")
    safe = ws.protect(table, rule)
    bases = [row for row in safe.grid.rows if row.kind == "base"]
    texts = [cell.text for row in bases for cell in row.cells if cell.text]
    if percent == "row":
        texts = [cell.text for row in safe.grid.rows for cell in row.cells[-3:]]
    if percent == "total":
        texts = [n.split(": ")[1].rstrip(".") for n in safe.grid.notes if "base: " in n]
    assert texts
    each = {5.0} | ({5.0 * weight} if weight else set())
    assert all(
        any(float(one.replace(",", "")) % step in (0, 0.5) for step in each) for one in texts
    )
    assert not any("effective base" in note for note in safe.grid.notes if "of 7" in note)


def test_weights_that_are_all_one_protect_as_well_as_none():
    frame = CELLS[0].to_frame()
    plain = ws.protect(ws.crosstab(ws.Survey(frame), "works", "site", style="none"), RULE)
    for weight in (1.0, 0.4):
        survey = ws.Survey(frame.assign(w=weight), weights="w")
        safe = ws.protect(ws.crosstab(survey, "works", "site", style="none"), RULE)
        assert safe.to_frame()["display"].tolist() == plain.to_frame()["display"].tolist()
        assert safe.audit_disclosure()["safe"].all()


def test_medians_of_scores_are_hidden_where_a_count_of_one_is():
    from tests.tables.disclosed_surveys import sites

    table = ws.crosstab(sites(), ["age", "work"], "site", style="none", medians=True)
    frame = ws.protect(table, RULE).to_frame()
    of_scores = frame[(frame["stub"] == "work") & (frame["statistic"] == "median")]
    hidden = frame[(frame["stub"] == "work") & (frame["statistic"] == "proportion")]
    gone = hidden.groupby("banner_category", sort=False)["state"].agg(
        lambda states: (states == "confidential").any()
    )
    assert gone.any()
    assert (of_scores.set_index("banner_category")["state"] == "confidential").equals(gone)


def test_a_draft_is_checked_against_what_a_protected_table_shows():
    table = ws.crosstab(CELLS[0], "works", "site", style="none")
    safe = ws.protect(table, RULE)
    text = "People at site D (54 per cent) were more likely to say No than at site C (41 per cent)."
    before, after = (ws.check_prose(text, one).to_frame() for one in (table, safe))
    assert before["status"].tolist() == after["status"].tolist() == ["tied"] * 3
    assert "significant" in after["result"].tolist()
    hidden = ws.check_prose("At site A, 6 people said Yes.", safe).to_frame()
    assert "tied" not in hidden["status"].tolist()
    assert not hidden["message"].str.contains("site = A: 6").any()
