# Races the cells of tests/gate/race_table.c with irace (r-cran-irace) instead of our
# rule, at the same number of trials. Run by hand:
#
#   build/dev/tests/gate/race_table 20 /tmp/times
#   Rscript tests/gate/irace.R /tmp/times [t-test|F-test]
#
# Prints for each kind of cells, in percent: how often irace picks the cell that a run
# of all blocks found fastest, or one within 3 % of it, and its trials.
if (!suppressWarnings(require(irace, quietly = TRUE))) {
	cat("skipped: the R package irace is not installed (apt install r-cran-irace)\n")
	quit(status = 77)
}
args <- commandArgs(trailingOnly = TRUE)
test <- if (length(args) > 1) args[2] else "t-test"
lines <- readLines(args[1])
heads <- grep("^#", lines)

race <- function(times, budget) {
	cells <- nrow(times)
	count <- 0
	runner <- function(experiment, scenario) {
		count <<- count + 1
		cell <- as.integer(experiment$configuration[["cell"]])
		list(cost = log(times[cell, as.integer(experiment$id.instance)]))
	}
	names <- paste0("(", paste(seq_len(cells), collapse = ","), ")")
	parameters <- readParameters(text = paste('cell "" c', names))
	scenario <- list(targetRunner = runner, instances = seq_len(ncol(times)),
		maxExperiments = budget,
		nbIterations = 1, nbConfigurations = cells, minNbSurvival = 1,
		firstTest = 5, testType = test, deterministic = TRUE,
		elitist = FALSE, sampleInstances = FALSE, logFile = "",
		quiet = TRUE, debugLevel = 0, seed = 1)
	file <- tempfile()
	writeLines(c("cell", seq_len(cells)), file)
	scenario$configurationsFile <- file
	best <- irace(scenario, parameters)
	unlink(file)
	list(pick = as.integer(best$cell[1]), trials = count)
}

result <- NULL
for (i in seq_along(heads)) {
	head <- as.integer(strsplit(lines[heads[i]], " ")[[1]][-1])
	rows <- lines[heads[i] + seq_len(head[2])]
	rows <- do.call(rbind, lapply(strsplit(rows, " "), as.numeric))
	true <- rows[, 1]
	times <- rows[, -1]
	all <- length(times)
	out <- race(times, floor(0.35 * all))
	result <- rbind(result, data.frame(kind = head[1],
		same = out$pick == head[3],
		near = true[out$pick] <= 1.03 * true[head[3]],
		trials = out$trials / all))
}
print(round(100 * aggregate(cbind(same, near, trials) ~ kind, result, mean)) /
	c(100, 1, 1, 1)[col(matrix(0, length(unique(result$kind)), 4))])
