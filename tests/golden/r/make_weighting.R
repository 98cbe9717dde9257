# Writes golden_weighting.csv: what R survey answers after calibration, and from replicate weights
# that were calibrated. Run from tests/golden/r:  Rscript make_weighting.R
# Targets are the weighted totals of the data times the factors below; they stand in the file.
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.ultimate.cluster = FALSE, survey.replicates.mse = FALSE)

TIGHT <- 1e-13
out <- list()
field <- function(x) {
  text <- if (is.numeric(x)) sprintf("%.17g", x) else as.character(x)
  if (grepl("[,\"]", text)) paste0("\"", gsub("\"", "\"\"", text), "\"") else text
}
put <- function(case, statistic, variable, level = "", by = "", by_level = "", value, se = "",
                df = "") {
  cells <- list(case, statistic, variable, level, by, by_level, value, se, df)
  out[[length(out) + 1]] <<- paste(vapply(cells, field, ""), collapse = ",")
}
read_data <- function(path, categories) {
  frame <- read.csv(path, stringsAsFactors = FALSE, na.strings = "")
  for (v in categories) frame[[v]] <- factor(frame[[v]], levels = sort(unique(frame[[v]])))
  frame
}

# ---- targets: a factor for each level of each margin, the whole staying what it was ------------
aims <- function(frame, weight, margin) {
  now <- tapply(frame[[weight]], frame[[margin]], sum)
  factors <- seq(0.9, 1.15, length.out = length(now))
  round(now * factors / sum(now * factors) * sum(now), 3)
}
# The last level takes what rounding left, so that all margins have one sum.
balanced <- function(targets, whole) {
  lapply(targets, function(t) { t[length(t)] <- whole - sum(t[-length(t)]); t })
}
population_of <- function(design, targets, whole, numeric = NULL) {
  found <- c("(Intercept)" = whole)
  for (m in names(targets)) {
    t <- targets[[m]][-1]
    names(t) <- paste0(m, names(t))
    found <- c(found, t)
  }
  c(found, numeric)
}

# ---- answers -----------------------------------------------------------------------------------
one <- function(case, design, variable, by = "", by_level = "", df) {
  many <- is.factor(design$variables[[variable]])
  for (kind in c("mean", "total")) {
    result <- (if (kind == "mean") svymean else svytotal)(reformulate(variable), design, na.rm = TRUE)
    levels <- if (many) levels(design$variables[[variable]]) else ""
    name <- if (!many) kind else if (kind == "mean") "prop" else "count"
    for (k in seq_along(levels)) {
      put(case, name, variable, levels[k], by, by_level, coef(result)[[k]],
          sqrt(diag(as.matrix(vcov(result))))[[k]], df)
    }
  }
}
answers <- function(case, design, numbers, categories, by, tests) {
  df <- degf(design)
  for (v in c(numbers, categories)) one(case, design, v, df = df)
  for (level in levels(design$variables[[by]])) {
    here <- !is.na(design$variables[[by]]) & design$variables[[by]] == level
    for (v in c(numbers[1], categories[1])) one(case, subset(design, here), v, by, level, df)
  }
  for (pair in tests) {
    keep <- complete.cases(design$variables[, pair])
    test <- svychisq(reformulate(pair), subset(design, keep), statistic = "F")
    put(case, "chisq_F", pair[1], "", pair[2], "", test$statistic[[1]], test$p.value[[1]],
        test$parameter[["ndf"]])
  }
  w <- weights(design, "sampling")
  put(case, "w_sum", "", value = sum(w))
  put(case, "w_ss", "", value = sum(w^2))
}
put_targets <- function(case, targets) {
  for (m in names(targets)) for (l in names(targets[[m]]))
    put(case, "target", m, l, value = targets[[m]][[l]])
}

calibrated <- function(case, design, weight, margins, ...) {
  frame <- design$variables
  whole <- sum(frame[[weight]])
  targets <- balanced(lapply(setNames(nm = margins), function(m) aims(frame, weight, m)), whole)
  formula <- reformulate(margins)
  population <- population_of(design, targets, whole)
  for (how in c("linear", "raking")) {
    name <- paste0(case, "/", how)
    put_targets(name, targets)
    answers(name, calibrate(design, formula, population, calfun = how, epsilon = TIGHT,
                            maxit = 500), ...)
  }
  cells <- data.frame(names(targets[[1]]), as.numeric(targets[[1]]))
  names(cells) <- c(margins[1], "Freq")
  name <- paste0(case, "/poststratify")
  put_targets(name, targets[1])
  answers(name, postStratify(design, reformulate(margins[1]), cells), ...)
}

# ---- designs -----------------------------------------------------------------------------------
schools <- read_data("data/apiclus2.csv", c("stype", "sch_wide", "awards", "d_perf", "comp_imp"))
two <- svydesign(ids = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = schools)
school_jobs <- list(c("api00", "enroll"), c("d_perf", "comp_imp"), "awards",
                    list(c("d_perf", "awards"), c("comp_imp", "awards")))
do.call(calibrated, c(list("two_stages", two, "pw", c("stype", "sch_wide")), school_jobs))

people <- read_data("data/nhanes.csv", c("race", "agecat", "riagendr", "chol"))
people$chol <- factor(people$hi_chol)
many <- svydesign(ids = ~sdmvpsu, strata = ~sdmvstra, weights = ~wtmec2yr, data = people,
                  nest = TRUE)
people_jobs <- list("hi_chol", c("chol", "riagendr"), "agecat",
                    list(c("chol", "agecat"), c("riagendr", "race")))
do.call(calibrated, c(list("strata_clusters", many, "wtmec2yr", c("race", "agecat")), people_jobs))

# ---- replicates, calibrated one by one ---------------------------------------------------------
clusters <- read_data("../shared/data/apiclus1.csv",
                      c("stype", "sch_wide", "awards", "d_perf", "comp_imp"))
one_stage <- svydesign(ids = ~dnum, fpc = ~fpc, weights = ~pw, data = clusters)
for (mse in c(FALSE, TRUE)) {
  jackknife <- as.svrepdesign(one_stage, type = "JK1", mse = mse)
  do.call(calibrated, c(list(if (mse) "jk1_estimate" else "jk1_mean", jackknife, "pw",
                             c("stype", "sch_wide")), school_jobs))
}
jackknife <- as.svrepdesign(many, type = "JKn", mse = TRUE)
do.call(calibrated, c(list("jkn_estimate", jackknife, "wtmec2yr", c("race", "agecat")), people_jobs))

header <- "case,statistic,variable,level,by,by_level,value,se,df"
writeLines(c(header, unlist(out)), "golden_weighting.csv")
cat(length(out), "rows\n")
