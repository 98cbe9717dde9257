"""The number-check of a draft: every number and comparison tied to a cell, or reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from welfarestats.errors import OptionError
from welfarestats.estimates.comparisons import check_margin
from welfarestats.output.grid import plain_grid
from welfarestats.output.html import html_table
from welfarestats.published.annotated_document import Comment, write_comments
from welfarestats.published.comparison_checks import checked_changes, checked_comparisons
from welfarestats.published.context import ReadPassage, read_passage
from welfarestats.published.evidence import Evidence
from welfarestats.published.evidence_sources import evidence_of, origin_of
from welfarestats.published.number_checks import Setting, checked_numbers, is_change
from welfarestats.published.passages import file_named, read_passages, table_headings
from welfarestats.published.prose_findings import KINDS_OF_FINDING, NOT_CHECKED, TIED, Checked
from welfarestats.published.running_comparisons import checked_running
from welfarestats.published.sign_off import SignOffRow, as_signed, signed_results, write_sign_off
from welfarestats.published.tying import tie_passage
from welfarestats.published.verbal_bands import BandSet, band_set

COLUMNS = (
    "place", "line", "sentence", "words", "kind", "status", "table", "cell", "stub",
    "stub_category", "banner", "banner_category", "value", "base", "letters", "result", "message",
    "caveats",
)  # fmt: skip
FINDING_COLUMNS = ("finding", "place", "line", "sentence", "words", "message")


@dataclass(frozen=True, eq=False)
class ProseCheck:
    """The numbers and comparisons of a draft, each tied to a cell or reported; frozen.

    Parameters
    ----------
    source : str
        The name of the draft's file, or ``"text"``.
    checked : tuple of Checked
        Every number and comparison, in order.
    newly_wrong : tuple of str
        The sentences that an earlier check found no fault in and this one does.
    draft : str or Path
        The draft's file or the text itself.
    origin : str
        ``"synthetic"`` if any of the tables is of invented records.

    See Also
    --------
    check_prose : Make one.
    """

    source: str
    checked: tuple[Checked, ...] = field(repr=False)
    newly_wrong: tuple[str, ...] = field(default=(), repr=False)
    draft: str | Path = field(default="", repr=False)
    origin: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what is not checked is not wrong."""
        return not any(one.fault for one in self.checked)

    def to_frame(self) -> pd.DataFrame:
        """Return every number and comparison, one row each.

        Returns
        -------
        pandas.DataFrame
            Columns ``place, line, sentence, words, kind, status, table, cell, stub,
            stub_category, banner, banner_category, value, base, letters, result, message,
            caveats``; ``status`` is ``"tied"``, ``"not checked"`` or a kind of finding, ``value``
            is in printed units, ``caveats`` must be said with the cell.
        """
        frame = pd.DataFrame([one.row() for one in self.checked], columns=list(COLUMNS))
        return frame.astype({"line": "Int64", "value": "float64", "base": "float64"})

    def findings(self) -> pd.DataFrame:
        """Return what is wrong, one row each.

        Returns
        -------
        pandas.DataFrame
            Columns ``finding, place, line, sentence, words, message``.
        """
        frame = self.to_frame().rename(columns={"status": "finding"})
        faulty = frame["finding"].isin(list(KINDS_OF_FINDING))
        return frame.loc[faulty, list(FINDING_COLUMNS)].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Return how many numbers and comparisons came to what.

        Returns
        -------
        pandas.DataFrame
            Columns ``status, numbers, comparisons, meaning``.
        """
        meanings = {TIED: "tied to a cell, and right", NOT_CHECKED: "not checked"}
        meanings |= KINDS_OF_FINDING
        tally = Counter((one.status, one.kind == "comparison") for one in self.checked)
        rows = [(s, tally[s, False], tally[s, True], meaning) for s, meaning in meanings.items()]
        kept = [row for row in rows if row[0] in (TIED, NOT_CHECKED) or row[1] or row[2]]
        return pd.DataFrame(kept, columns=["status", "numbers", "comparisons", "meaning"])

    def write_word(self, path: str | Path, *, author: str = "welfarestats") -> Path:
        """Write the draft again with a comment on each number and comparison.

        Parameters
        ----------
        path : str or Path
            A ``.docx`` file for a Word draft, else an ``.html`` file.
        author : str
            Who comments, as Word shows it.

        Returns
        -------
        Path
            The file; the draft itself is not changed.
        """
        comments = [
            Comment(one.passage.number, one.start, one.end, one.comment())
            for one in self.checked
            if one.status != NOT_CHECKED
        ]
        return write_comments(self.draft, comments, path, author=author)

    def write_sign_off(self, path: str | Path) -> Path:
        """Write the sheet on which a checker signs for every number and comparison.

        Parameters
        ----------
        path : str or Path
            An ``.xlsx`` file.

        Returns
        -------
        Path
            The file.
        """
        rows = [
            SignOffRow(
                str(number), one.passage.place, one.sentence, one.words, one.cell(), one.status
            )
            for number, one in enumerate(self.checked, start=1)
        ]
        title = f"Sign-off of the numbers of {self.source}"
        return write_sign_off(path, rows, title=title, origin=self.origin)

    def __repr__(self) -> str:
        tied = sum(one.status == TIED for one in self.checked)
        faults = sum(one.fault for one in self.checked)
        lines = [
            (
                f"<ProseCheck of {self.source}: {len(self.checked):,} numbers and comparisons, "
                f"{tied:,} tied, {faults:,} findings>"
            )
        ]
        wrong = [one for one in self.checked if one.fault]
        lines += [f"{o.passage.place}: {o.status}: {o.words!r}. {o.message}" for o in wrong[:10]]
        lines += [f"… and {len(wrong) - 10:,} more"] if len(wrong) > 10 else []
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        wrong = [one for one in self.checked if one.fault]
        tied = sum(one.status == TIED for one in self.checked)
        title = (
            f"Number-check of {self.source}: {len(self.checked):,} numbers and comparisons, "
            f"{tied:,} tied, {len(wrong):,} {'finding' if len(wrong) == 1 else 'findings'}"
        )
        rows = [(o.passage.place, o.status, o.words, o.sentence, o.message) for o in wrong]
        columns = ("Place", "Finding", "Words", "Sentence", "Why")
        nothing = [("Nothing was found", "", "", "", "")]
        return html_table(
            plain_grid(
                title, columns, rows or nothing, text_columns=columns[1:], origin=self.origin
            )
        )


def check_prose(
    draft: str | Path,
    tables: Any,
    *,
    base_limit: float | None = None,
    equivalence_margin: float | None = None,
    verbal_bands: str | BandSet = "plain",
    earlier: ProseCheck | str | Path | None = None,
) -> ProseCheck:
    r"""Return every number and comparison of a draft, tied to a cell or reported.

    A number is tied by its value, as rounded, and by the words around it: those of its clause
    count most, then its sentence, the sentences before it and the heading. A number whose words
    clearly point to a cell with another value is wrong.

    Parameters
    ----------
    draft : str or Path
        A ``.docx``, ``.md`` or ``.txt`` file, or the text itself.
    tables : Table, Book, Report, PrintedTables, or a list of them
        Where its numbers come from.
    base_limit : float, optional
        A figure on a smaller base needs a caveat in its passage. Figures that a table's own house
        style flags need one in any case.
    equivalence_margin : float, optional
        The difference of proportions, stated before, that is too small to matter: 0.05 for five
        points. "No difference", "similar" or "did not differ" are borne out only where the
        interval of the difference at 2 · level − 1 lies within it, as `compare` has it. Without a
        margin such words are a finding; "no significant difference" speaks of the test, and two
        figures that are printed alike are "the same proportion".
    verbal_bands : {"plain", "education-scotland"} or BandSet, default "plain"
        What words such as "most" or "a small minority" stand for.
    earlier : ProseCheck, str or Path, optional
        An earlier check of the same draft, such as one against the tables before the data
        changed, or the sign-off sheet that was written from it (needs ``welfarestats[excel]``):
        ``newly_wrong`` lists the sentences that are wrong only now.

    Returns
    -------
    ProseCheck
        One row a number or comparison, and what is wrong.

    Raises
    ------
    ReportError
        If the draft or the earlier sheet cannot be read.
    OptionError
        If the tables hold no numbers, or an option does not exist.

    Notes
    -----
    Dates, ages, durations, references, levels and quotations are passed over; a small number
    without a unit ("three reasons") is tied where its words allow and never a fault. Sums of
    cells that the tables do not show as a net are found nowhere. A hidden cell is not tied to, if
    it is confidential. Words are compared by their stems, in English.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
    approach for assessing the equivalence of average bioavailability. Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> import pandas as pd, welfarestats as ws
    >>> frame = pd.DataFrame({"sex": ["Women", "Men"] * 60, "agrees": ["Yes", "No", "No"] * 40})
    >>> table = ws.crosstab(ws.Survey(frame), "agrees", "sex")
    >>> check = ws.check_prose("Of the women, 43 per cent agrees: yes.", table)
    >>> check.findings()[["finding", "words"]].to_dict("records")
    [{'finding': 'wrong number', 'words': '43 per cent'}]
    """
    if not isinstance(draft, (str, Path)):
        raise OptionError(
            f"a draft cannot be a {type(draft).__name__}. Pass its text or the path of its file."
        )
    bands = band_set(verbal_bands)
    check_margin(equivalence_margin, level=1.0)
    evidence = evidence_of(tables, equivalence_margin)
    read = [read_passage(one, bands, evidence.words) for one in read_passages(draft)]
    setting = Setting(base_limit)
    checked: list[Checked] = []
    headings = table_headings([one.passage for one in read])
    for at, one in enumerate(read):
        heading = headings.get(at)
        before = read_passage(heading, bands, evidence.words) if heading else _before(read, at)
        checked += check_passage(one, before, evidence, setting)
    path = file_named(draft)
    newly: tuple[str, ...] = ()
    if earlier is not None:
        known = _wrong_before(earlier)
        faulty = dict.fromkeys(one.sentence for one in checked if one.fault)
        newly = tuple(one for one in faulty if as_signed(one) not in known)
    source = path.name if path else "text"
    return ProseCheck(source, tuple(checked), newly, draft, origin_of(tables))


def _wrong_before(earlier: ProseCheck | str | Path) -> set[str]:
    """Return the sentences in which an earlier check, or its sign-off sheet, has a finding."""
    if isinstance(earlier, ProseCheck):
        return {as_signed(one.sentence) for one in earlier.checked if one.fault}
    if isinstance(earlier, (str, Path)):
        results = signed_results(earlier)
        return {sentence for sentence, result in results if result in KINDS_OF_FINDING}
    raise OptionError(
        f"earlier cannot be a {type(earlier).__name__}. Pass the earlier ProseCheck or the path of "
        f"its sign-off sheet."
    )


def check_passage(
    one: ReadPassage, before: ReadPassage | None, evidence: Evidence, setting: Setting
) -> list[Checked]:
    """Return every number and comparison of a passage, in order."""
    ties = tie_passage(one, evidence, before)
    changes = [f for f in one.figures if f.kind == "times" or is_change(one, f)]
    levels = [tie for tie in ties if tie.figure not in changes]
    found = checked_numbers(one, levels, evidence, setting)
    found += checked_changes(one, changes, levels, evidence)
    found += checked_comparisons(one, levels, evidence, before)
    found += checked_running(one, levels)
    return sorted(found, key=lambda checked: (checked.start, checked.end))


def _before(read: Sequence[ReadPassage], at: int) -> ReadPassage | None:
    """Return what introduces a passage: the one before it, or of a list item what heads its list."""
    section = read[at].passage.section
    for back in range(at - 1, max(at - 25, -1), -1):
        one = read[back]
        if one.passage.section != section or one.passage.kind == "heading":
            return None
        if read[at].passage.kind != "list item" or one.passage.kind != "list item":
            return one
    return None
