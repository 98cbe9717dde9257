"""Sentences drafted from a table: levels with their bases, and differences that were tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.estimates.question_medians import NOT_TESTED
from welfarestats.survey.codebook import Question
from welfarestats.survey.passes import Facts
from welfarestats.tables.books import Book
from welfarestats.tables.cell_marks import unmarked_caveats
from welfarestats.tables.layout import BASES_TOLD
from welfarestats.tables.phrasing import Speech, Told, plain_label
from welfarestats.tables.printed_pairs import WITHHELD
from welfarestats.tables.table import Recipe, Table

__all__ = ["draft_sentences"]

_MOST_LISTED, _FEW = 6, 3
_MOST_COLUMNS = 4
_DENIALS = ("no", "not", "none", "never", "did not", "does not", "do not", "no answer")

Cell = dict[str, Any]


def draft_sentences(tables: Table | Book) -> list[str]:
    """Return sentences drafted from a table or a book, in the order of its rows.

    Parameters
    ----------
    tables
        A `Table` or a `Book`.

    Returns
    -------
    list of str
        For each stub question a sentence with the figures of the total column; for each row and
        banner question the widest difference that was tested and found significant, with both
        figures and bases; how large a difference of small groups has to be, observed and true; and
        what a reader must be told of them.

    Raises
    ------
    OptionError
        When it is no table and no book.

    Notes
    -----
    Figures are printed as the house style rounds them; what it hides is in no sentence, and a
    flagged figure brings its caveat. "More likely" is written of significant differences only, and
    never of invented records, of volunteers or of an attempted census; groups without a
    significant difference are never called the same. No words such as "most" or "a third" stand
    in for a figure. The sentences are a draft: they say what a table holds, not what matters.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["F", "M"] * 100, "works": ["Yes"] * 150 + ["No"] * 50})
    >>> for sentence in ws.draft_sentences(ws.crosstab(ws.Survey(frame), "works", "sex")):
    ...     print(sentence)
    On “works”, 25 per cent were recorded as “No” and 75 per cent as “Yes” (base 200).
    No significant difference was found between the groups of “sex” on “works”.
    """
    if isinstance(tables, Table):
        return list(dict.fromkeys(_sentences(tables)))
    if isinstance(tables, Book):
        every = [one for table in tables.tables.values() for one in _sentences(table)]
        return list(dict.fromkeys(every))
    raise OptionError(
        f"sentences are drafted from a Table or a Book, not from {type(tables).__name__!r}. Make one"
        " with ws.crosstab or ws.book."
    )


@dataclass
class _Draft:
    """A table on its way to sentences, and which cells they have told."""

    table: Table
    recipe: Recipe
    facts: Facts
    percent: str
    speech: Speech
    told: list[Cell] = field(default_factory=list)
    compared: bool = False

    @property
    def inferring(self) -> bool:
        """Whether a difference may be called one."""
        blank = self.facts.origin == "synthetic" and not self.recipe.options.get(
            "synthetic_inference", False
        )
        return not blank and not self.facts.indicative

    def question(self, name: str) -> Question:
        return self.recipe.survey.describe_question(name)

    @property
    def banners(self) -> dict[str, Question]:
        """The banner questions by the name they have in the frame; two that are nested are one."""
        found = {}
        for banner in self.recipe.banners:
            if isinstance(banner, str):
                found[banner] = self.question(banner)
            else:
                name = " > ".join(banner)
                labels = [plain_label(self.question(one).label) for one in banner]
                found[name] = Question(name, " and ".join(labels))
        return found

    def tell(self, cell: Cell) -> Told | None:
        """Return what is said of a cell and remember it; nothing of what the style hides."""
        told = self.speech.told(cell)
        if told is not None:
            self.told.append(cell)
        return told


def _sentences(table: Table) -> Iterator[str]:
    recipe = table.recipe
    facts = recipe.survey.facts
    speech = Speech(table.style, facts.origin == "synthetic", facts.domain)
    made = _Draft(table, recipe, facts, str(recipe.options.get("percent", "column")), speech)
    said = table.frame[table.frame["statistic"] != "median"]
    for stub, own in said.groupby("stub", sort=False):
        question = made.question(str(stub))
        if made.percent == "row":
            yield from _shares_of_rows(made, question, own)
        else:
            yield from _levels(made, question, own)
            if made.percent == "column":
                yield from _by_banner(made, question, own)
    yield from _closing(made)


def _levels(made: _Draft, question: Question, own: pd.DataFrame) -> Iterator[str]:
    """Return the figures of the total column: categories in one sentence, nets and mean apart."""
    total = own[own["banner"] == "Total"]
    mean = total["statistic"] == "mean"
    plain = _records(total[~mean & ~total["is_net"].astype(bool)])
    say = made.speech
    if plain:
        pairs = [(str(cell["stub_category"]), say.told(cell)) for cell in plain]
        if len(plain) > _MOST_LISTED and all(told is not None for _, told in pairs):
            plain.sort(key=lambda cell: -float(cell["estimate"]))
            plain = plain[:_FEW]
            most = [(str(cell["stub_category"]), made.tell(cell)) for cell in plain]
            yield say.most_common(question, [(name, told) for name, told in most if told])
        else:
            shown = [(str(cell["stub_category"]), made.tell(cell)) for cell in plain]
            if any(told for _, told in shown):
                yield say.levels(question, [(name, told) for name, told in shown if told])
    for cell in _records(total[~mean & total["is_net"].astype(bool)]):
        if told := made.tell(cell):
            yield say.net(question, str(cell["stub_category"]), told)
    for cell in _records(total[mean]):
        if told := made.tell(cell):
            yield say.mean(question, told)


def _shares_of_rows(made: _Draft, question: Question, own: pd.DataFrame) -> Iterator[str]:
    """Return for each row of row percentages how it is divided among the columns."""
    own = own[(own["banner"] != "Total") & (own["statistic"] == "proportion")]
    for (category, banner), part in own.groupby(["stub_category", "banner"], sort=False):
        if len(part) > _MOST_LISTED:
            continue
        shown = [(str(cell["banner_category"]), made.tell(cell)) for cell in _records(part)]
        told = [(name, one) for name, one in shown if one]
        if told:
            yield made.speech.row(question, str(category), made.banners[str(banner)], told)


def _by_banner(made: _Draft, question: Question, own: pd.DataFrame) -> Iterator[str]:
    cells = {_place(cell): cell for cell in _records(own)}
    rows = _worth(question, own)
    for banner, by in made.banners.items():
        if not made.inferring:
            yield from _untested(made, question, by, rows, cells)
            continue
        pairs = made.table.pairs
        pairs = pairs[(pairs["variable"] == question.name) & (pairs["by"] == banner)]
        pairs = pairs[pairs["reason"] != NOT_TESTED]
        found = [s for row in rows for s in _widest(made, question, by, row, cells)]
        yield from found
        significant = pairs["significant"].to_numpy(dtype=bool).any()
        withheld = (pairs["reason"] == WITHHELD).any()
        if not found and not significant and len(pairs) and not withheld:
            tested = pairs["tested"].to_numpy(dtype=bool)
            versus = str(made.recipe.options.get("versus", "pairs"))
            every, some = bool(tested.all()), bool(tested.any())
            yield made.speech.no_difference(question, by, versus, every=every, some=some)
        made.compared |= bool(len(pairs))


def _worth(question: Question, own: pd.DataFrame) -> list[str]:
    """Return the rows worth a comparison: of two that add to 100, the one that affirms."""
    rows = own.drop_duplicates(["stub_category", "statistic"])
    plain = rows[(rows["statistic"] == "proportion") & ~rows["is_net"].astype(bool)]
    names = [str(name) for name in plain["stub_category"]]
    if len(names) == 2 and question.kind == "single":
        denied = [name.lower().startswith(_DENIALS) for name in names]
        names = [names[1]] if denied[0] and not denied[1] else names[:1]
    names += [str(name) for name in rows[rows["is_net"].astype(bool)]["stub_category"]]
    return names + ([""] if (rows["statistic"] == "mean").any() else [])


def _widest(
    made: _Draft, question: Question, by: Question, row: str, cells: dict[tuple[str, ...], Cell]
) -> Iterator[str]:
    """Return the widest significant difference of a row that the style lets be printed."""
    pairs = made.table.pairs
    category = pairs["category"].isna() if not row else pairs["category"] == row
    here = pairs[
        (pairs["variable"] == question.name)
        & (pairs["by"] == by.name)
        & category
        & pairs["significant"].to_numpy(dtype=bool)
        # A protected table prints no figure for the rest of a column.
        & pairs["difference"].notna()
    ]
    order = here["difference"].abs().sort_values(ascending=False, kind="stable").index
    for pair in _records(here.loc[order]):
        groups = [(str(pair[f"group_{side}"]), pair[f"estimate_{side}"]) for side in "ab"]
        groups.sort(key=lambda group: -float(group[1]))
        found = [_cell_of(cells, row, by.name, name) for name, _ in groups]
        told = [None if cell is None else made.speech.told(cell, alone=True) for cell in found]
        rest = [
            name == "Rest" and cell is None for (name, _), cell in zip(groups, found, strict=True)
        ]
        if any(one is None and not is_rest for one, is_rest in zip(told, rest, strict=True)):
            continue
        figures = [one.figure for one in told if one is not None]
        if len(set(figures)) < len(figures):
            continue
        made.told += [cell for cell in found if cell is not None]
        sides = [(name, one) for (name, _), one in zip(groups, told, strict=True)]
        yield made.speech.difference(question, by, row, sides)
        return


def _cell_of(cells: dict[tuple[str, ...], Cell], row: str, banner: str, group: str) -> Cell | None:
    return cells.get((row, banner, group)) or (
        cells.get((row, "Total", "Total")) if group == "Total" else None
    )


def _untested(
    made: _Draft,
    question: Question,
    by: Question,
    rows: Sequence[str],
    cells: dict[tuple[str, ...], Cell],
) -> Iterator[str]:
    """Return the figures of a few columns side by side, without calling them different."""
    columns = [place[2] for place in cells if place[1] == by.name]
    columns = list(dict.fromkeys(columns))
    if len(columns) > _MOST_COLUMNS:
        return
    for row in rows:
        shown = [(name, cells.get((row, by.name, name))) for name in columns]
        told = [(name, made.speech.told(cell, alone=True)) for name, cell in shown if cell]
        printed = [(name, one) for name, one in told if one]
        if len(printed) > 1:
            made.told += [cell for _, cell in shown if cell]
            indicative = made.facts.indicative and made.facts.origin != "synthetic"
            made.compared = True
            yield made.speech.side_by_side(question, by, row, printed, indicative=indicative)


def _closing(made: _Draft) -> Iterator[str]:
    """Return what a reader must be told of the figures and comparisons before."""
    if made.compared:
        yield from (note for note in made.table.grid.notes if note.startswith(BASES_TOLD))
    if made.told and made.facts.indicative:
        yield made.facts.sample_note
    asked = {cell[side] for cell in made.told for side in ("stub", "banner")}
    yield from (str(one) for one in made.facts.caveats if made.told and one.applies_to(asked))
    style = made.table.style
    yield from unmarked_caveats(style, (float(one[style.band_base]) for one in made.told))


def _records(frame: pd.DataFrame) -> list[Cell]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _place(cell: Cell) -> tuple[str, ...]:
    row = "" if cell["statistic"] == "mean" else str(cell["stub_category"])
    return row, str(cell["banner"]), str(cell["banner_category"])
