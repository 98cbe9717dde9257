"""The command line as a module: ``python -m welfarestats reproduce``."""

from __future__ import annotations

import sys

from welfarestats.cli import main

if __name__ == "__main__":
    sys.exit(main())
