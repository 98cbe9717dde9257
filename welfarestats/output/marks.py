"""Shorthand marks that stand in place of a number, and what they mean.

One mark a bracket, explained above the table, never beside a number in the same cell.

References
----------
Government Analysis Function (2022), "Using symbols and shorthand in tables", 11 January 2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MARKS: Mapping[str, str] = MappingProxyType(
    {
        "[low]": "rounds to zero, but is not zero",
        "[c]": "confidential: hidden to protect people",
        "[u]": "low reliability: hidden because the base is too small",
        "[w]": "none recorded in the survey",
        "[x]": "not available",
        "[z]": "not applicable",
    }
)
"""Shorthand of the Government Analysis Function for statistics, in the order of a legend."""
