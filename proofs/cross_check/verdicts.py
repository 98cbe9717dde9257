"""Why a program's figures differ from R's, and which are right. Each was looked into."""

from __future__ import annotations

_SECOND_STAGE = (
    "leaves out the second stage of sampling, as if every school of a drawn district had been"
    " asked. R is right: its standard error is that of both stages."
)
_NO_CALIBRATION = (
    "takes the new weights as if they had been given. R is right: what the calibration explains"
    " does not vary."
)
_NO_FPC = "leaves the finite population out of {}. R is right."

# By analysis and program. A difference without a verdict, or the reverse, stops the proof.
VERDICTS = {
    ("cross-tab, two stages", "svy"): f"It {_SECOND_STAGE}",
    ("jackknife, finite population", "svy"): f"It {_NO_FPC.format('the jackknife')}",
    ("rank test, finite population", "svy"): f"It {_NO_FPC.format('the rank test')}",
    ("logistic regression, two stages", "svy"): f"It {_SECOND_STAGE}",
    ("mean, two stages", "samplics"): f"It has one fpc and {_SECOND_STAGE}",
    ("cross-tab, two stages", "samplics"): f"It {_SECOND_STAGE} For the test see the next row.",
    ("cross-tab, missing answers", "samplics"): (
        "Its F is 0 and its p-value missing for every table: the matrix of design effects is set to"
        " zero whenever it could be computed (the `else` of the `try` in `tabulation.py`). R is"
        " right."
    ),
    ("t-test", "samplics"): (
        "It adds the variances of two groups that share PSUs, as if they were two samples. R is"
        " right: the covariance belongs to the difference."
    ),
    ("jackknife, finite population", "samplics"): f"It {_NO_FPC.format('the jackknife')}",
    ("logistic regression, two stages", "samplics"): f"It {_SECOND_STAGE}",
    ("raking", "samplics"): f"It {_NO_CALIBRATION}",
    ("calibration", "samplics"): f"It {_NO_CALIBRATION}",
    ("median", "samplics"): (
        "It interpolates between values and takes a normal limit from a density. Neither is wrong;"
        " the definition has to be named."
    ),
}
# What a program does not offer.
ABSENT = {
    ("logistic regression", "welfarestats"): "handed over",
    ("logistic regression, two stages", "welfarestats"): "handed over",
    ("rank test, finite population", "samplics"): "no rank tests",
    ("lonely PSU, average", "samplics"): "no such rule",
}
