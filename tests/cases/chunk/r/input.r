#!/usr/bin/env Rscript
# Tides along the coast: reading, smoothing and plotting them.

library(dplyr)
library("ggplot2")
suppressPackageStartupMessages(library(lubridate))
requireNamespace("jsonlite", quietly = TRUE)
source("R/helpers.R")

MEAN_SEA_LEVEL <- 3.21
stations = c("Cuxhaven", "Husum", "Emden")
.cache <- new.env(parent = emptyenv())

#' Reads the gauge of one station.
#'
#' @param station A name from `stations`.
#' @param from,to Dates, both included.
#' @return A tibble with the columns `time` and `level`.
#' @export
read_gauge <- function(station, from = Sys.Date() - 7, to = Sys.Date()) {
  key <- paste(station, from, to)
  if (exists(key, envir = .cache)) {
    return(get(key, envir = .cache))
  }
  path <- file.path("data", sprintf("%s.csv", tolower(station)))
  levels <- read.csv(path, stringsAsFactors = FALSE) |>
    mutate(time = ymd_hms(time)) |>
    filter(as.Date(time) >= from, as.Date(time) <= to)
  assign(key, levels, envir = .cache)
  levels
}

#' @rdname read_gauge
#' @export
read_all <- function(...) lapply(stations, read_gauge, ...)

# A running mean, NA at both ends.
smooth_levels <- function(levels, window = 5L) {
  stopifnot(window %% 2L == 1L)
  weights <- rep(1 / window, window)
  as.numeric(stats::filter(levels, weights, sides = 2))
}

`%above%` <- function(levels, threshold) {
  levels[levels > threshold]
}

`level<-` <- function(x, value) {
  x$level <- value
  x
}

is_high = \(level) level > MEAN_SEA_LEVEL + 1.5

print.tide <- function(x, ...) {
  cat("<tide> ", x$station, ": ", format(max(x$level)), " m\n", sep = "")
  invisible(x)
}

summary.tide <- function(object, ...) {
  highs <- function(levels) {
    rises <- diff(levels) > 0
    which(diff(rises) == -1) + 1
  }

  at <- highs(object$level)
  structure(
    list(
      station = object$station,
      count = length(at),
      mean = mean(object$level[at], na.rm = TRUE),
      latest = if (length(at) > 0) object$time[max(at)] else NA
    ),
    class = "summary.tide"
  )
}

setClass("Gauge", representation(name = "character", zero = "numeric"))

setGeneric("calibrate", function(gauge, ...) standardGeneric("calibrate"))

#' Moves the zero of a gauge.
setMethod("calibrate", "Gauge", function(gauge, by = 0) {
  gauge@zero <- gauge@zero + by
  validObject(gauge)
  gauge
})

setMethod("show", signature(object = "Gauge"), function(object) {
  cat(object@name, "at", object@zero, "\n")
})

Account <- setRefClass("Account", fields = list(balance = "numeric"),
  methods = list(
    deposit = function(x) {
      balance <<- balance + x
    },
    show = function() cat("Balance:", balance, "\n")
  )
)

#' A buoy that counts waves.
Buoy <- R6::R6Class("Buoy",
  public = list(
    waves = 0,
    initialize = function(position) {
      private$position <- position
    },
    count = function(heights) {
      self$waves <- self$waves + sum(heights > 0.5)
      invisible(self)
    }
  ),
  private = list(position = NULL)
)

plot_tide <- function(tide) {
  ggplot(tide, aes(time, level)) +
    geom_line(colour = "steelblue") +
    geom_hline(yintercept = MEAN_SEA_LEVEL, linetype = "dashed") +
    labs(title = tide$station[[1]], y = "m")
}

if (!interactive()) {
  arguments <- commandArgs(trailingOnly = TRUE)
  for (station in arguments) {
    print(plot_tide(read_gauge(station)))
  }
}
