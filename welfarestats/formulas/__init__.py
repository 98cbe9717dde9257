"""Published formulas: arrays in, arrays out."""
