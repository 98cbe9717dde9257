# Writes golden_replicates.csv, the answers of R survey with replicate weights, and the replicate
# weights that were drawn or typed here (data/rep_*.csv).
# Run from tests/golden/r, after make_data.R:  Rscript make_replicates.R
# Columns as in ../shared/golden.csv; as there, the design of a row has base_design, replicates (a
# file, or null where as.svrepdesign made them), type, n_rep, scale, rscales, mse and rho.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE,
        survey.ultimate.cluster = FALSE, survey.replicates.mse = FALSE, warn = 1)

lines <- c("case,dataset,design,statistic,variable,by,level,by_level,value,se,df,ci_low,ci_high,extra")

digits <- function(x) {
  if (is.null(x) || length(x) == 0 || is.na(x)) return("")
  if (is.character(x)) return(x)
  sprintf("%.17g", as.numeric(x))
}
as_json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && is.null(names(x))) {
    return(paste0("[", paste(vapply(x, as_json, ""), collapse = ","), "]"))
  }
  if (is.list(x)) {
    return(paste0("{", paste0("\"", names(x), "\":", vapply(x, as_json, ""), collapse = ","), "}"))
  }
  if (length(x) > 1) return(paste0("[", paste(vapply(x, digits, ""), collapse = ","), "]"))
  if (is.na(x)) return("null")
  if (is.logical(x)) return(if (x) "true" else "false")
  if (is.character(x)) return(paste0("\"", x, "\""))
  digits(x)
}
field <- function(text) {
  if (grepl("[,\"]", text)) paste0("\"", gsub("\"", "\"\"", text), "\"") else text
}
put <- function(d, statistic, variable = "", by = "", level = "", by_level = "", value = NA,
                se = NA, df = NA, extra = NULL) {
  half <- if (is.na(se) || is.na(df)) NA else qt(0.975, df) * se
  cells <- c(paste0("rep/", d$id), d$dataset, as_json(d$json), statistic, variable, by, level,
             by_level, digits(value), digits(se), digits(df), digits(value - half),
             digits(value + half), if (length(extra)) as_json(extra) else "")
  lines <<- c(lines, paste(vapply(cells, field, ""), collapse = ","))
}

factors <- list(
  apistrat = c("stype", "d_perf", "awards"), apiclus1 = c("stype", "d_perf", "awards"),
  apiclus2 = c("stype", "d_perf", "awards"), nhanes = c("race", "agecat"),
  nhanes2f = c("region", "race", "diabetes"), messy = c("answer", "sex", "club"),
  toy3 = c("region", "kind", "colour")
)
read_data <- function(name) {
  own <- file.path("data", paste0(name, ".csv"))
  path <- if (file.exists(own)) own else file.path("../shared/data", paste0(name, ".csv"))
  frame <- read.csv(path, stringsAsFactors = FALSE, na.strings = "")
  for (v in factors[[name]]) {
    frame[[v]] <- factor(frame[[v]], levels = sort(unique(frame[[v]]), method = "radix"))
  }
  frame
}
as_formula <- function(columns) if (length(columns)) reformulate(columns) else NULL

declare <- function(id, dataset, weights, type, strata = NULL, psu = NULL, fpc = NULL, nest = FALSE,
                    mse = FALSE, rho = NULL, ...) {
  ids <- if (length(psu)) reformulate(psu) else ~1
  base <- svydesign(ids = ids, strata = as_formula(strata), fpc = as_formula(fpc),
                    weights = as_formula(weights), data = read_data(dataset), nest = nest)
  made <- if (is.null(rho)) as.svrepdesign(base, type = type, mse = mse, ...)
          else as.svrepdesign(base, type = type, mse = mse, fay.rho = rho, ...)
  described(id, dataset, made, type,
            list(weights = weights, strata = strata, psu = as.list(psu), fpc = as.list(fpc),
                 fpc_is = if (length(fpc)) "size" else NULL, nest = nest), NULL, mse, rho)
}
described <- function(id, dataset, made, type, base, file, mse, rho) {
  same <- length(unique(round(made$rscales, 12))) == 1
  list(id = id, dataset = dataset, design = made,
       json = list(base_design = base, replicates = file, type = type,
                   n_rep = ncol(weights(made, "analysis")), scale = made$scale,
                   rscales = if (same) made$rscales[1] else as.numeric(made$rscales), mse = mse,
                   rho = rho))
}
kept <- function(id, matrix) {
  file <- paste0("rep_", id, ".csv")
  text <- apply(matrix, c(1, 2), digits)
  writeLines(c(paste0("r", seq_len(ncol(matrix)), collapse = ","),
               apply(text, 1, paste, collapse = ",")), file.path("data", file))
  file
}
`%without%` <- function(design, variables) {
  design[complete.cases(design$variables[, variables, drop = FALSE]), ]
}

one <- function(d, v, design, by = "", by_level = "") {
  df <- degf(d$design)
  many <- is.factor(design$variables[[v]])
  for (kind in c("mean", "total")) {
    result <- if (kind == "mean") svymean(reformulate(v), design, na.rm = TRUE)
              else svytotal(reformulate(v), design, na.rm = TRUE)
    name <- if (!many) kind else if (kind == "mean") "prop" else "count"
    labels <- if (many) levels(design$variables[[v]]) else ""
    for (k in seq_along(labels)) {
      put(d, name, v, by, labels[k], by_level, coef(result)[[k]], SE(result)[[k]], df)
    }
  }
}
everything <- function(d, variables, by, ratio = NULL, tables = list()) {
  put(d, "degf", value = degf(d$design))
  df <- degf(d$design)
  for (v in variables) {
    one(d, v, d$design)
    if (v == by) next
    for (label in levels(d$design$variables[[by]])) {
      inside <- !is.na(d$design$variables[[by]]) & d$design$variables[[by]] == label
      one(d, v, d$design[inside, ], by, label)
    }
    if (!is.factor(d$design$variables[[v]])) {
      means <- svyby(reformulate(v), reformulate(by), d$design, svymean, na.rm = TRUE,
                     covmat = TRUE)
      found <- svycontrast(means, c(1, -1, rep(0, nrow(means) - 2)))
      put(d, "diff", v, by, "", paste(rownames(means)[1:2], collapse = "-"), coef(found)[[1]],
          SE(found)[[1]], df)
    }
  }
  if (!is.null(ratio)) {
    answered <- d$design %without% ratio
    found <- svyratio(reformulate(ratio[1]), reformulate(ratio[2]), answered)
    put(d, "ratio", paste(ratio, collapse = "/"), value = coef(found)[[1]], se = SE(found)[[1]],
        df = df)
  }
  for (two in tables) {
    answered <- d$design %without% two
    for (statistic in c("F", "Chisq")) {
      test <- svychisq(reformulate(two), answered, statistic = statistic)
      extra <- list(p = test$p.value[[1]], n_rows = nrow(d$design$variables),
                    n_complete = nrow(answered$variables))
      if (statistic == "F") extra$ddf <- test$parameter[["ddf"]]
      put(d, paste0("chisq_", statistic), two[1], two[2], value = test$statistic[[1]],
          df = test$parameter[[1]], extra = extra)
    }
  }
}

# ---- jackknife: strata and clusters, finite populations, missing answers, weights of zero --------
for (mse in c(FALSE, TRUE)) {
  end <- if (mse) "_mse" else ""
  everything(declare(paste0("strat_fpc_jkn_tables", end), "apistrat", "pw", "JKn", "stype",
                     fpc = "fpc", mse = mse), c("api00", "awards"), "stype",
             c("api_stu", "enroll"), list(c("awards", "stype"), c("d_perf", "awards")))
  everything(declare(paste0("nhanes_jkn", end), "nhanes", "wtmec2yr", "JKn", "sdmvstra", "sdmvpsu",
                     nest = TRUE, mse = mse), c("hi_chol", "race"), "agecat",
             tables = list(c("race", "agecat")))
  everything(declare(paste0("toy3_fpc_jkn", end), "toy3", "w", "JKn", "region", "area",
                     fpc = "areas", nest = TRUE, mse = mse), c("y", "colour"), "kind",
             c("y", "x"), list(c("colour", "kind")))
  everything(declare(paste0("clus2_fpc1_jk1", end), "apiclus2", "pw", "JK1", psu = "dnum",
                     fpc = "fpc1", mse = mse), c("api00", "stype"), "awards",
             c("api_stu", "enroll"), list(c("d_perf", "awards")))
  everything(declare(paste0("messy_jkn", end), "messy", "w", "JKn", "stratum", "psu", nest = TRUE,
                     mse = mse), c("score", "answer"), "sex", tables = list())
}

# ---- half-samples of 31 strata of two PSUs -------------------------------------------------------
# What R multiplied the weights of each PSU by is kept, one row a PSU: another Hadamard matrix gives
# the same variance of totals, and another one of ratios.
halves <- function(id, type, tables, rho = NULL) {
  d <- declare(id, "nhanes2f", "finalwgt", type, "stratid", "psuid", nest = TRUE, mse = TRUE,
               rho = rho)
  keys <- d$design$variables[, c("stratid", "psuid")]
  first <- !duplicated(keys)
  made <- weights(d$design, "analysis")[first, ] / d$design$pweights[first]
  colnames(made) <- paste0("r", seq_len(ncol(made)))
  d$json$replicates <- paste0("rep_", id, ".csv")
  write.csv(cbind(keys[first, ], round(made, 12)), file.path("data", d$json$replicates),
            row.names = FALSE, quote = FALSE)
  everything(d, c("zinc", "diabetes"), "race", tables = tables)
}
halves("nhanes2_brr_mse", "BRR", list(c("diabetes", "race")))
halves("nhanes2_fay50_mse", "Fay", list(), rho = 0.5)

# ---- given weights: Canty and Davison's bootstrap, and successive differences --------------------
set.seed(20261128)
clus1 <- list(weights = "pw", strata = NULL, psu = list("dnum"), fpc = list("fpc"),
              fpc_is = "size", nest = FALSE)
frame <- read_data("apiclus1")
drawn <- as.svrepdesign(svydesign(ids = ~dnum, fpc = ~fpc, weights = ~pw, data = frame),
                        type = "bootstrap", replicates = 40)
file <- kept("clus1_canty", weights(drawn, "analysis"))
everything(described("clus1_canty", "apiclus1", drawn, "bootstrap", clus1, file, FALSE, NULL),
           c("api00", "stype"), "awards", c("api_stu", "enroll"), list(c("d_perf", "awards")))

# One row of a Hadamard matrix a district, in the order of the file; the constant row is left out.
signs <- 2 * survey:::hadamard(15) - 1
districts <- match(frame$dnum, unique(frame$dnum))
following <- c(2:15, 1)
factor_of <- 1 + 2^(-3 / 2) * (signs[2:16, ] - signs[1 + following, ])
given <- frame$pw * factor_of[districts, ]
sdr <- svrepdesign(data = frame, repweights = given, weights = ~pw, type = "ACS",
                   combined.weights = TRUE, mse = TRUE)
file <- kept("clus1_sdr", given)
everything(described("clus1_sdr", "apiclus1", sdr, "ACS",
                     list(weights = "pw", strata = NULL, psu = list("dnum"), fpc = list(),
                          fpc_is = NULL, nest = FALSE), file, TRUE, NULL),
           c("api00", "stype"), "awards", c("api_stu", "enroll"), list(c("d_perf", "awards")))

writeLines(lines, "golden_replicates.csv")
cat(length(lines) - 1, "rows\n")
