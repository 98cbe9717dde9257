"""A file that arrives is described: every respondent is counted once, and no person is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import welfarestats as ws
from welfarestats.errors import CodebookError, DataError, DesignError, OptionError

WORK = ws.Question(
    "work",
    "In paid work?",
    categories=[
        ws.Category(1, "Yes"),
        ws.Category(2, "No"),
        ws.Category(8, "Don't know", missing="dont_know"),
        ws.Category(9, "Refused", missing="refused"),
    ],
    nets=[ws.Net("Either", (1, 2))],
)
HOURS = ws.Question("hours", kind="scale", asked_if={"work": [1]})
HELP = ws.Question(
    "help",
    "What helped?",
    kind="multiple",
    columns=("h1", "h2"),
    categories=[ws.Category(1, "Advice"), ws.Category(2, "Money")],
)
SUMMED = ["answered", "empty", "dont_know", "refused", "not_asked", "not_applicable"]


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["P1", "P2", "P2", "P4", None, "P6"],
            "work": [1, 1, 2, 8, 5, None],
            "hours": [40.0, None, None, 12.0, None, None],
            "h1": [1, 0, 0, 0, 0, None],
            "h2": [0, 0, 0, 0, 0, None],
            "said": [f"free words {i}" for i in range(6)],
            "w": [1.0, 2.0, None, -1.0, 0.0, 21.0],
            "minutes": [20, 22, 19, 5, 21, 20],
        }
    )


def described(frame=None, **options) -> ws.Description:
    frame = people() if frame is None else frame
    return ws.Survey(frame, codebook=[WORK, HOURS, HELP]).describe(**options)


def row(description: ws.Description, column: str) -> pd.Series:
    frame = description.to_frame()
    return frame[frame["column"] == column].iloc[0]


def checks(description: ws.Description) -> list[tuple[str, str, object]]:
    frame = description.findings()
    counts = [None if pd.isna(count) else int(count) for count in frame["count"]]
    return list(zip(frame["check"], frame["column"], counts, strict=True))


def test_every_respondent_is_counted_once_in_every_column_by_hand():
    description = described(identifier="id", weights="w", duration="minutes")
    assert description.respondents == 6
    assert row(description, "work")[SUMMED].tolist() == [4, 1, 1, 0, 0, 0]
    # Of those without hours one worked and was asked; the one who was not asked and has an entry
    # answered all the same.
    assert row(description, "hours")[SUMMED].tolist() == [2, 1, 0, 0, 3, 0]
    assert row(description, "h1")[SUMMED].tolist() == [5, 1, 0, 0, 0, 0]


def test_a_column_says_what_it_is():
    description = described(identifier="id", weights="w", duration="minutes")
    work = row(description, "work")
    assert work[["question", "label", "kind", "holds", "role"]].tolist() == [
        "work",
        "In paid work?",
        "single",
        "whole numbers",
        "",
    ]
    assert row(description, "h2")["label"] == "What helped?: Money"
    roles = dict(zip(description.to_frame()["column"], description.to_frame()["role"], strict=True))
    assert roles["id"] == "identifier"
    assert roles["w"] == "weights"
    assert roles["minutes"] == "duration"
    hours = row(description, "hours")
    assert (hours["minimum"], hours["maximum"]) == (12, 40)
    assert row(description, "minutes")[["minimum", "maximum"]].tolist() == [5, 22]
    assert np.isnan(row(description, "work")["minimum"])


def test_the_findings_of_a_dirty_file_by_hand():
    description = described(
        identifier="id",
        weights="w",
        duration="minutes",
        quotas={"work": {"Yes": 3, "Either": 3}},
        extreme_weight=2,
    )
    assert checks(description) == [
        ("missing identifiers", "id", 1),
        ("duplicate identifiers", "id", 1),
        ("empty rows", "", 1),
        ("weights missing", "w", 1),
        ("weights negative", "w", 1),
        ("weights zero", "w", 1),
        ("weights not centred", "w", None),
        ("weights extreme", "w", 1),
        ("speeders", "minutes", 1),
        ("quota not met", "work", 2),
        ("not in the codebook", "said", None),
        ("out of range", "work", 1),
        ("constant", "h2", 5),
    ]
    messages = dict(zip(*description.findings()[["check", "message"]].values.T, strict=True))
    assert messages["out of range"] == "1 value lies outside 1 to 2. The first is 5."
    assert messages["weights extreme"] == (
        "1 weight is more than 2 times the mean; the largest is 2.6 times the mean."
    )
    assert messages["speeders"] == (
        "1 interview took less than 33 per cent of the median, which is 20."
    )
    shares = description.findings()["share"]
    assert shares[0] == pytest.approx(1 / 6)
    assert np.isnan(shares[6])


def test_a_file_whose_weights_no_survey_takes_is_described_before():
    with pytest.raises(DesignError, match="missing"):
        ws.Survey(people(), weights="w")
    found = ws.Survey(people()).describe(weights="w").findings()
    assert "weights missing" in set(found["check"])


def test_a_codebook_that_does_not_fit_the_data_is_described_before():
    gone = ws.Question("gone", kind="scale")
    routed = ws.Question("hours", kind="scale", asked_if={"gone": [1]})
    with pytest.raises(DataError, match="no column 'gone'"):
        ws.Survey(people(), codebook=[gone])
    description = ws.Survey(people()).describe(codebook=[WORK, gone, routed])
    assert ("not in the data", "gone", None) in checks(description)
    assert row(description, "hours")["answered"] == 2


def test_quotas_are_against_unweighted_respondents_by_label_net_or_code():
    quotas = described(quotas={"work": {"Yes": 3, "Either": 3, 2: 0}}).quotas()
    assert quotas.values.tolist() == [
        ["work", "Yes", 3.0, 2, -1.0],
        ["work", "Either", 3.0, 3, 0.0],
        ["work", "2", 0.0, 1, 1.0],
    ]


def test_a_file_without_faults_has_no_findings():
    frame = pd.DataFrame({"a": ["x", "y", "z"], "b": ["u", "u", "v"], "w": [0.5, 1.0, 1.5]})
    description = ws.Survey(frame, weights="w", weights_represent="sample").describe()
    assert len(description.findings()) == 0
    assert "Nothing was found" in repr(description)


def test_no_value_of_an_identifier_or_of_free_text_is_told():
    frame = people().assign(number=range(10_001, 10_007), scale=np.arange(70_001, 70_007))
    frame = pd.concat([frame] * 5, ignore_index=True)
    frame["scale"] = np.arange(70_000, 70_030)
    questions = [
        WORK,
        ws.Question("scale", kind="scale"),
        ws.Question("said", categories=[ws.Category("x")]),
    ]
    description = ws.Survey(frame).describe(codebook=questions, identifier="id")
    told = description.to_html() + repr(description)
    told += description.to_frame().to_csv() + description.findings().to_csv()
    for secret in ("P1", "P2", "free words", "10001", "10,001", "70000", "70,000", "70029"):
        assert secret not in told


def test_columns_that_cannot_be_read_are_findings_and_nobody_is_lost():
    frame = pd.DataFrame(
        {
            "mixed": [1, "a", None, 2.5],
            "hours": ["much", "little", None, "3"],
            "h1": [0, 1, 3, None],
            "h2": ["0", "1", "0", None],
            "lists": [[1], [2, 3], None, []],
            "infinite": [1.0, np.inf, None, -np.inf],
        }
    )
    codebook = [
        ws.Question("hours", kind="scale"),
        HELP,
        ws.Question("infinite", kind="scale"),
    ]
    description = ws.Survey(frame, codebook=codebook).describe()
    assert (description.to_frame()[SUMMED].sum(axis=1) == 4).all()
    unreadable = description.findings().query("check == 'unreadable'")
    assert unreadable["column"].tolist() == ["mixed", "hours", "h2", "lists", "infinite"]
    assert ("out of range", "h1", 1) in checks(description)


def test_look_alikes_and_duplicates_are_counted():
    frame = pd.DataFrame({"a": ["UC", "UC ", "uc", "ESA"] * 2, "b": range(4, 12)})
    assert ("look-alike answers", "a", None) in checks(ws.Survey(frame).describe())
    twice = pd.concat([frame, frame.head(3)])
    assert ("duplicate rows", "", 3) in checks(ws.Survey(twice).describe())
    assert ("duplicate rows", "", 7) in checks(ws.Survey(twice).describe(identifier="b"))


def test_a_domain_describes_its_own_rows():
    frame = people()
    description = ws.Survey(frame, codebook=[WORK]).domain(frame["work"] == 1).describe()
    assert description.respondents == 2
    assert row(description, "work")["answered"] == 2
    assert row(description, "work")["distinct"] == 1


@pytest.mark.parametrize(
    "engine",
    [
        pd.DataFrame,
        pl.from_pandas,
        lambda frame: pl.from_pandas(frame).lazy(),
        pa.Table.from_pandas,
    ],
    ids=["pandas", "polars", "polars lazy", "arrow"],
)
def test_every_engine_gives_the_same_description(engine):
    options = {"identifier": "id", "weights": "w", "duration": "minutes"}
    ours, theirs = described(**options), described(engine(people()), **options)
    pd.testing.assert_frame_equal(
        ours.to_frame().drop(columns="holds"), theirs.to_frame().drop(columns="holds")
    )
    pd.testing.assert_frame_equal(ours.findings(), theirs.findings())


@settings(max_examples=25)
@given(st.data())
def test_counts_add_up_to_the_rows_and_order_does_not_matter(data):
    size = data.draw(st.integers(2, 20))
    random = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    frame = pd.DataFrame(
        {
            "work": random.choice([1, 2, 8, 9, 7, np.nan], size),
            "hours": random.choice([10, 20, np.nan], size),
            "h1": random.choice([0, 1, 2, np.nan], size),
            "h2": random.choice([0, 1, np.nan], size),
            "w": random.choice([0, 1, -1, np.nan, np.inf, 50], size),
        }
    )
    description = described(frame, weights="w")
    assert (description.to_frame()[SUMMED].sum(axis=1) == size).all()
    shuffled = described(frame.sample(frac=1, random_state=1), weights="w")
    pd.testing.assert_frame_equal(description.to_frame(), shuffled.to_frame())
    pd.testing.assert_frame_equal(description.findings(), shuffled.findings())


def test_what_is_named_must_exist():
    with pytest.raises(DataError, match=r"no column 'idd' for the identifier.*Did you mean 'id'"):
        described(identifier="idd")
    with pytest.raises(CodebookError, match="quota: question 'work' has no answer 'Yess'"):
        described(quotas={"work": {"Yess": 1}})
    with pytest.raises(CodebookError, match="quota: no question named 'wrk'"):
        described(quotas={"wrk": {"Yes": 1}})


def test_settings_are_numbers():
    with pytest.raises(OptionError, match="fastest is 0; it is a number greater than 0"):
        described(fastest=0)
    with pytest.raises(OptionError, match="extreme_weight is 'big'"):
        described(extreme_weight="big")
    with pytest.raises(OptionError, match=r"the quota of 'work', 'Yes' is -1"):
        described(quotas={"work": {"Yes": -1}})
    with pytest.raises(OptionError, match="the quotas of 'work' are a mapping"):
        described(quotas={"work": 5})


def test_it_shows_itself_safely_and_says_what_is_invented():
    frame = pd.DataFrame({"<script>": ["=1+1", "<b>", None]})
    description = ws.Survey(frame, origin="synthetic").describe()
    assert "<script>" not in description._repr_html_()
    assert "Synthetic data" in description.to_html()
    assert "&lt;script&gt;" in description.to_html()


def test_long_files_are_shown_in_part_and_say_so():
    frame = pd.DataFrame({f"c{i}": [1, 1] for i in range(130)})
    assert "The first 100 of 130 are shown; to_frame() has all of them." in repr(
        ws.Survey(frame).describe()
    )


def test_weights_that_stand_for_a_population_need_not_be_centred():
    frame = pd.DataFrame({"a": ["x", "y", "z"], "w": [100.0, 200.0, 300.0]})
    for represent, found in ((None, 1), ("sample", 1), ("population", 0)):
        survey = ws.Survey(frame, weights="w", weights_represent=represent)
        assert list(survey.describe().findings()["check"]).count("weights not centred") == found
