from __future__ import annotations

import numpy as np
import pandas as pd
from weighted_people import SHARES, people, survey_of

import welfarestats as ws
from welfarestats.errors import TableError
from welfarestats.output import picture


def test_a_notebook_shows_tables_and_a_picture():
    html = ws.summarise_weights(ws.rake(survey_of(people()), SHARES))._repr_html_()
    assert html.count("<table") == 4
    assert "<img" in html
    assert "Targets against what the weights achieve" in html


def test_without_matplotlib_the_tables_stand_alone(monkeypatch):
    def missing(name: str) -> None:
        raise TableError("no matplotlib")

    monkeypatch.setattr(picture, "drawing_module", missing)
    html = ws.summarise_weights(survey_of(people()), by="sex").to_html()
    assert "<img" not in html
    assert html.count("<table") == 2


def test_labels_are_escaped():
    frame = people().assign(region=np.where(people()["region"] == "North", "<b>N&S</b>", "S"))
    html = ws.summarise_weights(survey_of(frame), by="region").to_html()
    assert "<b>N&S" not in html
    assert "&lt;b&gt;N&amp;S" in html


def test_the_picture_has_a_bar_for_each_class_of_weights():
    frame = pd.DataFrame({"w": [0.5, 0.5, 1.0, 2.0]})
    picture = ws.summarise_weights(ws.Survey(frame, weights="w")).plot()
    assert picture.categories[0] == "0.5 to under 0.7"
    assert picture.categories[-1] == "2 to under 3"
    assert [bar.text for bar in picture.series[0].bars] == [
        "50.0",
        "0",
        "0",
        "25.0",
        "0",
        "0",
        "25.0",
    ]
    assert "0.5 to under 0.7: 50.0." in picture.alt_text


def test_weights_that_were_all_alike_are_not_drawn():
    one = ws.summarise_weights(ws.rake(ws.Survey(people()), {"sex": {1: 0.5, 2: 0.5}})).plot()
    assert [series.name for series in one.series] == ["After"]
    two = ws.summarise_weights(ws.rake(survey_of(people()), SHARES)).plot()
    assert [series.name for series in two.series] == ["Before", "After"]
    alike = ws.summarise_weights(ws.Survey(people())).plot()
    assert alike.categories == ("1 to under 1.2",)


def test_synthetic_records_are_marked():
    survey = ws.rake(survey_of(people(), origin="synthetic"), SHARES)
    summary = ws.summarise_weights(survey)
    assert "Synthetic data" in repr(summary)
    assert "invented" in summary.plot().alt_text
    plain = ws.summarise_weights(survey_of(people()))
    assert "Synthetic" not in repr(plain)
