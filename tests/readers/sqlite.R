# Reads an export with R, and compares each column with that of the CSV file.
names <- commandArgs(trailingOnly = TRUE)
db <- DBI::dbConnect(RSQLite::SQLite(), names[1], bigint = "numeric")
for (table in c("trials", "requests")) {
	ours <- DBI::dbReadTable(db, table)
	csv <- read.csv(file.path(names[2], paste0(table, ".csv")),
		na.strings = "", check.names = TRUE,
		colClasses = c(trial = "character"))
	stopifnot(nrow(ours) == nrow(csv), nrow(csv) > 0)
	for (column in setdiff(names(csv), "body_hash")) {
		if (all(is.na(csv[[column]])))
			stopifnot(all(is.na(ours[[column]])))
		else if (!isTRUE(all.equal(ours[[column]], csv[[column]],
			check.attributes = FALSE, tolerance = 0)))
			stop(table, ": ", column)
	}
	cat(R.version.string, ": ", table, ": ", nrow(ours), " rows\n", sep = "")
}
DBI::dbDisconnect(db)
