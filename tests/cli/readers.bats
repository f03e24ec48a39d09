#!/usr/bin/env bats
# Other programs read the files of a run as they are: numbers as numbers, times as
# times, unknown values as missing. tests/readers/check tries pandas and R, too.

load common

RUN=$BATS_TEST_DIRNAME/../fixtures/run

@test "SQLite's types are those of the columns" {
	sqlite3 run.db <<-EOF
		.mode csv
		.import $RUN/trials.csv trials
		.import $RUN/requests.csv requests
	EOF
	[ "$(sqlite3 run.db 'select count(*) from trials')" -eq \
		$(($(wc -l <"$RUN/trials.csv") - 1)) ]
	[ "$(sqlite3 run.db 'select count(*) from requests')" -eq \
		$(($(wc -l <"$RUN/requests.csv") - 1)) ]
	# A column of numbers is text that is the same once it was a number.
	for column in elapsed_ns concurrency peak_rss_bytes; do
		[ "$(sqlite3 run.db "select count(*) from trials
			where $column != '' and
			cast(cast($column as integer) as text) != $column")" -eq 0 ]
	done
	[ "$(sqlite3 run.db "select count(*) from trials where efficiency != ''
		and not abs(ideal_ns * 1.0 / elapsed_ns - efficiency) < 1e-6")" -eq 0 ]
	# Times are ISO 8601, as date functions take them.
	[ "$(sqlite3 run.db "select count(*) from trials where
		started_at != '' and strftime('%s', started_at) is null")" -eq 0 ]
	# The two files join.
	[ "$(sqlite3 run.db "select count(*) from requests where (run, trial)
		not in (select run, trial from trials)")" -eq 0 ]
}

@test "a reader that guesses the dialect guesses right" {
	python3 - "$RUN" <<-'EOF'
		import csv, datetime, sys
		for name in "trials.csv", "requests.csv":
		    text = open(sys.argv[1] + "/" + name, newline="").read()
		    dialect = csv.Sniffer().sniff(text[:5000])
		    assert dialect.delimiter == ",", dialect.delimiter
		    assert csv.Sniffer().has_header(text[:5000])
		    for row in csv.DictReader(text.splitlines()):
		        assert None not in row and None not in row.values()
		        for column, value in row.items():
		            if column.endswith(("_ns", "_bytes")) and value:
		                int(value)
		        if row.get("started_at"):
		            datetime.datetime.fromisoformat(row["started_at"])
	EOF
}
