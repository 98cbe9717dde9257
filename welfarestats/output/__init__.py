"""A finished grid of words written for a reader; this room has never heard of a survey."""
