"""Run every benchmark of this folder, one after the other."""

from __future__ import annotations

import book
import crosstab_million
import weighting

if __name__ == "__main__":
    crosstab_million.main()
    book.main()
    weighting.main()
