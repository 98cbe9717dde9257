"""Numbers of people as sums of combinations of categories."""

import numpy as np
import pytest

from welfarestats.errors import TableError
from welfarestats.tables import number_model
from welfarestats.tables.number_model import NumberModel, Scored
from welfarestats.tables.partitions import Partitions, selected


def people() -> Partitions:
    draws = np.random.default_rng(2)
    found = Partitions(np.ones(80))
    for name, size in (("q", 4), ("site", 3), ("sex", 2)):
        found.add(name, draws.integers(0, size, 80), size)
    return found


def counted(found: Partitions, wanted: dict) -> int:
    mask = np.ones(80, dtype=bool)
    for name, categories in wanted.items():
        mask &= np.isin(found.parts[name].codes, categories)
    return int(mask.sum())


def test_true_numbers_are_counted_and_fulfil_every_sum():
    found = people()
    asked = [
        {"q": [1], "site": [0]}, {"q": [1, 2], "site": [0]}, {"site": [0]}, {"q": [1]},
        {"q": [1], "sex": [1]}, {"sex": [1]}, {},
    ]  # fmt: skip
    model = NumberModel(found, [selected(one) for one in asked])
    truth = model.truth(found.count)
    for one in asked:
        assert truth[model.place(selected(one))] == counted(found, one)
    assert np.abs(model.matrix @ truth - model.totals(80.0)).max() < 1e-9


def test_the_same_people_said_otherwise_are_one_number():
    found = people()
    model = NumberModel(found, [selected({"q": [1], "site": [0, 1, 2]}), selected({"q": [1]})])
    assert model.place(selected({"q": [1], "site": [0, 1, 2]})) == model.place(selected({"q": [1]}))


def test_scores_add_to_their_sum():
    found = people()
    scored = Scored(selected({"q": [1, 2, 3], "site": [1]}), "q", (np.nan, 2.0, -1.0, 5.0))
    model = NumberModel(found, [scored, selected({"site": [1]})])
    codes = found.parts["q"].codes[found.parts["site"].codes == 1]
    expected = np.array([0.0, 2, -1, 5])[codes].sum()
    assert model.truth(found.count)[model.place(scored)] == expected


def test_crossings_that_are_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(number_model, "_MOST_CELLS", 5)
    with pytest.raises(TableError, match="2 questions crossed have 9 cells, more than 5"):
        NumberModel(
            people(),
            [selected({"q": [1], "site": [0]}), selected({"q": [2], "site": [1]})],
        )
