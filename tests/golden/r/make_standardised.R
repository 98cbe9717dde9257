# Directly standardised means and proportions, written to standardised.csv.
# Run from this folder: Rscript make_standardised.R
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, digits = 17)

strat <- read.csv("../shared/data/apistrat.csv")
clus1 <- read.csv("../shared/data/apiclus1.csv")
clus2 <- read.csv("data/apiclus2.csv")
population <- c(E = 0.5, H = 0.2, M = 0.3)

designs <- list(
  wonly = list("apistrat", svydesign(~1, weights = ~pw, data = strat)),
  strat_fpc = list("apistrat", svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat)),
  clus1_w = list("apiclus1", svydesign(~dnum, weights = ~pw, data = clus1)),
  clus1_fpc = list("apiclus1", svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = clus1)),
  clus2_fpc = list("apiclus2", svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = clus2))
)

rows <- list()
add <- function(design, data, variable, level, by, by_level, value, se) {
  rows[[length(rows) + 1]] <<- data.frame(
    design, dataset = data, variable, level, by, by_level,
    value = sprintf("%.17g", value), se = sprintf("%.17g", se))
}

for (name in names(designs)) {
  data <- designs[[name]][[1]]
  design <- designs[[name]][[2]]
  whole <- svystandardize(design, by = ~stype, over = ~1, population = population)
  for (variable in c("api00", "enroll")) {
    # Schools without an enrolment (in apiclus2) are left out before the shares are set.
    known <- svystandardize(design, by = ~stype, over = ~1, population = population,
                            excluding.missing = reformulate(variable))
    m <- svymean(reformulate(variable), known, na.rm = TRUE)
    add(name, data, variable, "", "", "", coef(m), SE(m))
  }
  p <- svymean(~factor(awards), whole)
  for (i in seq_along(p)) add(name, data, "awards", levels(factor(whole$variables$awards))[i], "", "", coef(p)[i], SE(p)[i])
  over <- svystandardize(design, by = ~stype, over = ~comp_imp, population = population)
  for (group in c("No", "Yes")) {
    inside <- subset(over, comp_imp == group)
    m <- svymean(~api00, inside)
    add(name, data, "api00", "", "comp_imp", group, coef(m), SE(m))
    p <- svymean(~I(sch_wide == "Yes"), inside)
    add(name, data, "sch_wide", "Yes", "comp_imp", group, coef(p)[2], SE(p)[2])
  }
}
write.csv(do.call(rbind, rows), "standardised.csv", row.names = FALSE, quote = FALSE)
