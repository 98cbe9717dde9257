"""Small invented surveys whose tables must not be shown as they are."""

import numpy as np
import pandas as pd

import welfarestats as ws

RULE = ws.DisclosureRule.named("threshold-10", statement="Colleagues know one another.")


def sites(size: int = 300, seed: int = 3, *, weights: bool = False) -> ws.Survey:
    """Return respondents of three sites, the third of them small, with answers of every kind."""
    draws = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "work": draws.choice([1, 2, 3, 9], size, p=[0.5, 0.05, 0.35, 0.1]),
            "site": draws.choice([1, 2, 3], size, p=[0.5, 0.35, 0.15]),
            "sex": draws.choice(["Men", "Women"], size),
            "age": draws.integers(18, 90, size),
            "w": draws.uniform(0.5, 2, size),
            "id": np.arange(size),
        }
    )
    for column in ("advice", "money"):
        frame[column] = (draws.random(size) < 0.1).astype(int)
    frame["age6"] = frame["age"] // 13
    frame["age3"] = frame["age6"] // 2
    work = [
        ws.Category(1, "Full time", score=40),
        ws.Category(2, "Part time", score=16),
        ws.Category(3, "None", score=0),
        ws.Category(9, "Don't know", missing="dont_know"),
    ]
    helps = [ws.Category(1, "Advice"), ws.Category(2, "Money")]
    places = [ws.Category(1, "North"), ws.Category(2, "South"), ws.Category(3, "East")]
    codebook = ws.Codebook(
        [
            ws.Question("work", "Work", categories=work, nets=[ws.Net("Any work", (1, 2))]),
            ws.Question(
                "help", "Help", kind="multiple", columns=("advice", "money"), categories=helps,
                nets=[ws.Net("Any help", (1, 2))],
            ),
            ws.Question("site", "Site", categories=places),
            ws.Question("sex"), ws.Question("age6"), ws.Question("age3"),
            ws.Question("age", kind="scale"),
        ]
    )  # fmt: skip
    return ws.Survey(frame, weights="w" if weights else None, codebook=codebook)


def practitioners() -> ws.Survey:
    """Return 17 practitioners, of whom all but one answered alike, and 62 staff."""
    frame = pd.DataFrame(
        {
            "role": ["Practitioner"] * 17 + ["Staff"] * 62,
            "refers": ["Yes"] * 16 + ["No"] + ["Yes"] * 40 + ["No"] * 22,
        }
    )
    return ws.Survey(frame)


def answers_by_site(counts: dict[str, tuple[int, ...]]) -> ws.Survey:
    """Return respondents of sites by how many said Yes, No and Perhaps."""
    answers = ("Yes", "No", "Perhaps")
    rows = [
        (site, answer)
        for site, every in counts.items()
        for answer, count in zip(answers, every, strict=True)
        for _ in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["site", "works"])
    codebook = ws.Codebook(
        [
            ws.Question("works", categories=[ws.Category(one, one) for one in answers]),
            ws.Question("site", categories=[ws.Category(one, one) for one in counts]),
        ]
    )
    return ws.Survey(frame, codebook=codebook)


#: Site A has 6 who said Yes, or 36: as many fewer said so at site D.
CELLS = (
    answers_by_site({"A": (6, 60, 40), "B": (70, 60, 30), "C": (80, 90, 50), "D": (30, 110, 62)}),
    answers_by_site({"A": (36, 60, 10), "B": (70, 60, 30), "C": (80, 90, 50), "D": (0, 110, 92)}),
)
#: Site A has 7 respondents, or the 36 of site B.
BASES = (
    answers_by_site({"A": (4, 3, 0), "B": (11, 20, 5), "C": (162, 100, 10)}),
    answers_by_site({"A": (11, 20, 5), "B": (4, 3, 0), "C": (162, 100, 10)}),
)
