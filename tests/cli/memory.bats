#!/usr/bin/env bats
# If an allocation fails, no figure is left out in silence: either the output is
# the same as ever, or there is an error with a message.

load common

# allocations COMMAND ..: prints how many allocations the command makes
allocations() {
	head -c 8 /dev/zero >count
	LD_PRELOAD=$FAILING FAILING_CALL=allocation FAILING_COUNT=count \
		"$FLAGRACE" "$@" >expected
	od -An -tu8 count
}

# try N COMMAND ..: runs the command, whose N-th allocation fails
try() {
	local status=0
	head -c 8 /dev/zero >count
	LD_PRELOAD=$FAILING FAILING_CALL=allocation FAILING_AT=$1 \
		FAILING_COUNT=count "$FLAGRACE" "${@:2}" \
		>output 2>errors || status=$?
	if [ $status -eq 0 ]; then
		cmp output expected
	# libjansson 2.14 itself takes no care of one: it dies of a signal
	elif [ $status -lt 128 ]; then
		[ -s errors ]
	fi || {
		echo "allocation $1 of '${*:2}': exit status $status"
		return 1
	}
}

# no_silence COMMAND ..: tries each of the first 100 allocations, and some others
no_silence() {
	local all step
	all=$(allocations "$@")
	[ "$all" -gt 10 ]
	step=$((all / 20 + 1))
	for ((at = 1; at <= all; at += at < 100 ? 1 : step)); do
		try $at "$@"
	done
}

# a_run NAME: makes a run of two strategies and two blocks
a_run() {
	mkdir "$1"
	awk -F, -v OFS=, -v run="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
		$at["block"] ~ /^[12]$/ && $at["strategy"] ~ /^sequential$|^openmp$/ {
			$at["run"] = run
			print
		}' "$RUN/trials.csv" >"$1/trials.csv"
	[ "$(wc -l <"$1/trials.csv")" -eq 5 ]
}

@test "summary" {
	a_run small
	no_silence summary small
	no_silence summary --format json small
	no_silence summary --metric total_ns small
}

@test "a fit" {
	mkdir sweep
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print }
		NR > 1 && $at["strategy"] == "sequential" && $at["block"] == 1 {
			for (c = 1; c <= 8; c *= 2) {
				$at["concurrency"] = c
				$at["trial"] = c
				print
			}
		}' "$RUN/trials.csv" >sweep/trials.csv
	no_silence summary --fit usl sweep
}

@test "compare" {
	a_run old
	a_run new
	no_silence compare old new
	no_silence compare --format json old new
}

@test "history" {
	a_run old
	a_run new
	no_silence history old new --reference sequential
}
