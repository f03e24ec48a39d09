# Loads a run with R's defaults, and checks the types that the columns get.
run <- commandArgs(trailingOnly = TRUE)[1]
for (name in c("trials.csv", "requests.csv")) {
	rows <- read.csv(file.path(run, name), na.strings = "")
	for (column in grep("_(ns|bytes)$", names(rows), value = TRUE))
		stopifnot(is.numeric(rows[[column]]) || all(is.na(rows[[column]])))
	stopifnot(!anyNA(rows$trial))
	if (name == "trials.csv") {
		when <- as.POSIXct(rows$started_at, "UTC", "%Y-%m-%dT%H:%M:%OSZ")
		stopifnot(!anyNA(when))
		valid <- rows[rows$verdict == "valid" & rows$block >= 1, ]
		print(aggregate(elapsed_ns ~ strategy + concurrency, valid, median))
	}
	cat(R.version.string, ": ", name, ": ", nrow(rows), " rows\n", sep = "")
}
