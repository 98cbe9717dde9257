# The analyses in R's survey. Rscript with_r.R GOLDEN OUT: reads data, writes OUT as JSON.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "fail")
places <- commandArgs(TRUE)
read <- function(name) read.csv(file.path(places[1], name), na.strings = "")
found <- list()
keep <- function(name, ...) found[[name]] <<- list(...)
number <- function(x) as.numeric(x)[1]

strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc,
                   data = read("shared/data/apistrat.csv"))
clus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = read("shared/data/apiclus1.csv"))
clus2 <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2,
                   data = read("r/data/apiclus2.csv"))
nhanes <- svydesign(id = ~sdmvpsu, strata = ~sdmvstra, weights = ~wtmec2yr, nest = TRUE,
                    data = read("r/data/nhanes.csv"))

mean_of <- function(name, formula, design) {
  m <- svymean(formula, design, na.rm = TRUE)
  keep(name, estimate = number(coef(m)), standard_error = number(SE(m)))
}
mean_of("mean", ~api00, strat)
m <- svytotal(~enroll, strat, na.rm = TRUE)
keep("total", estimate = number(coef(m)), standard_error = number(SE(m)))
m <- svymean(~ I(awards == "Yes"), subset(strat, stype == "H"))
keep("proportion", estimate = number(coef(m)[2]), standard_error = number(SE(m)[2]))
m <- svyratio(~api00, ~api99, strat)
keep("ratio", estimate = number(coef(m)), standard_error = number(SE(m)))
m <- svyquantile(~api00, strat, 0.5, ci = TRUE)
keep("median", estimate = number(coef(m)), ci_low = confint(m)[1], ci_high = confint(m)[2])
mean_of("mean, two stages", ~api00, clus2)
m <- svymean(~ interaction(sch_wide, stype), clus2)
t <- svychisq(~ sch_wide + stype, clus2, statistic = "F")
keep("cross-tab, two stages", cell = number(coef(m)["interaction(sch_wide, stype)Yes.E"]),
     standard_error = number(SE(m)[2]), F = number(t$statistic), df1 = number(t$parameter[1]),
     p_value = number(t$p.value))
t <- svychisq(~ chol + riagendr, subset(nhanes, !is.na(chol)), statistic = "F")
keep("cross-tab, missing answers", F = number(t$statistic), df1 = number(t$parameter[1]),
     df2 = number(t$parameter[2]), p_value = number(t$p.value))
known <- subset(nhanes, !is.na(hi_chol))
m <- svymean(~hi_chol, known)
keep("missing answers", estimate = number(coef(m)), standard_error = number(SE(m)),
     degrees_of_freedom = degf(known))
model <- svyglm(hi_chol ~ factor(riagendr), known)
t <- summary(model)$coefficients[2, ]
keep("t-test", difference = number(t[1]), standard_error = number(t[2]), statistic = number(t[3]))
m <- svymean(~api00, as.svrepdesign(clus1, type = "JK1"))
keep("jackknife, finite population", estimate = number(coef(m)), standard_error = number(SE(m)))
t <- svyranktest(api00 ~ comp_imp, clus1)
keep("rank test, finite population", statistic = number(abs(t$statistic)),
     p_value = number(t$p.value))
logit_of <- function(name, formula, design, term) {
  model <- svyglm(formula, design, family = quasibinomial,
                  control = glm.control(epsilon = 1e-13, maxit = 100))
  keep(name, coefficient = number(coef(model)[term]), standard_error = number(SE(model)[term]))
}
logit_of("logistic regression", I(comp_imp == "Yes") ~ meals, clus1, "meals")
logit_of("logistic regression, two stages", I(comp_imp == "Yes") ~ meals, clus2, "meals")
raked <- rake(clus1, list(~stype, ~sch_wide),
              list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
                   data.frame(sch_wide = c("No", "Yes"), Freq = c(1072, 5122))),
              control = list(maxit = 1000, epsilon = 1e-9))
m <- svymean(~api00, raked)
keep("raking", largest_weight = max(weights(raked)), estimate = number(coef(m)),
     standard_error = number(SE(m)))
greg <- calibrate(clus1, ~ stype + api99, c(6194, 755, 1018, 3914069))
m <- svymean(~api00, greg)
keep("calibration", largest_weight = max(weights(greg)), estimate = number(coef(m)),
     standard_error = number(SE(m)))
lonely <- read("shared/data/lonely.csv")
options(survey.lonely.psu = "average")
one <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = lonely, nest = TRUE)
mean_of("lonely PSU, average", ~y, one)
found[["version"]] <- paste0("R ", getRversion(), ", survey ", packageVersion("survey"))

quoted <- function(x) if (is.character(x)) paste0("\"", x, "\"") else sprintf("%.17g", x)
entries <- vapply(names(found), function(name) {
  one <- found[[name]]
  if (!is.list(one)) return(paste0("\"", name, "\": ", quoted(one)))
  figures <- vapply(names(one), function(key) paste0("\"", key, "\": ", quoted(one[[key]])), "")
  paste0("\"", name, "\": {", paste(figures, collapse = ", "), "}")
}, "")
writeLines(paste0("{", paste(entries, collapse = ",\n"), "}"), places[2])
