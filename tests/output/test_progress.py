"""Progress is shown as a bar, told to somebody's own function, or not at all."""

from __future__ import annotations

from welfarestats.output.progress import progress_told


def test_a_bar_goes_to_standard_error(capsys):
    with progress_told("tables", progress=True) as tell:
        assert tell is not None
        tell(2, 4)
        tell(4, 4)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "tables" in shown.err


def test_ones_own_function_is_told_and_nothing_where_nothing_is_wanted(capsys):
    heard: list[tuple[int, int]] = []
    with progress_told("tables", progress=lambda *now: heard.append(now)) as tell:
        assert tell is not None
        tell(1, 3)
    assert heard == [(1, 3)]
    for nothing in (None, False):
        with progress_told("tables", progress=nothing) as tell:
            assert tell is None
    assert capsys.readouterr().err == ""
