# What the NCHS standards for proportions say of percentages, written to nchs_percentages.csv.
# Run from this folder: Rscript make_nchs_percentages.R
source("nchs_designs.R")
asked <- list(
  strat_w = list(c("d_perf", "stype"), c("awards", "sch_wide"), c("stype", "d_perf")),
  clus1_uneven = list(c("d_perf", "stype"), c("d_perf", "yr_rnd"), c("stype", "d_perf"),
                      c("awards", "d_perf")),
  nhanes2 = list(c("diabetes", "race"), c("highlead", "region"), c("diabetes", "region"),
                 c("highbp", "race"))
)

judged <- function(p, se, n, df, edge) {
  size <- if (edge) n else min(p * (1 - p) / se^2, n)
  if (n < 30 || size < 30) return("unreliable")
  width <- 0
  if (!edge) {
    adjusted <- min(p * (1 - p) / se^2 * (qt(0.975, n - 1) / qt(0.975, df))^2, n)
    width <- qbeta(0.975, p * adjusted + 1, (1 - p) * adjusted) -
      qbeta(0.025, p * adjusted, (1 - p) * adjusted + 1)
  }
  narrow <- width <= 0.05
  if (!narrow && (width >= 0.30 || width / p > 1.3)) return("unreliable")
  if (df < 8 || edge || (!narrow && width / (1 - p) > 1.3)) "flagged" else "shown"
}

rows <- list()
for (name in names(designs)) {
  for (pair in asked[[name]]) {
    design <- designs[[name]][[2]]
    by <- pair[2]
    for (level_by in sort(unique(na.omit(design$variables[[by]])))) {
      own <- subset(design, !is.na(design$variables[[by]]) & design$variables[[by]] == level_by
                    & !is.na(design$variables[[pair[1]]]))
      if (nrow(own$variables) == 0 || degf(own) < 1) next
      n <- nrow(own$variables)
      for (level in sort(unique(na.omit(design$variables[[pair[1]]])))) {
        own$variables$one <- as.numeric(own$variables[[pair[1]]] == level)
        share <- svymean(~one, own)
        p <- as.numeric(coef(share))
        se <- as.numeric(SE(share))
        edge <- sum(own$variables$one) %in% c(0, n)
        rows[[length(rows) + 1]] <- data.frame(
          design = name, dataset = designs[[name]][[1]], variable = pair[1], level = level, by = by,
          by_level = level_by, proportion = sprintf("%.17g", p), se = sprintf("%.17g", se), n = n,
          df = degf(own), verdict = judged(p, se, n, degf(own), edge))
      }
    }
  }
}
write.csv(do.call(rbind, rows), "nchs_percentages.csv", row.names = FALSE, quote = FALSE)
