"""Numbers with their uncertainty and their bases, one row per number."""
