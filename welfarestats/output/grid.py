"""A finished table as words: title, headers, cells, bases, legend, notes, source.

A grid is what every writer (HTML, plain text, Markdown) is given. It holds strings only:
whoever builds one has already rounded, marked and hidden. Everything is frozen, and a grid
whose parts do not fit together cannot be made.

::

    title · subtitle · (where the records come from, if they are invented)
    legend: what each mark means                         above the table, always
    ┌────────┬───────┬──────────────────────────┐
    │ corner │ Total │ banner question          │         column_headers[0]
    │        │       ├────────────┬─────────────┤
    │        │       │ category A │ category B  │         column_headers[1]
    ├────────┴───────┴────────────┴─────────────┤
    │ stub question                             │         groups[0].header
    │ category  47      40           52 ᴬ       │         groups[0].rows
    │ base      120     58           62         │         bases
    └───────────────────────────────────────────┘
    notes · source
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from welfarestats.errors import TableError, one_of
from welfarestats.output.wording import SYNTHETIC_NOTE

ROW_KINDS = ("category", "net", "statistic", "base")
ORIGINS = ("", "collected", "synthetic")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and the significance letters that stand beside it.

    Parameters
    ----------
    text : str
        The figure or mark as a reader sees it, such as ``"47"`` or ``"[u]"``.
    letters : str, default ""
        Keys of the columns that this figure is compared with, such as ``"B C"``. They are
        kept apart from the figure, so that no writer mixes them up.
    state : str, default "shown"
        Why the text is what it is; writers may use it as a class name, never as a colour
        that stands alone.
    """

    text: str
    letters: str = ""
    state: str = "shown"


@dataclass(frozen=True)
class ColumnHeader:
    """One header over one or more columns.

    Parameters
    ----------
    text : str
        What the columns are.
    key : str, default ""
        The letter that other columns use to point at this one.
    span : int, default 1
        How many columns it stands over.
    depth : int, default 1
        How many header rows it reaches down.
    is_text : bool, default False
        Whether the column holds words, which start at the left, and not figures.
    """

    text: str
    key: str = ""
    span: int = 1
    depth: int = 1
    is_text: bool = False


@dataclass(frozen=True)
class Row:
    """One row: its header and one cell per column.

    Parameters
    ----------
    header : str
        What the row is.
    cells : tuple of Cell
        One per column.
    kind : {"category", "net", "statistic", "base"}, default "category"
        Decides how the row is set apart from its neighbours.
    """

    header: str
    cells: tuple[Cell, ...]
    kind: str = "category"

    def __post_init__(self) -> None:
        one_of(self.kind, ROW_KINDS, "the kind of a row")

    @property
    def title(self) -> str:
        """Return the header as printed: a net says so in words, not only by its looks."""
        said = self.kind != "net" or self.header.lower().startswith("net")
        return self.header if said else f"Net: {self.header}"


@dataclass(frozen=True)
class RowGroup:
    """Rows that belong together, such as the categories of one question.

    Parameters
    ----------
    rows : tuple of Row
        The rows from the top.
    header : str, default ""
        What they have in common; nothing where the title already says it.
    """

    rows: tuple[Row, ...]
    header: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of words, ready to be written.

    Parameters
    ----------
    title : str
        What the table shows.
    column_headers : tuple of tuple of ColumnHeader
        The header rows from the top. A header with ``depth=2`` leaves its place free in the
        row below.
    groups : tuple of RowGroup
        The body.
    corner : str, default "Answer"
        The header over the row headers; never left empty.
    subtitle : str, default ""
        Who was asked, or what the figures are.
    bases : tuple of Row, default ()
        Rows of kind ``"base"`` that stand at the foot.
    legend : tuple of (str, str), default ()
        Marks and their meaning, printed above the table.
    notes : tuple of str, default ()
        Sentences printed below the table.
    source : str, default ""
        Where the figures come from.
    origin : {"", "collected", "synthetic"}, default ""
        Writers say in the caption and in a note that synthetic records are invented.

    Raises
    ------
    TableError
        If a row does not have one cell per column, or header rows leave gaps.

    Examples
    --------
    >>> grid = Grid(
    ...     title="Confidence",
    ...     column_headers=((ColumnHeader("Total"),),),
    ...     groups=(RowGroup((Row("Improved", (Cell("47"),)),)),),
    ... )
    >>> grid.width, [row.header for row in grid.rows]
    (1, ['Improved'])
    """

    title: str
    column_headers: tuple[tuple[ColumnHeader, ...], ...]
    groups: tuple[RowGroup, ...]
    corner: str = "Answer"
    subtitle: str = ""
    bases: tuple[Row, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    origin: str = ""
    _places: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        one_of(self.origin, ORIGINS, "the origin of a grid")
        if not self.title.strip():
            raise TableError(
                "a table has no title, so a reader cannot tell what it shows. Name it."
            )
        object.__setattr__(self, "_places", _column_places(self.title, self.column_headers))
        for row in self.rows:
            if len(row.cells) != self.width:
                raise TableError(
                    f"row {row.header!r} of table {self.title!r} has {len(row.cells)} cells for "
                    f"{self.width} columns. Give one cell per column."
                )

    @property
    def width(self) -> int:
        """Return the number of columns, row headers not counted."""
        return len(self._places)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return all rows from the top, those of the foot last."""
        return (*(row for group in self.groups for row in group.rows), *self.bases)

    @property
    def column_paths(self) -> tuple[tuple[ColumnHeader, ...], ...]:
        """Return the headers that stand over each column, from the top."""
        return tuple(
            tuple(self.column_headers[level][place] for level, place in path)
            for path in self._places
        )

    @property
    def column_places(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Return for each column the row and place of the headers over it, from the top."""
        return self._places

    @property
    def notes_below(self) -> tuple[str, ...]:
        """Return what every writer prints below the table: origin, notes and source."""
        invented = (SYNTHETIC_NOTE,) if self.origin == "synthetic" else ()
        source = (f"Source: {self.source}",) if self.source else ()
        return tuple(dict.fromkeys((*invented, *self.notes, *source)))

    @property
    def letters_width(self) -> int:
        """Return the length of the longest letters beside a figure."""
        return max((len(cell.letters) for row in self.rows for cell in row.cells), default=0)


def plain_grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    text_columns: Sequence[str] = (),
    subtitle: str = "",
    notes: Sequence[str] = (),
    legend: Sequence[tuple[str, str]] = (),
    source: str = "",
    origin: str = "",
) -> Grid:
    """Return a listing with one header row, whose first column heads the rows.

    Parameters
    ----------
    title : str
        What the listing shows.
    columns : sequence of str
        Names of all columns, the first being that of the row headers.
    rows : sequence of sequence of str
        One text per column.
    text_columns : sequence of str, default ()
        Names of the columns that hold words, not figures.
    subtitle, source, origin : str, default ""
        As in `Grid`.
    notes : sequence of str, default ()
        As in `Grid`.
    legend : sequence of (str, str), default ()
        As in `Grid`.

    Returns
    -------
    Grid
        The listing.

    Raises
    ------
    TableError
        If a row does not have one text per column, or ``text_columns`` names no column.

    Examples
    --------
    >>> listing = plain_grid("Progress", ["Report", "Agree"], [["ehd-2025", "3 of 4"]])
    >>> listing.rows[0].cells[0].text
    '3 of 4'
    """
    unknown = [name for name in text_columns if name not in columns]
    if unknown:
        raise TableError(f"table {title!r} has no column named {unknown[0]!r} to hold words.")
    if len(columns) < 2 or any(not row for row in rows):
        raise TableError(f"table {title!r} needs a column of row headers and one other at least.")
    return Grid(
        title=title,
        column_headers=(
            tuple(ColumnHeader(name, is_text=name in text_columns) for name in columns[1:]),
        ),
        groups=(
            RowGroup(tuple(Row(row[0], tuple(Cell(text) for text in row[1:])) for row in rows)),
        ),
        corner=columns[0],
        subtitle=subtitle,
        legend=tuple(legend),
        notes=tuple(notes),
        source=source,
        origin=origin,
    )


def _column_places(
    title: str, header_rows: tuple[tuple[ColumnHeader, ...], ...]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Follow each column down its header rows, refusing gaps and overlaps."""
    width = sum(header.span for header in header_rows[0]) if header_rows else 0
    paths: list[list[tuple[int, int]]] = [[] for _ in range(width)]
    reach = [0] * width
    for level, headers in enumerate(header_rows):
        free: Iterator[int] = iter([place for place in range(width) if reach[place] <= level])
        for number, header in enumerate(headers):
            places = [place for _, place in zip(range(header.span), free, strict=False)]
            apart = places and places[-1] - places[0] >= header.span
            if len(places) < header.span or min(header.span, header.depth) < 1 or apart:
                raise TableError(
                    f"header {header.text!r} of table {title!r} does not fit over its columns: "
                    f"header row {level + 1} must cover {width} columns."
                )
            for place in places:
                paths[place].append((level, number))
                reach[place] = level + header.depth
        if next(free, None) is not None:
            raise TableError(
                f"header row {level + 1} of table {title!r} leaves a column without a header."
            )
    if not width or any(end != len(header_rows) for end in reach):
        raise TableError(f"the headers of table {title!r} do not end in one header per column.")
    return tuple(tuple(path) for path in paths)
