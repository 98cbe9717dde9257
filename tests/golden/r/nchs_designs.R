# The designs whose figures are judged by the NCHS standards, for make_nchs_*.R.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, digits = 17)

strat <- read.csv("../shared/data/apistrat.csv")
clus1 <- read.csv("../shared/data/apiclus1.csv")
nhanes2 <- read.csv("../shared/data/nhanes2f.csv")
# Weights that differ within a category, so that the effective count is below the count.
clus1$w <- clus1$pw * (1 + clus1$meals / 25)

designs <- list(
  strat_w = list("apistrat", svydesign(~1, strata = ~stype, weights = ~pw, data = strat)),
  clus1_uneven = list("apiclus1", svydesign(~dnum, weights = ~w, data = clus1)),
  nhanes2 = list("nhanes2f", svydesign(~psuid, strata = ~stratid, weights = ~finalwgt,
                                       data = nhanes2, nest = TRUE))
)
