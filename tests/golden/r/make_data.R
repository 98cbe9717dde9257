# Writes the data sets of this folder to data/ as plain CSV. Run from tests/golden/r:
#   Rscript make_data.R && Rscript make_golden.R
# apiclus2 and nhanes are shipped with the R package survey; messy, toy3 and toy2 are constructed
# here by formula, without a random number, so they come out the same on every machine.

suppressMessages(library(survey))

write_plain <- function(frame, name) {
  write.csv(frame, file.path("data", paste0(name, ".csv")), row.names = FALSE, na = "",
            quote = FALSE, eol = "\n")
}

size_of <- function(values, group) ave(rep(1, length(values)), group, FUN = sum)

# Two-stage sample of school districts (40 of 757) and of at most 5 schools in each.
data(api)
schools <- data.frame(
  dnum = apiclus2$dnum, snum = apiclus2$snum, stype = apiclus2$stype,
  api00 = apiclus2$api00, api99 = apiclus2$api99, target = apiclus2$target,
  sch_wide = apiclus2$sch.wide, comp_imp = apiclus2$comp.imp, awards = apiclus2$awards,
  meals = apiclus2$meals, enroll = apiclus2$enroll, api_stu = apiclus2$api.stu,
  pw = apiclus2$pw, fpc1 = apiclus2$fpc1, fpc2 = as.vector(apiclus2$fpc2)
)
schools$d_perf <- cut(schools$api00, c(-Inf, 550, 650, 750, Inf),
                      labels = c("low", "mid", "high", "top"))
schools$d_meal <- ifelse(schools$meals > 50, "poor", "rich")
schools$d_elite <- as.integer(schools$api00 >= 860)
schools$d_target <- as.integer(schools$target >= 10)
schools$rate1 <- length(unique(schools$dnum)) / schools$fpc1
schools$rate2 <- size_of(schools$snum, schools$dnum) / schools$fpc2
write_plain(schools, "apiclus2")

# US NHANES 2009-10 blood cholesterol: two PSUs (three in one stratum) in each of 15 strata.
data(nhanes)
people <- setNames(nhanes, tolower(names(nhanes)))
people$agecat <- gsub(",", "-", gsub("[](]|\\[", "", as.character(people$agecat)), fixed = TRUE)
people$chol <- people$hi_chol
write_plain(people, "nhanes")

# Sixty respondents with everything that goes wrong: PSU codes that restart in each stratum, rows
# of weight zero (one whole PSU of them), missing answers, a domain that lives in one PSU, a
# category that only rows of weight zero chose, an answer given in one PSU only.
i <- 1:60
psu_of <- c(rep(1:4, times = c(8, 7, 6, 5)), rep(1:3, times = c(9, 6, 5)), rep(1:2, times = c(8, 6)))
messy <- data.frame(
  id = i,
  stratum = rep(c("N", "S", "E"), times = c(26, 20, 14)),
  psu = psu_of,
  w = round(0.4 + ((i * 37) %% 23) / 8 + (i %% 4 == 0) * 1.25, 3)
)
messy$w[messy$stratum == "S" & messy$psu == 3] <- 0
messy$w[i %in% c(5, 17, 50)] <- 0
messy$score <- (i * 13) %% 17 + (psu_of - 2) * 1.5 + ifelse(messy$stratum == "E", 2.25, 0)
messy$score[i %% 9 == 4] <- NA
messy$answer <- c("a", "b", "c")[1 + (i * i + psu_of) %% 3]
messy$answer[i %in% c(5, 42, 50)] <- "e"
messy$answer[i %% 11 == 7] <- NA
messy$yes <- as.integer((i * 7 + psu_of) %% 5 < 2)
messy$yes[i %% 13 == 6] <- NA
messy$sex <- ifelse((i * 5) %% 7 < 4, "f", "m")
messy$club <- ifelse(messy$stratum == "N" & messy$psu == 2, "in", "out")
messy$few <- ifelse(messy$stratum == "E" & messy$psu == 1, i %% 3, NA)
messy$only_zero <- ifelse(messy$w == 0, "z", ifelse(i %% 2 == 0, "x", "y"))
write_plain(messy, "messy")

# Three stages, finite population at each: areas within two strata, offices in areas, people in
# offices; `kind` is a stratum at the second stage (used in toy3_strata2 only).
areas <- data.frame(
  region = c("u", "u", "u", "v", "v"), area = 1:5, areas = c(9, 9, 9, 8, 8), all_areas = 17
)
toy <- do.call(rbind, lapply(1:5, function(a) {
  do.call(rbind, lapply(1:4, function(o) {
    people_here <- 2 + (a + o) %% 2
    data.frame(areas[a, ], office = 10 * a + o, kind = ifelse(o <= 2, "big", "small"),
               offices = 7 + a, offices_kind = ifelse(o <= 2, 3 + a %% 2, 5 + a),
               person = seq_len(people_here), people = 4 + (a * o) %% 5,
               drawn_areas = ifelse(a <= 3, 3, 2), drawn_people = people_here, row.names = NULL)
  }))
}))
rownames(toy) <- NULL
j <- seq_len(nrow(toy))
toy$w <- toy$areas / toy$drawn_areas * toy$offices / 4 * toy$people / toy$drawn_people
toy$w_kind <- toy$areas / toy$drawn_areas * toy$offices_kind / 2 * toy$people / toy$drawn_people
toy$rate1 <- toy$drawn_areas / toy$areas
toy$rate2 <- 4 / toy$offices
toy$rate3 <- toy$drawn_people / toy$people
toy$y <- 5 + (j * 11) %% 13 + 2 * toy$area - (toy$office %% 3)
toy$x <- ifelse(j %% 8 == 3, NA, (j * 5) %% 9)
toy$colour <- c("green", "red", "blue")[1 + (j * j + toy$area) %% 3]
write_plain(toy[setdiff(names(toy), c("drawn_areas", "drawn_people"))], "toy3")

# A second stage with one unit drawn of several: nothing estimates its variance.
k <- 1:14
toy2 <- data.frame(
  area = c(1, 1, 1, 2, 3, 3, 3, 3, 4, 5, 5, 6, 6, 6), areas = 20,
  unit = c(1, 2, 3, 1, 1, 2, 3, 4, 1, 1, 2, 1, 2, 3),
  units = c(8, 8, 8, 5, 4, 4, 4, 4, 6, 9, 9, 3, 3, 3)
)
toy2$w <- toy2$areas / 6 * toy2$units / size_of(k, toy2$area)
toy2$y <- 10 + (k * 7) %% 11
write_plain(toy2, "toy2")
