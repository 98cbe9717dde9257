"""The same analyses in welfarestats, R's survey, svy and samplics; see `__main__`."""
