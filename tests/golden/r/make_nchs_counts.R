# What the NCHS standards for rates and counts say of weighted counts, written to nchs_counts.csv.
# Run from this folder: Rscript make_nchs_counts.R
source("nchs_designs.R")
asked <- list(
  strat_w = list(c("d_perf", "stype"), c("awards", "sch_wide")),
  clus1_uneven = list(c("d_perf", "stype"), c("d_perf", "yr_rnd"), c("stype", "d_perf")),
  nhanes2 = list(c("diabetes", "race"), c("highlead", "region"))
)

rows <- list()
for (name in names(designs)) {
  for (pair in asked[[name]]) {
    design <- designs[[name]][[2]]
    by <- pair[2]
    for (level_by in sort(unique(na.omit(design$variables[[by]])))) {
      own <- subset(design, !is.na(design$variables[[by]]) & design$variables[[by]] == level_by
                    & !is.na(design$variables[[pair[1]]]))
      if (nrow(own$variables) == 0 || degf(own) < 1) next
      for (level in sort(unique(na.omit(design$variables[[pair[1]]])))) {
        own$variables$one <- as.numeric(own$variables[[pair[1]]] == level)
        total <- svytotal(~one, own)
        x <- as.numeric(coef(total))
        s <- as.numeric(SE(total))
        w <- weights(own, "sampling")[own$variables$one == 1]
        n <- length(w)
        kish <- if (n) sum(w)^2 / sum(w^2) else 0
        k <- qt(0.975, max(kish - 1, 0.1)) * s / x
        relative <- if (n) exp(k) - exp(-k) else NaN
        verdict <- if (n < 10 || kish < 10 || relative > 1.6) "unreliable"
                   else if (degf(own) < 8) "flagged" else "shown"
        rows[[length(rows) + 1]] <- data.frame(
          design = name, dataset = designs[[name]][[1]], variable = pair[1], level = level, by = by,
          by_level = level_by, total = sprintf("%.17g", x), se = sprintf("%.17g", s), n = n,
          effective = sprintf("%.17g", kish), df = degf(own),
          relative_width = sprintf("%.17g", relative), verdict = verdict)
      }
    }
  }
}
write.csv(do.call(rbind, rows), "nchs_counts.csv", row.names = FALSE, quote = FALSE)
