"""Published numbers, re-created from respondents and checked."""
