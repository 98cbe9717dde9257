"""Estimates arranged as tables, tested and made safe to show."""

from __future__ import annotations

from welfarestats.tables.bands import Band
from welfarestats.tables.books import Book, book
from welfarestats.tables.crosstabs import crosstab
from welfarestats.tables.house_style import HouseStyle
from welfarestats.tables.style_presets import PRESETS, choose_style
from welfarestats.tables.table import Table

__all__ = ["PRESETS", "Band", "Book", "HouseStyle", "Table", "book", "choose_style", "crosstab"]
