# ---------------------------------------------------------------------------------------------
# How the tables are repeated. Every estimate is the mean of a variable in a domain of the design:
# survey::svymean(~ y, domain).
# ---------------------------------------------------------------------------------------------

or_zero <- function(x) ifelse(is.na(x), 0, x)

folder_of_this_script <- function() {
  named <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  if (length(named) == 0) return(".")  # not started with Rscript: start R in this folder
  dirname(gsub("~+~", " ", sub("^--file=", "", named[1]), fixed = TRUE))
}

read_numbers <- function(file) {
  read.csv(file.path(folder, file), colClasses = "numeric", na.strings = "")
}

quoted <- function(text) {
  ifelse(is.na(text), "", paste0("\"", gsub("\"", "\"\"", enc2utf8(text), fixed = TRUE), "\""))
}

digits <- function(numbers) ifelse(is.na(numbers), "", sprintf("%.17g", as.numeric(numbers)))

write_rows <- function(rows, columns, file) {
  lines <- paste(columns, collapse = ",")
  if (length(rows) > 0) {
    texts <- lapply(columns, function(name) {
      values <- unlist(lapply(rows, function(row) row[[name]]))
      if (is.character(values)) quoted(values) else digits(values)
    })
    lines <- c(lines, do.call(paste, c(texts, sep = ",")))
  }
  to <- file(file.path(folder, file), open = "wb")
  writeLines(enc2utf8(lines), to, useBytes = TRUE)
  close(to)
}

# The weights before, calibrated by R to the totals that the weights after have. Where R's own
# distance functions do not give these weights, they are taken as they are, with the same
# regression on the auxiliary variables behind the standard errors.
calibrated <- function(design, auxiliary, after) {
  stopifnot(all(after > 0))
  x <- as.matrix(design$variables[, auxiliary, drop = FALSE])
  totals <- colSums(x * after)
  formula <- as.formula(paste("~ 0 +", paste(auxiliary, collapse = " + ")))
  for (distance in c("linear", "raking")) {
    found <- try(
      suppressWarnings(calibrate(
        design, formula, totals, calfun = distance, epsilon = 1e-12, maxit = 500,
        # Limits that never bind: R's way without limits cannot take totals that repeat others.
        bounds = if (distance == "linear") c(-1e8, 1e8) else c(-Inf, Inf)
      )),
      silent = TRUE
    )
    if (inherits(found, "try-error")) next
    away <- max(abs(weights(found) / after - 1))
    if (!is.na(away) && away < 1e-9) {
      message("calibrated by survey::calibrate(calfun = \"", distance,
              "\"); largest relative difference of a weight: ", format(away, digits = 2))
      return(found)
    }
  }
  message("weights that survey::calibrate gives neither by \"linear\" nor by \"raking\": taken as",
          " they are")
  before <- weights(design)
  ratio <- after / before
  design$prob <- design$prob / ratio
  kept <- list(qr = qr(x * sqrt(before)), w = ratio * sqrt(before), stage = 0, index = NULL)
  class(kept) <- c("greg_calibration", "gen_raking")
  design$postStrata <- c(design$postStrata, list(kept))
  design
}

degrees_of_freedom <- function(domain, table) {
  if (table$df_rule == "design") return(degf(design))
  if (inherits(design, "svyrep.design")) min(degf(design), of_replicates(domain)) else degf(domain)
}

# Calibration adds no degrees of freedom: those of replicates that were calibrated are counted from
# the weights before, or from the units of which replicates were made, less complete strata.
of_replicates <- function(domain) {
  before <- grepl("^before[0-9]+$", names(data))
  if (any(before)) return(qr(as.matrix(domain$variables[before]), tol = 1e-5)$rank - 1)
  if (is.null(data$unit)) return(degf(domain))
  units <- function(rows) table(unique(rows[c("unit", "unit_stratum")])$unit_stratum)
  held <- units(domain$variables)
  min(sum(held) - max(sum(held == units(data)[names(held)]), 1), ncol(replicates) - 1)
}

# subset() leaves out the strata that a domain has nobody in, and the rule "average" is an average
# over strata: under it everybody stays in the design, without weight outside the domain.
inside_of <- function(whole, within) {
  if (getOption("survey.lonely.psu") != "average" || is.null(whole$prob)) return(whole[within, ])
  whole$prob[!within] <- Inf
  whole
}

# A mean of y in a domain, with its limits where R has the method.
mean_in <- function(y, within, table, share) {
  within <- within & table$inside & weight > 0
  w <- weight[within]
  blank <- list(estimate = NA_real_, standard_error = NA_real_, ci_low = NA_real_,
                ci_high = NA_real_, degrees_of_freedom = NA_real_, design_effect = NA_real_)
  sums <- list(base = length(w), weighted_base = sum(w),
               effective_base = if (length(w)) sum(w)^2 / sum(w^2) else 0)
  sums$count <- if (share) sum(y[within] > 0) else sums$base
  sums$weighted_count <- if (share) sum(w * (y[within] > 0)) else sums$weighted_base
  if (length(w) == 0) return(c(blank, sums))
  y[!within] <- 0
  domain <- inside_of(update(design, y = y), within)
  if (!table$inference) {
    blank$estimate <- sum(w * y[within]) / sum(w)
    return(c(blank, sums))
  }
  varies <- length(unique(y[within])) > 1
  found <- if (varies) svymean(~y, domain, deff = "replace") else svymean(~y, domain)
  df <- degrees_of_freedom(domain, table)
  blank$estimate <- as.numeric(coef(found))
  blank$standard_error <- as.numeric(SE(found))
  blank$degrees_of_freedom <- df
  if (varies) blank$design_effect <- as.numeric(deff(found))
  method <- if (share) table$interval else "mean"
  # xlogit is what logit is, without a model to be fitted.
  if (!is.na(method) && df >= 1 && (varies || !share)) {
    limits <- if (share) {
      as.numeric(attr(svyciprop(~y, domain, method = method, level = table$level, df = df), "ci"))
    } else {
      as.numeric(confint(found, level = table$level, df = df))
    }
    blank$ci_low <- limits[1]
    blank$ci_high <- limits[2]
  }
  c(blank, sums)
}

cell_of <- function(table, row, column) {
  if (row$statistic == "mean") {
    return(mean_in(row$member, row$base & column$member, table, FALSE))
  }
  y <- as.numeric(switch(table$percent,
    column = row$member, row = column$member, total = row$member & column$member))
  within <- switch(table$percent,
    column = row$base & column$member,
    row = row$base & row$member & column$answered,
    total = row$base & column$answered)
  mean_in(y, within, table, TRUE)
}

# The difference of two domain means with their covariance: both as ratios of totals.
pair_of <- function(table, row, a, b) {
  first <- row$base & a & table$inside & weight > 0
  second <- row$base & b & table$inside & weight > 0
  found <- list(difference = NA_real_, standard_error = NA_real_, statistic = NA_real_,
                degrees_of_freedom = NA_real_, p_value = NA_real_)
  if (!any(first) || !any(second)) return(found)
  y <- as.numeric(row$member)
  y[!(first | second)] <- 0
  both <- update(design, y1 = y * first, y2 = y * second, n1 = as.numeric(first),
                 n2 = as.numeric(second))
  domain <- inside_of(both, first | second)
  ratios <- svyratio(~ y1 + y2, ~ n1 + n2, domain, covmat = TRUE)
  apart <- c(1, 0, 0, -1)  # y1/n1, y2/n1, y1/n2, y2/n2
  found$difference <- sum(apart * as.numeric(ratios$ratio))
  if (!table$inference) return(found)
  found$standard_error <- sqrt(max(0, drop(apart %*% vcov(ratios) %*% apart)))
  found$degrees_of_freedom <- degrees_of_freedom(domain, table)
  if (found$standard_error > 0 && found$degrees_of_freedom > 0) {
    found$statistic <- found$difference / found$standard_error
    found$p_value <- 2 * pt(-abs(found$statistic), found$degrees_of_freedom)
  }
  found
}

# The Rao-Scott F of survey::svychisq, on the degrees of freedom of its domain.
independence_of <- function(table, block) {
  found <- list(statistic = NA_real_, df1 = NA_real_, df2 = NA_real_, p_value = NA_real_)
  if (!table$inference) return(found)
  within <- block$asked & table$inside & weight > 0
  two <- function(x) length(unique(x[within])) > 1
  if (!any(within) || !two(block$down) || !two(block$across)) return(found)
  # Rows outside stay in a calibrated design without weight; they must not bring categories.
  inner <- function(x) ifelse(within, x, x[within][1])
  both <- update(design, down = inner(block$down), across = inner(block$across))
  domain <- inside_of(both, within)
  test <- try(svychisq(~ down + across, domain, statistic = "F"), silent = TRUE)
  if (inherits(test, "try-error")) return(found)
  found$statistic <- as.numeric(test$statistic)
  found$df1 <- as.numeric(test$parameter[1])
  found$df2 <- found$df1 * degrees_of_freedom(domain, table)
  found$p_value <- pf(found$statistic, found$df1, found$df2, lower.tail = FALSE)
  found
}

repeat_tables <- function(tables) {
  cells <- pairs <- tests <- list()
  for (number in seq_along(tables)) {
    table <- tables[[number]]
    for (row in table$rows) for (column in table$columns) {
      words <- list(table = number, origin = origin, stub = row$stub, stub_category = row$label,
                    is_net = as.numeric(row$net), statistic = row$statistic,
                    banner = column$banner, banner_category = column$label)
      cells[[length(cells) + 1]] <- c(words, cell_of(table, row, column))
    }
    for (block in table$blocks) {
      for (place in block$rows) for (pair in block$pairs) {
        row <- table$rows[[place]]
        a <- table$columns[[pair$a]]
        b <- if (is.numeric(pair$b)) table$columns[[pair$b]]$member
             else if (pair$b == "rest") a$answered & !a$member else rep(TRUE, length(weight))
        words <- list(table = number, origin = origin, variable = row$stub, category = row$label,
                      by = block$banner, group_a = a$label, group_b = pair$label)
        pairs[[length(pairs) + 1]] <- c(words, pair_of(table, row, a$member, b))
      }
      if (!is.null(block$down)) {
        words <- list(table = number, origin = origin, stub = block$stub, banner = block$banner)
        tests[[length(tests) + 1]] <- c(words, independence_of(table, block))
      }
    }
  }
  list(cells = cells, pairs = pairs, independence = tests)
}
