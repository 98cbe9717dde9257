"""A re-run, a new weight, a new wave: each cell that changed, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from printed_workbooks import CODEBOOK, Recipe, people, printed, surveyed

import welfarestats as ws
from welfarestats.errors import OptionError

STUBS, BANNER = ["ready", "health"], ["sex", "age"]


def made(survey: ws.Survey, **options: object) -> ws.Book:
    return ws.book(survey, STUBS, BANNER, **options)


@pytest.fixture(scope="module")
def first() -> ws.Book:
    return made(surveyed())


def reasons(found: ws.BookComparison) -> set[str]:
    moved = found.to_frame().query("status == 'moved'")
    return set(moved["reason"].str.replace(r" \(.*\)", "", regex=True))


def test_the_same_run_is_the_same(first: ws.Book):
    found = ws.compare_books(first, made(surveyed()))
    assert found.same
    assert found.counts()["same"] == len(first.to_frame())
    assert set(found.to_frame()["reason"]) == {""}


def test_a_new_weight_is_told_from_new_answers(first: ws.Book):
    weighted = ws.compare_books(first, made(surveyed(weights="w_region"))).to_frame()
    shares = weighted[
        (weighted["status"] == "moved") & (weighted["base_old"] == weighted["base_new"])
    ]
    causes = shares["reason"].str.split("; ").str[0]
    assert set(causes[shares["difference"] != 0].str.replace(r" \(.*", "", regex=True)) <= {
        "weight changed",
        "rounding only",
    }
    frame = people()
    frame.loc[frame.index[:60], "health"] = frame["health"].iloc[:60].replace({1: 2})
    edited = ws.compare_books(first, made(surveyed(frame))).to_frame()
    good = edited.query("stub == 'health' and stub_category == 'Good' and banner == 'Total'")
    assert good[["status", "reason"]].to_numpy().tolist() == [["moved", "answers changed"]]


def test_a_new_base_is_told_with_both_numbers(first: ws.Book):
    found = ws.compare_books(first, made(surveyed(people().iloc[:-40]))).to_frame()
    total = found.query("stub == 'ready' and stub_category == 'Ready' and banner == 'Total'").iloc[
        0
    ]
    assert total["base_new"] < total["base_old"]
    assert total["reason"].startswith(
        f"base changed ({total['base_old']:,.0f} to {total['base_new']:,.0f})"
    )
    assert total["difference"] == pytest.approx(total["new"] - total["old"])


def test_letters_gained_and_lost_and_marks_are_told(first: ws.Book):
    strict = ws.compare_books(first, made(surveyed(), level=0.999)).to_frame()
    lost = strict[strict["letters_lost"] != ""]
    assert len(lost)
    assert set(lost["reason"]) == {"letters only"}
    assert (strict["letters_gained"] == "").all()
    small = made(surveyed().domain(np.arange(1_200) < 90))
    assert any(
        "state changed (shown to" in r for r in ws.compare_books(first, small).to_frame()["reason"]
    )


def test_a_changed_label_is_not_a_new_cell():
    questions = [
        ws.Question(
            q.name,
            q.label,
            categories=[
                ws.Category(c.code, "Not ready at all", missing=c.missing)
                if c.label == "Not at all ready"
                else c
                for c in q.categories
            ],
            nets=q.nets,
        )
        if q.name == "ready"
        else q
        for q in CODEBOOK
    ]
    old = made(surveyed())
    new = made(ws.Survey(people(), weights="w", codebook=ws.Codebook(questions)))
    found = ws.compare_books(old, new)
    assert found.counts()["new"] == found.counts()["gone"] == 0
    assert reasons(found) == {"label changed"}


def test_new_and_gone_cells_are_listed(first: ws.Book):
    found = ws.compare_books(first, ws.book(surveyed(), ["ready", "advice"], BANNER))
    frame = found.to_frame()
    assert set(frame.query("status == 'gone'")["table"]) == {"health"}
    assert set(frame.query("status == 'new'")["table"]) == {"advice"}
    assert frame["status"].tolist()[-1] == "gone"
    assert "new cells in: advice" in found.summary()
    assert not found.same


def test_printed_tables_are_compared_too():
    old = printed(Recipe(stubs=("health",), banner=("sex",)))
    new = printed(Recipe(stubs=("health",), banner=("sex",), weights=None))
    found = ws.compare_books(ws.PrintedTables.from_frame(old), ws.PrintedTables.from_frame(new))
    moved = found.to_frame().query("status == 'moved' and statistic == 'percent'")
    assert set(moved["reason"]) == {"weight changed"}
    finer = printed(Recipe(stubs=("health",), banner=("sex",), decimals=1))
    # A figure that rounds first to 46.5 prints as 47, and as 46 where it is rounded once.
    assert reasons(ws.compare_books(old, finer)) <= {"rounding only", "rounding only, at most"}


def test_single_tables_are_compared_and_shown():
    one, other = (
        ws.crosstab(surveyed(weights=w), "health", "sex", title="<Health>") for w in ("w", None)
    )
    found = ws.compare_books(one, other)
    assert "<table" in found._repr_html_()
    assert repr(found).startswith("<BookComparison: ")
    frame = found.to_frame()
    assert isinstance(frame.index, pd.RangeIndex)
    assert "points" in found.summary()


def test_what_cannot_be_compared_is_refused(first: ws.Book):
    with pytest.raises(OptionError, match="one run is our own tables and the other printed"):
        ws.compare_books(first, printed(Recipe(stubs=("health",), banner=("sex",))))
    with pytest.raises(OptionError, match="old is a Book, a Table or printed tables, not 'str'"):
        ws.compare_books("agency.xlsx", first)


def test_what_either_run_hides_is_not_printed() -> None:
    def run(yes: int) -> ws.Table:
        works = ["Yes"] * yes + ["No"] * (20 - yes) + ["Yes"] * 10 * yes + ["No"] * 200
        frame = pd.DataFrame({"group": ["a"] * 20 + ["b"] * (10 * yes + 200), "works": works})
        return ws.crosstab(ws.Survey(frame), "works", "group")

    found = ws.compare_books(run(13), run(12))
    row = found.to_frame().query("stub_category == 'Yes' and banner_category == 'a'").iloc[0]
    # The frame keeps what may be checked: 13 and 12 of 20.
    assert row["old"] == pytest.approx(65)
    assert row["new"] == pytest.approx(60)
    for text in (found.summary(), found._repr_html_()):
        assert "not shown" in text
        assert "65.0" not in text
        assert "60.0" not in text
