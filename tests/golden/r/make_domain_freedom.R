# Writes golden_domain_freedom.csv: what R survey's subset() leaves of the degrees of freedom of
# designs with replicate weights (degf: the rank of the weights of the rows kept, less one).
# Run from tests/golden/r, after make_replicates.R:  Rscript make_domain_freedom.R
# Columns: case (as in golden_replicates.csv and ../shared/golden.csv), by and by_level (crossed
# questions and their answers are joined with |), variable (whose answers are not missing), either
# (a second by_level: those of one or the other), n (rows of weight above zero) and df.

suppressMessages(library(survey))
options(survey.replicates.mse = FALSE, warn = 1)

read_data <- function(name) {
  own <- file.path("data", paste0(name, ".csv"))
  read.csv(if (file.exists(own)) own else file.path("../shared/data", paste0(name, ".csv")),
           stringsAsFactors = FALSE, na.strings = "")
}
made <- function(dataset, weights, type, strata = NULL, psu = NULL, nest = FALSE) {
  as_formula <- function(name) if (length(name)) reformulate(name) else NULL
  base <- svydesign(ids = if (length(psu)) reformulate(psu) else ~1, strata = as_formula(strata),
                    weights = as_formula(weights), data = read_data(dataset), nest = nest)
  as.svrepdesign(base, type = type)
}
given <- function(dataset, weights, file, type, keys = NULL, ...) {
  frame <- read_data(dataset)
  path <- file.path("data", file)
  if (!file.exists(path)) path <- file.path("../shared/data", file)
  kept <- read.csv(path)
  if (length(keys)) {
    row <- match(do.call(paste, frame[keys]), do.call(paste, kept[keys]))
    kept <- kept[row, setdiff(names(kept), keys)] * frame[[weights]]
  }
  suppressWarnings(svrepdesign(data = frame, repweights = as.matrix(kept), type = type,
                               weights = frame[[weights]], combined.weights = TRUE, ...))
}

lines <- "case,by,by_level,either,variable,n,df"
put <- function(case, by, level, either, variable, design) {
  rows <- sum(weights(design, "sampling") > 0)
  lines <<- c(lines, paste(paste0("rep/", case), by, level, either, variable, rows, degf(design),
                           sep = ","))
}
domains <- function(case, design, questions, variable = NULL) {
  for (one in questions) {
    crossed <- do.call(paste, c(design$variables[one], sep = "|"))
    crossed[!complete.cases(design$variables[one])] <- NA
    by <- paste(one, collapse = "|")
    weight <- weights(design, "sampling")
    labels <- sort(unique(crossed[weight > 0 & !is.na(crossed)]), method = "radix")
    for (label in labels) {
      inside <- crossed %in% label
      put(case, by, label, "", "", design[inside, ])
      if (length(variable)) {
        answered <- inside & !is.na(design$variables[[variable]])
        if (any(answered & weight > 0)) put(case, by, label, "", variable, design[answered, ])
      }
    }
    for (second in labels[-1]) {
      put(case, by, labels[1], second, "", design[crossed %in% c(labels[1], second), ])
    }
  }
}

domains("clus1_w_jk1", made("apiclus1", "pw", "JK1", psu = "dnum"),
        list("stype", "awards", c("stype", "awards")), "acs_46")
domains("clus2_fpc1_jk1", made("apiclus2", "pw", "JK1", psu = "dnum"),
        list("stype", c("stype", "awards")))
domains("strat_w_jkn", made("apistrat", "pw", "JKn", "stype"),
        list("stype", "awards", "d_perf"), "target")
domains("nhanes_jkn", made("nhanes", "wtmec2yr", "JKn", "sdmvstra", "sdmvpsu", nest = TRUE),
        list("race", "agecat", c("race", "agecat"), "sdmvstra"), "hi_chol")
domains("messy_jkn", made("messy", "w", "JKn", "stratum", "psu", nest = TRUE),
        list("sex", "club", "stratum"), "answer")
domains("nhanes2_brr_mse", given("nhanes2f", "finalwgt", "rep_nhanes2_brr_mse.csv", "BRR",
                                 c("stratid", "psuid")),
        list("race", "region", c("region", "race")), "zinc")
domains("nhanes2_fay50_mse", given("nhanes2f", "finalwgt", "rep_nhanes2_fay50_mse.csv", "Fay",
                                   c("stratid", "psuid"), rho = 0.5),
        list("race", c("region", "race")))
domains("scd_brr", given("scd", "one", "rep_scd_brr.csv", "BRR"), list("esa"))
for (case in c("clus1_subboot", "clus1_canty")) {
  file <- paste0("rep_", case, ".csv")
  domains(case, given("apiclus1", "pw", file, "bootstrap", scale = 1, rscales = 1),
          list("stype", c("stype", "awards")), "acs_46")
}
domains("clus1_sdr", given("apiclus1", "pw", "rep_clus1_sdr.csv", "ACS"),
        list("stype", c("stype", "awards")))
domains("clus1_fpc_jk1_rake", given("apiclus1", "pw", "rep_clus1_fpc_jk1_rake.csv", "JK1",
                                    scale = 1, rscales = 1), list("stype", "awards"))

writeLines(lines, "golden_domain_freedom.csv")
cat(length(lines) - 1, "rows\n")
