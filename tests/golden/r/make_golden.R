# Writes golden_r.csv, the answers of R survey on the files of data/ (and ../shared/data/nhanes2f.csv).
# Run from tests/golden/r:  Rscript make_data.R && Rscript make_golden.R
# Columns as in ../shared/golden.csv. Every value is computed from the CSV files, not from R's objects.

suppressMessages(library(survey))
# The defaults of R survey, written out; nothing else is set.
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE,
        survey.ultimate.cluster = FALSE, survey.replicates.mse = FALSE)

# ---- writing rows ------------------------------------------------------------------------------
rows <- new.env()
rows$lines <- list()

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
  if (is.na(x)) return("null")
  if (is.logical(x)) return(if (x) "true" else "false")
  if (is.character(x)) return(paste0("\"", x, "\""))
  digits(x)
}
field <- function(text) {
  if (grepl("[,\"]", text)) paste0("\"", gsub("\"", "\"\"", text), "\"") else text
}
put <- function(d, group, statistic, variable = "", by = "", level = "", by_level = "",
                value = NA, se = NA, df = NA, low = NA, high = NA, extra = NULL) {
  extra <- extra[!vapply(extra, function(e) is.null(e) || is.na(e), TRUE)]
  cells <- c(paste0(group, "/", d$id), d$dataset, as_json(d$json), statistic, variable, by, level,
             by_level, digits(value), digits(se), digits(df), digits(low), digits(high),
             if (length(extra)) as_json(extra) else "")
  rows$lines[[length(rows$lines) + 1]] <- paste(vapply(cells, field, ""), collapse = ",")
}
put_t <- function(d, group, statistic, ..., value, se, df, extra = NULL) {
  half <- qt(0.975, df) * se
  put(d, group, statistic, ..., value = value, se = se, df = df, low = value - half,
      high = value + half, extra = extra)
}

# ---- designs -----------------------------------------------------------------------------------
factors <- list(
  apiclus2 = c("stype", "sch_wide", "comp_imp", "awards", "d_perf", "d_meal"),
  nhanes = c("race", "agecat", "riagendr", "chol"),
  nhanes2f = c("region", "race", "diabetes", "highbp", "highlead"),
  messy = c("stratum", "answer", "sex", "club", "only_zero"),
  toy3 = c("region", "kind", "colour"), toy2 = character(0)
)
read_data <- function(name) {
  folder <- if (name == "nhanes2f") "../shared/data" else "data"
  frame <- read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = FALSE,
                    na.strings = "")
  for (v in factors[[name]]) {
    frame[[v]] <- factor(frame[[v]], levels = sort(unique(frame[[v]]), method = "radix"))
  }
  frame
}
as_formula <- function(columns) {
  if (length(columns)) reformulate(columns) else NULL
}
declare <- function(id, dataset, weights, strata = NULL, psu = NULL, fpc = NULL, fpc_is = NULL,
                    nest = FALSE) {
  ids <- if (length(psu)) reformulate(psu) else ~1
  design <- svydesign(ids = ids, strata = as_formula(strata), fpc = as_formula(fpc),
                      weights = as_formula(weights), data = read_data(dataset), nest = nest)
  strata_json <- if (length(strata) > 1) as.list(strata) else strata
  list(id = id, dataset = dataset, design = design,
       json = list(weights = weights, strata = strata_json, psu = as.list(psu),
                   fpc = as.list(fpc), fpc_is = fpc_is, nest = nest))
}
`%without%` <- function(design, variables) {
  keep <- complete.cases(design$variables[, variables, drop = FALSE])
  design[keep, ]
}
positive <- function(design) weights(design, "sampling") > 0
base_of <- function(design) {
  w <- weights(design, "sampling")
  list(n = sum(w > 0), base_w = sum(w))
}
relative <- function(a, b) max(abs(a - b) / pmax(abs(b), 1e-300))
text_of <- function(x) as.character(x)

# ---- statistics --------------------------------------------------------------------------------
design_rows <- function(d) {
  w <- weights(d$design, "sampling")
  n_psu <- length(unique(d$design$cluster[w != 0, 1]))
  put(d, "design", "degf", value = degf(d$design),
      extra = list(n_psu = n_psu, n_strata = length(unique(d$design$strata[w != 0, 1])),
                   n = length(w)))
  w <- w[w > 0]
  values <- list(w_n = length(w), w_sum = sum(w), w_ss = sum(w^2), w_min = min(w), w_max = max(w),
                 w_kish_neff = sum(w)^2 / sum(w^2), w_kish_deff = length(w) * sum(w^2) / sum(w)^2)
  for (name in names(values)) put(d, "design", name, value = values[[name]])
}

one_variable <- function(d, group, v, design, df, by = "", by_level = "", deff = TRUE) {
  answered <- design %without% v
  x <- answered$variables[[v]]
  formula <- reformulate(v)
  many <- is.factor(x)
  if (many) {
    labels <- levels(x)
    hits <- vapply(labels, function(l) sum(x == l & positive(answered)), 0)
  } else {
    labels <- ""
    hits <- NA
  }
  n_hit <- function(k) if (many) hits[[k]] else NULL
  df_valid <- if (nrow(answered) < nrow(design)) degf(answered) else NULL
  df_domain <- degf(design)
  for (kind in c("mean", "total")) {
    estimator <- if (kind == "mean") svymean else svytotal
    result <- estimator(formula, design, na.rm = TRUE)
    name <- if (!many) kind else if (kind == "mean") "prop" else "count"
    effects <- if (deff) {
      suppressWarnings(try(deff(estimator(formula, design, na.rm = TRUE, deff = "replace")),
                           silent = TRUE))
    } else NULL
    for (k in seq_along(labels)) {
      value <- coef(result)[[k]]
      se <- SE(result)[[k]]
      level <- labels[k]
      put_t(d, group, name, variable = v, by = by, level = level, by_level = by_level,
            value = value, se = se, df = df,
            extra = c(base_of(answered), list(n_hit = n_hit(k), df_domain = df_domain,
                                              df_valid = df_valid)))
      if (is.numeric(effects)) {
        effect <- if (is.matrix(effects)) diag(effects)[[k]] else effects[[k]]
        put(d, group, paste0("deff_replace_", name), variable = v, by = by, level = level,
            by_level = by_level, value = effect, extra = list(kind = "wr"))
      }
    }
  }
}

est_rows <- function(d, variables, deff = TRUE) {
  for (v in variables) one_variable(d, "est", v, d$design, degf(d$design), deff = deff)
}

crossed <- function(design, by) {
  parts <- strsplit(by, "|", fixed = TRUE)[[1]]
  key <- do.call(paste, c(lapply(design$variables[parts], text_of), sep = "|"))
  key[!complete.cases(design$variables[parts])] <- NA
  key
}
by_rows <- function(d, variables, by, deff = TRUE) {
  key <- crossed(d$design, by)
  design <- update(d$design, domain_key = factor(key))
  for (v in variables) {
    check_svyby(design, v)
    for (level in sort(unique(key), method = "radix")) {
      part <- suppressWarnings(design[!is.na(key) & key == level, ])
      if (sum(positive(part %without% v)) == 0) next
      one_variable(d, "by", v, part, degf(d$design), by = by, by_level = level, deff = deff)
    }
  }
}
# svyby and subset must agree, or nothing is written.
check_svyby <- function(design, v) {
  a <- suppressWarnings(svyby(reformulate(v), ~domain_key, design, svymean, na.rm = TRUE))
  for (level in as.character(a$domain_key)) {
    part <- suppressWarnings(design[!is.na(design$variables$domain_key) &
                                      design$variables$domain_key == level, ])
    b <- svymean(reformulate(v), part, na.rm = TRUE)
    k <- length(coef(b))
    mine <- unlist(a[level, 1 + seq_len(k)])
    errors <- unlist(a[level, 1 + k + seq_len(k)])
    ok <- !is.nan(mine)
    stopifnot(all(abs(mine - coef(b))[ok] < 1e-12 * max(1, abs(coef(b)[ok]))),
              all(abs(errors - SE(b))[ok] < 1e-9 * max(1, abs(coef(b)[ok]))))
  }
}

crosstab_rows <- function(d, rowvar, colvar) {
  full <- degf(d$design)
  design <- suppressWarnings(d$design %without% c(rowvar, colvar))
  r <- design$variables[[rowvar]]
  c <- design$variables[[colvar]]
  ok <- positive(design)
  for (i in levels(r)) for (j in levels(c)) {
    part <- update(design, hit = as.numeric(r == i & c == j))
    n <- sum(ok & r == i & c == j)
    cell <- svymean(~hit, part)
    total <- svytotal(~hit, part)
    put_t(d, "xtab", "cell_prop", rowvar, colvar, i, j, value = coef(cell)[[1]],
          se = SE(cell)[[1]], df = full, extra = list(n = n))
    put_t(d, "xtab", "cell_total", rowvar, colvar, i, j, value = coef(total)[[1]],
          se = SE(total)[[1]], df = full, extra = list(n = n))
    for (side in c("row", "col")) {
      inside <- if (side == "row") r == i else c == j
      if (sum(ok & inside) == 0) next
      share <- svymean(~hit, suppressWarnings(part[inside, ]))
      put_t(d, "xtab", paste0(side, "_prop"), rowvar, colvar, i, j, value = coef(share)[[1]],
            se = SE(share)[[1]], df = full, extra = list(n = sum(ok & inside)))
    }
  }
}

vcov_rows <- function(d, v) {
  design <- d$design %without% v
  matrix <- vcov(svymean(reformulate(v), design))
  labels <- levels(design$variables[[v]])
  for (a in seq_along(labels)) for (b in seq_along(labels)) {
    put(d, "vcov", "prop_cov", v, "", labels[a], labels[b], value = matrix[a, b])
  }
}
# The covariance of the column proportions of one category across the columns of a banner.
vcov_by_rows <- function(d, v, by) {
  design <- d$design %without% c(v, by)
  for (level in levels(design$variables[[v]])) {
    hit <- update(design, hit = as.numeric(design$variables[[v]] == level))
    table <- svyby(~hit, reformulate(by), hit, svymean, covmat = TRUE)
    matrix <- vcov(table)
    names <- as.character(table[[by]])
    for (a in seq_along(names)) for (b in seq_along(names)) {
      put(d, "vcov", "col_prop_cov", paste0(v, "=", level), by, names[a], names[b],
          value = matrix[a, b])
    }
  }
}

plain_likelihood <- function(p, se, df, conf) {
  n <- p * (1 - p) / se^2
  distance <- function(q) {
    2 * n * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - qt(1 - (1 - conf) / 2, df)^2
  }
  root <- function(interval) uniroot(distance, interval, tol = 1e-15)$root
  c(root(c(1e-12, p)), root(c(p, 1 - 1e-12)))
}
ciprop_rows <- function(d, v, by = "", by_level = "", design = d$design) {
  design <- suppressWarnings(design %without% v)
  design <- update(design, answer01 = design$variables[[v]])
  if (is.factor(design$variables$answer01)) {
    design <- update(design, answer01 = as.numeric(as.character(answer01)))
  }
  df <- degf(design)
  point <- svymean(~answer01, design)
  p <- coef(point)[[1]]
  se <- SE(point)[[1]]
  n <- base_of(design)$n
  for (method in c("logit", "likelihood", "asin", "beta", "mean")) {
    for (conf in if (by == "") c(0.95, 0.9) else 0.95) {
      ci <- suppressWarnings(try(attr(svyciprop(~answer01, design, method = method, level = conf),
                                      "ci"), silent = TRUE))
      extra <- list(conf = conf, n = n)
      if (p == 0 || p == 1) extra$degenerate <- TRUE
      if (inherits(ci, "try-error") || any(is.na(ci))) {
        extra$not_computable <- TRUE
        ci <- c(NA, NA)
      }
      if (method == "likelihood" && p > 0 && p < 1 && df > 0) {
        plain <- plain_likelihood(p, se, df, conf)
        extra$plain_lo <- plain[1]
        extra$plain_hi <- plain[2]
      }
      if (method == "beta") extra$nrow <- nrow(design)
      put(d, "ciprop", paste0("ciprop_", method), v, by, "", by_level, value = p, se = se, df = df,
          low = ci[[1]], high = ci[[2]], extra = extra)
    }
  }
}
ciprop_by_rows <- function(d, v, by) {
  key <- crossed(d$design, by)
  for (level in sort(unique(key), method = "radix")) {
    ciprop_rows(d, v, by, level, suppressWarnings(d$design[!is.na(key) & key == level, ]))
  }
}

chisq_rows <- function(d, rowvar, colvar, design = d$design, note = NULL) {
  formula <- reformulate(c(rowvar, colvar))
  # A category without a row would make R return NaN; one whose rows all weigh zero stays in.
  for (v in c(rowvar, colvar)) {
    design$variables[[v]] <- droplevels(factor(design$variables[[v]]))
  }
  complete <- sum(complete.cases(design$variables[c(rowvar, colvar)]))
  for (statistic in c("F", "Chisq", "Wald", "adjWald")) {
    test <- suppressWarnings(try(svychisq(formula, design, statistic = statistic), silent = TRUE))
    name <- paste0("chisq_", statistic)
    extra <- list(subset = note, n_rows = nrow(design), n_complete = complete)
    if (inherits(test, "try-error")) {
      put(d, "chisq", name, rowvar, colvar, extra = c(extra, list(not_computable = TRUE)))
      next
    }
    if (statistic != "Chisq") extra$ddf <- test$parameter[[2]]
    extra$p <- as.numeric(test$p.value)
    put(d, "chisq", name, rowvar, colvar, value = as.numeric(test$statistic),
        df = test$parameter[[1]], extra = extra)
  }
}

contrast_row <- function(d, statistic, v, by, level, contrast, extra = NULL) {
  df <- degf(d$design)
  value <- coef(contrast)[[1]]
  se <- SE(contrast)[[1]]
  put_t(d, "diff", statistic, v, by, level, value = value, se = se, df = df,
        extra = c(list(t = value / se, p = 2 * pt(-abs(value / se), df)), extra))
}
diff_rows <- function(d, v, by, category = NULL) {
  design <- suppressWarnings(d$design %without% by)
  label <- v
  if (!is.null(category)) {
    design <- update(design, y_ = as.numeric(design$variables[[v]] == category))
    label <- paste0(v, "=", category)
  } else {
    design <- update(design, y_ = as.numeric(as.character(design$variables[[v]])))
  }
  design <- suppressWarnings(design[!is.na(design$variables$y_), ])
  table <- suppressWarnings(svyby(~y_, reformulate(by), design, svymean, covmat = TRUE))
  groups <- as.character(table[[by]])
  pairs <- combn(seq_along(groups), 2)
  for (k in seq_len(ncol(pairs))) {
    a <- pairs[1, k]
    b <- pairs[2, k]
    weights <- replace(numeric(length(groups)), c(a, b), c(1, -1))
    separate <- sqrt(sum(SE(table)[c(a, b)]^2))
    contrast_row(d, "diff", label, by, paste(groups[a], "-", groups[b]),
                 svycontrast(table, weights), list(se_no_cov = separate))
  }
  for (group in groups) {
    inside <- as.numeric(as.character(design$variables[[by]]) == group)
    parts <- update(design, n_in = inside, y_in = inside * y_, n_all = 1)
    totals <- svytotal(~y_in + n_in + y_ + n_all, parts)
    contrast_row(d, "diff_part_whole", label, by, paste(group, "- total"),
                 svycontrast(totals, quote(y_in / n_in - y_ / n_all)))
    rest <- svycontrast(totals, quote(y_in / n_in - (y_ - y_in) / (n_all - n_in)))
    contrast_row(d, "diff_part_rest", label, by, paste(group, "- rest"), rest)
  }
}
category_diff_rows <- function(d, v) {
  design <- suppressWarnings(d$design %without% v)
  labels <- levels(design$variables[[v]])
  means <- svymean(reformulate(v), design)
  pairs <- combn(seq_along(labels), 2)
  for (k in seq_len(ncol(pairs))) {
    weights <- replace(numeric(length(labels)), pairs[, k], c(1, -1))
    contrast_row(d, "diff", v, "", sprintf("P(%s) - P(%s)", labels[pairs[1, k]],
                                           labels[pairs[2, k]]), svycontrast(means, weights))
  }
}

subpop_rows <- function(d, v, by, keep, label, naive) {
  part <- suppressWarnings(d$design[keep, ])
  for (kind in c("mean", "total")) {
    estimator <- if (kind == "mean") svymean else svytotal
    right <- estimator(reformulate(v), part, na.rm = TRUE)
    put_t(d, "subpop", paste0("subpop_", kind), v, by, "", label, value = coef(right)[[1]],
          se = SE(right)[[1]], df = degf(d$design), extra = list(df_domain = degf(part)))
    wrong <- try(suppressWarnings(estimator(reformulate(v), naive, na.rm = TRUE)), silent = TRUE)
    if (!inherits(wrong, "try-error")) {
      put(d, "subpop", paste0("NAIVE_filter_", kind), v, by, "", label, value = coef(wrong)[[1]],
          se = SE(wrong)[[1]],
          extra = list(note = "WRONG on purpose: rows dropped before the design was declared"))
    }
  }
}

# ---- two stages: apiclus2 ----------------------------------------------------------------------
clus2 <- list(
  declare("clus2_w", "apiclus2", "pw", psu = "dnum"),
  declare("clus2_fpc1", "apiclus2", "pw", psu = "dnum", fpc = "fpc1", fpc_is = "size"),
  declare("clus2_fpc", "apiclus2", "pw", psu = c("dnum", "snum"), fpc = c("fpc1", "fpc2"),
          fpc_is = "size"),
  declare("clus2_rate", "apiclus2", "pw", psu = c("dnum", "snum"), fpc = c("rate1", "rate2"),
          fpc_is = "rate")
)
for (d in clus2) {
  whole <- d$id %in% c("clus2_w", "clus2_fpc")
  design_rows(d)
  est_rows(d, c("api00", "enroll", "d_target", "stype", "d_perf", if (whole) "sch_wide"))
  if (d$id == "clus2_rate") next
  by_rows(d, c("api00", "enroll", "d_perf"), "stype")
  crosstab_rows(d, "d_perf", "awards")
  chisq_rows(d, "d_perf", "awards")
  chisq_rows(d, "stype", "comp_imp")
  if (!whole) next
  by_rows(d, c("api00", "stype"), "d_meal")
  by_rows(d, "api00", "stype|awards")
  crosstab_rows(d, "stype", "d_perf")
  chisq_rows(d, "stype", "d_perf")
  chisq_rows(d, "d_meal", "awards", d$design[d$design$variables$stype != "H", ], "stype != H")
  vcov_rows(d, "d_perf")
  vcov_by_rows(d, "d_perf", "stype")
  for (v in c("d_elite", "d_target")) {
    ciprop_rows(d, v)
    ciprop_by_rows(d, v, "stype")
  }
  diff_rows(d, "api00", "stype")
  diff_rows(d, "d_target", "stype")
  diff_rows(d, "d_perf", "awards", "low")
  category_diff_rows(d, "d_perf")
  frame <- d$design$variables
  high <- frame[frame$stype == "H", ]
  naive <- if (d$id == "clus2_w") {
    svydesign(ids = ~dnum, weights = ~pw, data = high)
  } else {
    svydesign(ids = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = high)
  }
  subpop_rows(d, "api00", "stype", frame$stype == "H", "H", naive)
}

# ---- stratified clusters with missing answers: nhanes ------------------------------------------
d <- declare("nhanes", "nhanes", "wtmec2yr", strata = "sdmvstra", psu = "sdmvpsu", nest = TRUE)
design_rows(d)
est_rows(d, c("hi_chol", "chol", "race", "agecat"))
by_rows(d, c("hi_chol", "agecat"), "race")
by_rows(d, "hi_chol", "race|riagendr")
crosstab_rows(d, "agecat", "race")
crosstab_rows(d, "chol", "race")
vcov_rows(d, "race")
vcov_by_rows(d, "chol", "race")
ciprop_rows(d, "hi_chol")
ciprop_by_rows(d, "hi_chol", "race")
ciprop_by_rows(d, "hi_chol", "agecat")
chisq_rows(d, "agecat", "race")
chisq_rows(d, "chol", "race")
chisq_rows(d, "chol", "riagendr")
chisq_rows(d, "chol", "agecat", d$design[d$design$variables$race == "2", ], "race == 2")
diff_rows(d, "hi_chol", "race")
diff_rows(d, "hi_chol", "agecat")
diff_rows(d, "race", "riagendr", "3")
category_diff_rows(d, "race")
keep <- d$design$variables$race == "2" & d$design$variables$riagendr == "1"
naive <- svydesign(ids = ~sdmvpsu, strata = ~sdmvstra, weights = ~wtmec2yr, nest = TRUE,
                   data = d$design$variables[keep, ])
subpop_rows(d, "hi_chol", "race|riagendr", keep, "2|1", naive)

# ---- everything that goes wrong: messy ---------------------------------------------------------
d <- declare("messy", "messy", "w", strata = "stratum", psu = "psu", nest = TRUE)
design_rows(d)
est_rows(d, c("score", "yes", "few", "answer", "sex", "only_zero", "stratum"))
by_rows(d, c("score", "yes", "answer"), "sex")
by_rows(d, c("score", "yes", "answer", "sex"), "club")
by_rows(d, c("score", "sex"), "stratum")
crosstab_rows(d, "answer", "sex")
crosstab_rows(d, "sex", "club")
vcov_rows(d, "answer")
vcov_by_rows(d, "sex", "club")
ciprop_rows(d, "yes")
ciprop_by_rows(d, "yes", "sex")
ciprop_by_rows(d, "yes", "club")
chisq_rows(d, "sex", "stratum")
chisq_rows(d, "yes", "sex")
chisq_rows(d, "answer", "sex")
real <- d$design$variables$w > 0
chisq_rows(d, "answer", "sex", d$design[real, ], "w > 0")
chisq_rows(d, "sex", "stratum", d$design[real, ], "w > 0")
chisq_rows(d, "yes", "sex", d$design[real, ], "w > 0")
diff_rows(d, "score", "sex")
diff_rows(d, "yes", "sex")
diff_rows(d, "score", "club")
diff_rows(d, "answer", "sex", "c")
category_diff_rows(d, "sex")
in_club <- d$design$variables$club == "in"
subpop_rows(d, "score", "club", !in_club, "out",
            svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE,
                      data = d$design$variables[!in_club, ]))

# ---- three stages: toy3 ------------------------------------------------------------------------
stages <- c("area", "office", "person")
toy3 <- list(
  declare("toy3_fpc", "toy3", "w", "region", stages, c("areas", "offices", "people"), "size",
          nest = TRUE),
  declare("toy3_rate", "toy3", "w", "region", stages, c("rate1", "rate2", "rate3"), "rate",
          nest = TRUE),
  declare("toy3_unstratified", "toy3", "w", NULL, stages, c("all_areas", "offices", "people"),
          "size"),
  declare("toy3_no_fpc", "toy3", "w", "region", stages, nest = TRUE),
  declare("toy3_strata2", "toy3", "w_kind", c("region", "kind"), c("area", "office"),
          c("areas", "offices_kind"), "size", nest = TRUE)
)
for (d in toy3) {
  design_rows(d)
  est_rows(d, c("y", "x", "colour"))
  if (d$id %in% c("toy3_rate", "toy3_no_fpc")) next
  by_rows(d, c("y", "colour"), "kind", deff = FALSE)
  crosstab_rows(d, "colour", "kind")
  chisq_rows(d, "colour", "kind")
  diff_rows(d, "y", "kind")
  vcov_rows(d, "colour")
}

# ---- one unit drawn of several at the second stage: toy2 ---------------------------------------
for (rule in c("fail", "certainty", "adjust", "average", "remove")) {
  options(survey.lonely.psu = rule)
  d <- declare(paste0("toy2_", rule), "toy2", "w", NULL, c("area", "unit"), c("areas", "units"),
               "size")
  d$json$lonely_psu <- rule
  for (kind in c("mean", "total")) {
    estimator <- if (kind == "mean") svymean else svytotal
    result <- try(estimator(~y, d$design), silent = TRUE)
    if (inherits(result, "try-error")) {
      put(d, "lonely", kind, "y", extra = list(error = "R stops"))
    } else {
      put_t(d, "lonely", kind, "y", value = coef(result)[[1]], se = SE(result)[[1]],
            df = degf(d$design), extra = base_of(d$design))
    }
  }
}
options(survey.lonely.psu = "fail")

# ---- NHANES II, with Stata's design ------------------------------------------------------------
d <- declare("nhanes2", "nhanes2f", "finalwgt", strata = "stratid", psu = "psuid", nest = TRUE)
design_rows(d)
est_rows(d, c("zinc", "race", "diabetes", "highbp", "region"))
by_rows(d, c("zinc", "diabetes", "highbp"), "region")
by_rows(d, c("zinc", "highbp"), "race")
crosstab_rows(d, "diabetes", "race")
crosstab_rows(d, "race", "region")
vcov_rows(d, "race")
vcov_by_rows(d, "diabetes", "race")
ciprop_rows(d, "diabetes")
ciprop_by_rows(d, "diabetes", "race")
ciprop_rows(d, "highlead")
for (pair in list(c("diabetes", "race"), c("highbp", "race"), c("race", "region"),
                  c("highlead", "region"))) chisq_rows(d, pair[1], pair[2])
diff_rows(d, "zinc", "race")
diff_rows(d, "highbp", "region", "1")

header <- paste("case", "dataset", "design", "statistic", "variable", "by", "level", "by_level",
                "value", "se", "df", "ci_low", "ci_high", "extra", sep = ",")
connection <- file("golden_r.csv", "wb")
writeLines(c(header, unlist(rows$lines)), connection, sep = "\n")
close(connection)
cat(length(rows$lines), "rows;", R.version.string, "; survey",
    as.character(packageVersion("survey")), ";", format(Sys.Date()), "\n")
