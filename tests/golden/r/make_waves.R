# Writes data/waves.csv, invented people in up to three waves, and golden_waves.csv, what R survey
# makes of the waves stacked. Run from tests/golden/r:  Rscript make_waves.R
# design: which svydesign (below). Rows "mean" have a wave, rows "change" are the later wave less
# the one before (svycontrast), rows "share" and "share_change" the same for the answer level.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, warn = 1)

set.seed(20261128)
people <- data.frame(id = 1:140)
people$region <- c("East", "North", "South")[1 + people$id %% 3]
people$office <- paste0("o", people$id %% 5)          # codes that restart in each region
people$size <- c(East = 120, North = 90, South = 200)[people$region]
people$sex <- ifelse(people$id %% 7 < 3, "f", "m")
level <- rnorm(140)
answers <- function(ids, wave, shift) {
  part <- people[ids, ]
  part$wave <- wave
  part$w <- round(runif(length(ids), 0.5, 2.5), 3)
  part$score <- pmin(10, pmax(0, round(5 + shift + 2 * level[ids] + rnorm(length(ids)))))
  part$answer <- cut(part$score, c(-1, 3, 6, 10), labels = c("low", "middle", "high"))
  part$score[runif(length(ids)) < 0.05] <- NA
  part
}
first <- answers(1:82, "w1", 0)
second <- answers(c(55:82, 120:125), "w2", 0.7)       # 34 people, 28 of them in both
third <- answers(c(60:80, 90:119), "w3", 1)
again <- answers(1:82, "w2", 0.5)                     # the whole first wave once more
fresh <- answers(83:130, "w2", 0.5)                   # nobody of the first wave
again$set <- "panel"; fresh$set <- "fresh"; third$set <- "third"; second$set <- "partial"
first$set <- "first"
every <- rbind(first, second, third, again, fresh)
digits <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
out <- every
out$w <- digits(out$w)
write.csv(out, "data/waves.csv", row.names = FALSE, quote = FALSE, na = "")

lines <- "design,statistic,level,wave,value,se"
put <- function(design, statistic, level, wave, value, se) {
  lines <<- c(lines, paste(design, statistic, level, wave, digits(value), digits(se), sep = ","))
}
# Means as ratios of totals, in which a missing answer is no part of either.
whole <- function(name, design) {
  waves <- sort(unique(design$variables$wave))
  contrast <- function(value, label, statistic) {
    known <- !is.na(value)
    for (k in waves) {
      inside <- known & design$variables$wave == k
      design$variables[[paste0("sum_", k)]] <- ifelse(inside, value, 0)
      design$variables[[paste0("base_", k)]] <- as.numeric(inside)
    }
    totals <- svytotal(reformulate(c(paste0("sum_", waves), paste0("base_", waves))), design,
                       return.replicates = inherits(design, "svyrep.design"))
    mean_of <- function(k) paste0("sum_", k, "/base_", k)
    say <- function(text, statistic, k) {
      found <- svycontrast(totals, str2lang(text))
      put(name, statistic, label, k, coef(found)[[1]], SE(found)[[1]])
    }
    for (k in waves) say(mean_of(k), statistic, k)
    for (k in seq_along(waves)[-1]) {
      say(paste(mean_of(waves[k]), "-", mean_of(waves[k - 1])), paste0(statistic, "_change"),
          waves[k])
    }
  }
  contrast(design$variables$score, "", "mean")
  for (label in levels(every$answer)) {
    contrast(as.numeric(design$variables$answer == label), label, "share")
  }
}
stack <- function(...) { all <- rbind(...); all$cell <- paste(all$wave, all$region); all }
partial <- stack(first, second)
panel <- stack(first, again)
whole("partial_people", svydesign(ids = ~id, weights = ~w, data = partial))
whole("partial_strata", svydesign(ids = ~id, strata = ~region, weights = ~w, data = partial))
whole("partial_offices", svydesign(ids = ~office, strata = ~region, weights = ~w, nest = TRUE,
                                   data = partial))
whole("panel_people", svydesign(ids = ~id, weights = ~w, data = panel))
whole("panel_fpc", svydesign(ids = ~id, strata = ~region, fpc = ~size, weights = ~w, data = panel))
whole("fresh_people", svydesign(ids = ~1, strata = ~wave, weights = ~w,
                                data = stack(first, fresh)))
whole("fresh_strata", svydesign(ids = ~1, strata = ~cell, weights = ~w,
                                data = stack(first, fresh)))
whole("fresh_offices", svydesign(ids = ~office, strata = ~region, weights = ~w, nest = TRUE,
                                 data = stack(first, fresh)))
whole("three_waves", svydesign(ids = ~id, weights = ~w, data = stack(first, second, third)))
# Each wave post-stratified to its own targets.
design <- svydesign(ids = ~id, weights = ~w, data = partial)
design <- update(design, wave_sex = paste(wave, sex))
targets <- data.frame(wave_sex = c("w1 f", "w1 m", "w2 f", "w2 m"), Freq = c(60, 70, 33, 27))
whole("partial_poststratified", postStratify(design, ~wave_sex, targets))
# The stacked waves with jackknife replicates of the people.
whole("partial_replicates", as.svrepdesign(svydesign(ids = ~office, strata = ~region, weights = ~w,
                                                     nest = TRUE, data = partial), type = "JKn",
                                           mse = TRUE))
writeLines(lines, "golden_waves.csv")
