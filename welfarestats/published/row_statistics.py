"""Whether the figures of a row are per cents or counts, where no word and no sign says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from welfarestats.errors import TableError
from welfarestats.published.sheet_rows import OF_BASES, PrintedRow
from welfarestats.published.table_layout import SheetLayout

_ALONE = ("mean", "other", *OF_BASES)


def settle_statistics(
    rows: Sequence[PrintedRow],
    said: str,
    layout: SheetLayout,
    sheet: str,
    *,
    hint: str = "",
    everyone: int | None = None,
) -> list[str]:
    """Give every row of a table its statistic, and say what had to be left as ``other``.

    Parameters
    ----------
    rows : sequence of PrintedRow
        The rows; their ``statistic`` is filled in.
    said : str
        ``percent`` or ``count`` if the lines above the table say so.
    layout : SheetLayout
        What the user says; it goes before what the lines say.
    sheet : str
        Name of the sheet, for errors.
    hint : str, default ""
        ``percent`` or ``count`` if the title may mean so; used where arithmetic cannot tell.
    everyone : int or None, default None
        The column of all people.

    Returns
    -------
    list of str
        A sentence for each row that fits neither per cents nor counts.

    Raises
    ------
    TableError
        If it cannot be told; the sentence names the key of the layout that says it.
    """
    groups = _by_label(rows)
    pairs = [group for group in groups if len(group) == 2 and _is_open(group)]
    for group in groups:
        if _is_open(group) and len(group) == len(layout.row_statistics):
            for own, word in zip(group, layout.row_statistics, strict=True):
                own.statistic = word
        elif len(group) == 2:
            _settle_from_other(*group)
        elif len(group) > 2 and any(not own.statistic for own in group):
            raise TableError(
                f"{_place(group[0], sheet)}: {len(group)} rows share the label "
                f"{group[0].label!r}. Say in the layout what they are, from the top: "
                f'row_statistics = ["count", "percent", …].'
            )
    _settle_pairs([pair for pair in pairs if not pair[0].statistic], rows, sheet)
    word = layout.figures or said
    unsettled = [own for own in rows if not own.statistic]
    if unsettled and not word:
        signs = any(own.has_sign for own in rows)
        word = "percent" if signs else _guessed(unsettled, rows, everyone) or hint
    remarks = _settle_single(unsettled, word, sheet)
    _refuse_proportions(rows, layout, sheet)
    return remarks


def _by_label(rows: Iterable[PrintedRow]) -> list[list[PrintedRow]]:
    groups: list[list[PrintedRow]] = []
    for own in rows:
        if own.labelled or not groups:
            groups.append([own])
        else:
            groups[-1].append(own)
    return groups


def _is_open(group: Sequence[PrintedRow]) -> bool:
    return group[0].statistic not in _ALONE


def _settle_from_other(first: PrintedRow, second: PrintedRow) -> None:
    """Settle one of two rows with the same label by the other."""
    if first.statistic in _ALONE and not second.statistic:
        hundred = bool(second.values) and all(value == 100 for value in second.values)
        second.statistic = "percent" if hundred else "other"
        return
    opposite = {"percent": "count", "count": "percent"}
    if first.statistic and not second.statistic:
        second.statistic = opposite.get(first.statistic, "")
    elif second.statistic and not first.statistic:
        first.statistic = opposite.get(second.statistic, "")


def _settle_pairs(
    pairs: Sequence[Sequence[PrintedRow]], rows: Sequence[PrintedRow], sheet: str
) -> None:
    """Settle rows of counts and per cents that alternate throughout a table."""
    if not pairs:
        return
    votes = sum(_vote(first, second, rows) for first, second in pairs)
    if votes == 0:
        first = pairs[0][0]
        raise TableError(
            f"{_place(first, sheet)}: two rows share the label {first.label!r}, and their figures "
            f"do not tell which are counts and which per cents. Say it in the layout: "
            f'row_statistics = ["count", "percent"].'
        )
    words = ("count", "percent") if votes > 0 else ("percent", "count")
    for pair in pairs:
        for own, word in zip(pair, words, strict=True):
            own.statistic = word


def _vote(first: PrintedRow, second: PrintedRow, rows: Sequence[PrintedRow]) -> int:
    """Return 1 if the first of two rows holds the counts, -1 if the second does, 0 if unclear."""
    above = [any(value > 100 for value in own.values) for own in (first, second)]
    if above[0] != above[1]:
        return 1 if above[0] else -1
    fits = [_fits(first, second, rows), _fits(second, first, rows)]
    return (fits[0] > fits[1]) - (fits[0] < fits[1])


def _fits(counts: PrintedRow, percents: PrintedRow, rows: Sequence[PrintedRow]) -> int:
    """Return in how many columns counts over a base give the per cents, at the best base."""
    return max(
        (
            sum(
                abs(100 * count / base - percent) <= 1
                for column, base in _numbers(own).items()
                if base > 0
                and (count := _numbers(counts).get(column)) is not None
                and (percent := _numbers(percents).get(column)) is not None
            )
            for own in rows
            if own.statistic in OF_BASES
        ),
        default=0,
    )


def _numbers(own: PrintedRow) -> dict[int, float]:
    return {
        column: cell.token.value
        for column, cell in own.cells.items()
        if cell.token.value == cell.token.value
    }


def _settle_single(unsettled: Sequence[PrintedRow], word: str, sheet: str) -> list[str]:
    """Settle rows that stand alone by one word for all of them."""
    if unsettled and not word:
        first = next((own for own in unsettled if own.values), unsettled[0])
        raise TableError(
            f"{_place(first, sheet)}: it cannot be told whether the figures are per cents or "
            f'counts. Say it in the layout: figures = "percent", "proportion" or "count".'
        )
    remarks = []
    for own in unsettled:
        own.statistic = "percent" if word == "proportion" else word
        limit = 1 if word == "proportion" else 100
        if own.statistic == "percent" and any(value > limit for value in own.values):
            own.statistic = "other"
            remarks.append(
                f"{_place(own, sheet)}: row {own.label!r} holds figures over {limit} among "
                f'{word}s and was read as "other". Say in the layout what it is: [rows] '
                f'"{own.label}" = "base".'
            )
    return remarks


def _refuse_proportions(rows: Sequence[PrintedRow], layout: SheetLayout, sheet: str) -> None:
    """Raise if what should be per cents are fractions of one."""
    shares = [own for own in rows if own.statistic == "percent" and not own.has_sign]
    values = [value for own in shares for value in own.values]
    if values and not layout.figures and max(values) <= 1 and any(value % 1 for value in values):
        first = next(own for own in shares if own.values)
        raise TableError(
            f"{_place(first, sheet)}: no figure is over 1, so that it cannot be told whether they "
            f'are per cents or proportions. Say it in the layout: figures = "proportion" or '
            f'"percent".'
        )


def _guessed(
    unsettled: Sequence[PrintedRow], rows: Sequence[PrintedRow], everyone: int | None
) -> str:
    """Return what figures without any word or sign must be, or nothing.

    Counts of part of the people cannot be more than those of all of them, nor more than a base;
    per cents of a single answer add up to 100.
    """
    figures = [_numbers(own) for own in unsettled if own.values]
    values = [value for numbers in figures for value in numbers.values()]
    if not values or max(values) <= 1:
        return ""
    if max(values) > 100:
        return "count"
    bases = [_numbers(own) for own in rows if own.statistic in OF_BASES]
    if any(value % 1 for value in values) or _more_than_all(figures, bases, everyone):
        return "percent"
    columns = {column for numbers in figures for column in numbers}
    totals = [sum(numbers.get(column, 0) for numbers in figures) for column in columns]
    hundreds = sum(abs(total - 100) <= 2 for total in totals)
    if bases and all(abs(bases[0].get(column, 0) - 100) > 5 for column in columns):
        if hundreds * 2 > len(columns):
            return "percent"
        matching = sum(
            any(abs(total - base.get(column, -1)) <= 1 for base in bases)
            for column, total in zip(columns, totals, strict=True)
        )
        return "count" if matching * 2 > len(columns) else ""
    return ""


def _more_than_all(
    figures: Sequence[Mapping[int, float]],
    bases: Sequence[Mapping[int, float]],
    everyone: int | None,
) -> bool:
    """Return whether a figure is more than its base, or than that of all people."""
    over_base = any(
        value > base[column]
        for base in bases
        for numbers in figures
        for column, value in numbers.items()
        if column in base
    )
    over_all = any(
        max(numbers.values()) > numbers[everyone]
        for numbers in figures
        if everyone is not None and everyone in numbers
    )
    return over_base or over_all


def _place(own: PrintedRow, sheet: str) -> str:
    first = next(iter(own.cells.values()))
    return f"sheet {sheet!r}, {first.place}"
