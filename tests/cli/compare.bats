#!/usr/bin/env bats
# flagrace compare: two run folders, its warnings, and when it fails.

load common

REFERENCE=$BATS_TEST_DIRNAME/../../results/reference

# slower FACTOR: makes a copy of the reference run with longer elapsed times
slower() {
	mkdir new
	cp "$REFERENCE/run.json" new/
	awk -F, -v OFS=, -v factor="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR > 1 { $at["elapsed_ns"] = int($at["elapsed_ns"] * factor) }
		{ print }' "$REFERENCE/trials.csv" >new/trials.csv
}

compare() {
	run --separate-stderr "$FLAGRACE" compare "$REFERENCE" "$@"
}

@test "the reference run compares with itself: ratio 1, no warning" {
	compare "$REFERENCE" --metric elapsed_ns --format csv
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(printf '%s\n' "${lines[@]}" | column /dev/stdin ratio | sort -u)" = 1 ]
}

@test "a slowdown is told, and fails only when that is asked for" {
	slower 1.2
	compare new --metric elapsed_ns
	[ "$status" -eq 0 ]
	[[ "$output" == *" 1.200 "* ]]
	for limit in 1.1 10%; do
		compare new --metric elapsed_ns --fail-on $limit
		[ "$status" -eq 1 ]
	done
	for limit in 1.3 30%; do
		compare new --metric elapsed_ns --fail-on $limit
		[ "$status" -eq 0 ]
	done
}

@test "a cell that NEW lacks fails, too few trials are inconclusive" {
	slower 1
	cp new/trials.csv all.csv
	grep -v ',openmp,' all.csv >new/trials.csv
	compare new --fail-on 2
	[ "$status" -eq 1 ]
	head -n 60 all.csv >new/trials.csv
	compare new --fail-on 2
	[ "$status" -eq 3 ]
}

@test "another host and several other settings are warned of" {
	slower 1
	sed -i 's/"cpus": 2/"cpus": 64, "cpu_quota": 0.5/' new/run.json
	compare new
	[[ "$stderr" == *"warning: the runs were measured on different hosts or builds: cpus (2, 64), cpu_quota ("*", 0.5)"* ]]
	sed -i '2,$ s/50ms/60ms/' new/trials.csv
	compare new
	[[ "$stderr" == *"note: the runs differ in: latency (50ms, 60ms)"* ]]
	sed -i '2,$ s/60ms,1,/60ms,2,/' new/trials.csv
	compare new
	[[ "$stderr" == *"so no ratio can be attributed to one of them: latency (50ms, 60ms), seed (1, 2)"* ]]
}

@test "what is wrong with the command line is said" {
	compare
	[ "$status" -eq 2 ]
	for limit in 0.5 ten 10%% -1 inf 1e3 %; do
		compare "$REFERENCE" --fail-on "$limit"
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"--fail-on '$limit': must be"* ]]
	done
	compare nowhere
	[ "$status" -eq 2 ] || [ "$status" -eq 4 ]
	[[ "$stderr" == *nowhere* ]]
}

@test "JSON is read by Python" {
	compare "$REFERENCE" --format json
	python3 -c '
import json, sys
said = json.load(sys.stdin)
assert all(row["ratio"] == 1 for row in said["rows"]), said' <<<"$output"
}
