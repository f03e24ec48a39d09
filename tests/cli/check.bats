#!/usr/bin/env bats
# flagrace check: its exit status for each verdict, and its messages about builds
# that behave oddly.
# The judged figures are counts, or are printed by fake builds: no verdict depends
# on how fast this machine is.

load common

# check OPTION ..: checks few requests, on a machine however busy
check() {
	run "$FLAGRACE" check --requests 20 --latency 2ms --pressure 100 \
		--quiet "$@"
	echo "$output"
}

# says FILE MS: writes a fake build that reports trials of that length
says() {
	cat >"$1" <<-END
		#!/bin/sh
		"$FLAGRACE" "\$@" | sed -u 's/"elapsed_ns":[0-9]*/"elapsed_ns":${2}000000/'
	END
	chmod +x "$1"
}

@test "a head that takes twice as long regresses, twice over" {
	says base 50
	says head 100
	check --base ./base --head ./head ci --strategy sequential --gate elapsed
	[ "$status" -eq 1 ]
	[[ "$output" == *"REGRESSED: 1 of 1 gated row"* ]]
	[[ "$output" == *"confirmed: "* ]]
}

@test "one that takes half the time is an improvement" {
	says base 100
	says head 50
	check --base ./base --head ./head ci --strategy sequential --gate elapsed
	[ "$status" -eq 0 ]
	[[ "$output" == *"IMPROVED: 1 of 1 gated row"* ]]
	[[ "$output" != *confirmed* ]]
}

@test "two strategies have each the concurrency they can" {
	check --base-strategy sequential --head-strategy pthread-map \
		--gate failures
	[ "$status" -eq 0 ]
	[[ "$output" == *"concurrency=1 head=20 "* ]]
}

@test "one more connection is a regression of a counter" {
	check --base-strategy pthread-map --head-strategy fork-per-request \
		--concurrency 1 --gate connections
	[ "$status" -eq 1 ]
	[[ "$output" == *"REGRESSED     pthread-map"*connections* ]]
}

@test "a program that opens more connections than another regresses" {
	local curl='curl -q --no-progress-meter -Z --parallel-max 2'

	check --base-exec "old=$curl --config {urls_curl}" --head-exec \
		"new=$curl -H Connection:close --config {urls_curl}" \
		--concurrency 2 --gate connections,failures --head-label new@2
	[ "$status" -eq 1 ]
	[[ "$output" == *"base: old=curl"* ]]
	[[ "$output" == *"head: new@2"* ]]
	[[ "$output" == *"REGRESSED     old "*connections* ]]
	[[ "$output" == *"PASS          old "*failures* ]]
}

@test "a metric that is gated on request is in the report, with a control" {
	check --base-strategy sequential --head-strategy sequential \
		--gate memory:1000%,span:1000%,requests --format csv
	[ "$status" -eq 0 ]
	[ "$(column <(printf '%s\n' "${lines[@]}") metric | xargs)" = \
		"elapsed cpu overhead latency-p90 connections failures span memory requests span memory" ]
	[ "$(grep -c ,gated, <<<"$output")" -eq 3 ]
}

@test "a program is compared with a strategy" {
	check --base-strategy multi-poll --head-exec \
		'curl=curl -q --no-progress-meter --config {urls_curl}' \
		--concurrency 4 --gate failures
	[ "$status" -eq 0 ]
	[[ "$output" == *"base: multi-poll"* ]]
}

@test "counters of the same strategy pass" {
	check --base-strategy sequential --head-strategy sequential \
		--gate connections,failures
	[ "$status" -eq 0 ]
	[[ "$output" == *"PASS: 2 of 2 gated rows"* ]]
}

@test "a head whose trials are not valid regresses" {
	check --base-strategy sequential --head-strategy "$PLUGINS/skips.so" \
		--gate elapsed
	[ "$status" -eq 1 ]
	[[ "$output" == *"head failed in 7 of 7 blocks"*"never performed"* ]]
}

@test "a base whose trials are not valid cannot be compared with" {
	check --base-strategy "$PLUGINS/skips.so" --head-strategy sequential \
		--gate elapsed
	[ "$status" -eq 4 ]
	[[ "$output" == *"7 of 7 blocks are void: base: "* ]]
	# why, and what to do, is said first
	[[ "${lines[0]}" == "INVALID: 1 of 1 gated row: 7 of 7 blocks are void: "*"; make base run validly, or choose another base" ]]
	[[ "${lines[-1]}" == INVALID ]]
}

@test "a strategy that head does not know is missing there" {
	cat >head <<-END
		#!/bin/sh
		sed -u 's/"strategy":"sequential"/"strategy":"gone"/' |
			"$FLAGRACE" "\$@"
	END
	chmod +x head
	check --base "$FLAGRACE" --head ./head ci --strategy sequential \
		--gate elapsed
	[ "$status" -eq 1 ]
	[[ "$output" == *"head failed in 7 of 7 blocks"*"unknown strategy 'gone'"* ]]
}

@test "two builds run a suite each for themselves" {
	cp "$FLAGRACE" other
	check --base ./other --head "$FLAGRACE" ci --strategy sequential \
		--gate failures
	[ "$status" -eq 0 ]
	[[ "$output" == *"base: ./other"* ]]
	[[ "$output" == *"PASS: 1 of 1 gated row"* ]]
}

@test "two builds find the plug-in that a suite names by its path" {
	cp "$FLAGRACE" other
	cp "$BUILD/tests/unit/plugins/good.so" mine.so
	echo 'strategy: ./mine.so' >mine.yaml
	check --base ./other --head "$FLAGRACE" ./mine.yaml --gate failures
	[ "$status" -eq 0 ]
	[[ "$output" == *"PASS "*" plug-in "*failures* ]]
}

@test "base and head on different hosts are not compared" {
	cat >head <<-END
		#!/bin/sh
		"$FLAGRACE" "\$@" | sed -u 's/"host":"[^"]*"/"host":"elsewhere"/'
	END
	chmod +x head
	check --base "$FLAGRACE" --head ./head ci --strategy sequential \
		--gate elapsed --format csv --log check_trials.csv
	[ "$status" -eq 4 ]
	printf '%s\n' "${lines[@]}" >report
	[ "$(column report verdict | sort -u)" = INVALID ]
	[ "$(column report metric | wc -l)" -eq 7 ]
	[[ "$output" == *"base and head run on different hosts"* ]]
	# nothing was run for it
	[ "$(wc -l <check_trials.csv)" -eq 1 ]
}

@test "the report as CSV has a row for each metric, and the control's" {
	check --base-strategy sequential --head-strategy sequential \
		--gate elapsed:50%,failures --format csv
	[ "$(column <(printf '%s\n' "${lines[@]}") metric | xargs)" = \
		"elapsed cpu overhead latency-p90 connections failures elapsed" ]
	[ "$(column <(printf '%s\n' "${lines[@]}") role | xargs)" = \
		"gated informative informative informative informative gated control" ]
}

@test "the log has every trial, mirrored within its block" {
	check --base-strategy sequential --head-strategy sequential \
		--gate failures --log check_trials.csv
	[ "$status" -eq 0 ]
	# warm-up and eight blocks of base, head and copy
	[ "$(column check_trials.csv side | wc -l)" -eq 54 ]
	for block in $(seq 0 8); do
		sides=$(paste -d' ' <(column check_trials.csv block) \
			<(column check_trials.csv side) | awk -v b="$block" '$1 == b { print $2 }')
		[ "$sides" = "$(tac <<<"$sides")" ]
		[ "$(sort -u <<<"$sides" | xargs)" = "base copy head" ]
	done
	# one seed for all of a block, another for the next
	[ "$(paste -d' ' <(column check_trials.csv block) <(column check_trials.csv seed) |
		sort -u | wc -l)" -eq 9 ]
}

@test "the same seed gives the same order and the same delays" {
	for log in a b; do
		check --base-strategy sequential --head-strategy null \
			--gate failures --seed 5 --log $log
	done
	[ "$(column a side)" = "$(column b side)" ]
	[ "$(column a seed)" = "$(column b seed)" ]
	check --base-strategy sequential --head-strategy null \
		--gate failures --seed 6 --log c
	[ "$(column a seed)" != "$(column c seed)" ]
}

@test "what makes no sense is said in one line" {
	try() {
		local words=$1
		shift
		check "$@"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$words"* ]]
	}
	try "nothing to compare"
	try "nothing to compare" --base /bin/true ci
	try "base has a strategy or a program of its own and head has not" \
		--base "$FLAGRACE" --head "$FLAGRACE" ci --base-strategy null
	try "head has a strategy or a program of its own and base has not" \
		--base "$FLAGRACE" --head "$FLAGRACE" ci --head-exec t=true
	try "a side is a strategy or a program" --base-exec t=true \
		--base-strategy null --head-exec t=true
	try "expected NAME=COMMAND" --base-exec true --head-exec t=true
	try "cannot find the program 'no-such'" --base-exec t=true \
		--head-exec t=no-such
	printf 'a=true\nb=true\n' >two
	try "'@two' has 2 programs: a side of a check has one" \
		--base-exec @two --head-exec t=true
	try "two builds need a suite" --base "$FLAGRACE" --head "$FLAGRACE"
	try "--strategy cannot be combined" --base-strategy null \
		--head-strategy null --strategy epoll
	try "unknown strategy" --base-strategy null --head-strategy no-such
	try "ask for one concurrency" --base-strategy sequential \
		--head-strategy epoll --concurrency 1,2
	echo 'exec: {t: "true"}' >program.yaml
	try "programs are compared by --base-exec and --head-exec" \
		--base "$FLAGRACE" --head "$FLAGRACE" ./program.yaml
	try "did you mean elapsed?" --base-strategy null --head-strategy null \
		--gate elapsd
	try "must be one of fail, pass" --base-strategy null \
		--head-strategy null --inconclusive maybe
	try "google-benchmark, go-benchmark" --base-strategy null \
		--head-strategy null --format xx
	try "--report 'foo': must be one of table, csv, json, markdown, " \
		--base-strategy null --head-strategy null --report foo=x
	try "No such file" --base ./absent --head "$FLAGRACE" ci
	try "/dev/full/log" --base-strategy null --head-strategy null \
		--log /dev/full/log
}

@test "the help says what two builds need" {
	run "$FLAGRACE" check --help
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == \
		*"two builds need one, such as ci"* ]]
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == \
		*"compare with (default with --base-strategy, --base-exec or --base-program: this program)"* ]]
}

@test "a binary that is no flagrace cannot be measured" {
	check --base "$FLAGRACE" --head /bin/true ci
	[ "$status" -eq 4 ]
	[[ "$output" == *"is it a flagrace"* ]]
}

# under_way: starts a check, $pid, and returns when one of its trials has ended
under_way() {
	mkdir tmp
	# What a script starts in the background ignores SIGINT, and we obey.
	FLAGRACE_MARK=$BATS_TEST_TMPDIR TMPDIR=$PWD/tmp \
		env --default-signal=INT "$FLAGRACE" \
		check --base-strategy sequential --head-strategy sequential \
		--latency 20ms --pressure 100 --log check_trials.csv >out 2>&1 &
	pid=$!
	until [ "$(wc -l <check_trials.csv 2>/dev/null || echo 0)" -ge 3 ]; do
		kill -0 "$pid"
	done
}

@test "killed, it leaves no file behind" {
	under_way
	kill -KILL "$pid"
	wait "$pid" || true
	[ -z "$(ls -A tmp)" ]
}

@test "Ctrl-C ends it with nothing left behind" {
	under_way
	kill -INT "$pid"
	rc=0
	wait "$pid" || rc=$?
	cat out
	[ "$rc" -eq 130 ]
	nothing_left
	[ -z "$(ls -A tmp)" ]
}

@test "selftest counts checks of equals and of known slow-downs" {
	if grep -q 'FLAGRACE_SANITIZE:STRING=[a-z]' "$BUILD/CMakeCache.txt"; then
		skip "five checks take minutes under a sanitizer"
	fi
	run "$FLAGRACE" selftest --thorough 10s --pressure 100 --blocks-max 8 \
		--quiet
	echo "$output"
	[ "$status" -eq 0 ]
	for kind in none "latency +10 %" "latency +20 %" "CPU +10 %" "CPU +20 %"; do
		[ "$(grep -cE "^${kind//+/\\+} +[1-9]" <<<"$output")" -eq 1 ]
	done
	[[ "$output" == *"On this machine, a check finds a slow-down of "*" 9 times in 10."* ]]
}

@test "what waits because of its own quota makes no block void" {
	"$FLAGRACE" run --dry-run --strategy null --cpus 0.05 >/dev/null 2>said ||
		skip "$(cat said)"
	run "$FLAGRACE" check --base-strategy sequential --head-strategy sequential \
		--requests 1 --latency 0ms --work cpu:1ms --cpus 0.05 \
		--pressure 0 --gate failures
	echo "$output"
	[[ "$output" != *"tasks waited"* ]]
}

@test "blocks are measured up to the last look, which the user chooses" {
	check --base-strategy sequential --head-strategy sequential \
		--gate failures --blocks-max 2 --format csv
	[ "$status" -eq 0 ]
	[ "$(column <(printf '%s\n' "${lines[@]}") n_blocks | sort -u)" = 2 ]
	# So few blocks cannot show any slow-down.
	says base 50
	says head 100
	check --base ./base --head ./head ci --strategy sequential --gate elapsed \
		--blocks-max 4
	[ "$status" -eq 3 ]
	[[ "${lines[0]}" == "INCONCLUSIVE: "*"5 blocks are needed"* ]]
	[[ "$output" != *"8 blocks"* ]]
}

@test "a check leaves the reports it is asked for" {
	says base 100
	says head 50
	check --base ./base --head ./head ci --strategy sequential \
		--gate elapsed --format annotations --report junit=check.xml \
		--report json=check.json --report markdown=check.md
	[ "$status" -eq 0 ]
	[[ "$output" == *"::notice title=flagrace check::IMPROVED"* ]]
	python3 -c '
import json, xml.etree.ElementTree as xml
assert json.load(open("check.json"))["verdict"] == "IMPROVED"
assert xml.parse("check.xml").getroot().get("failures") == "0"'
	grep -q "^### flagrace check: IMPROVED$" check.md
}

@test "a disk that is full costs the reports on it, not the others" {
	check --base-strategy null --head-strategy null --gate failures \
		--report junit=/dev/full --report csv=/dev/full \
		--report json=check.json
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot write /dev/full: No space left on device"* ]]
	python3 -m json.tool check.json >/dev/null
}

@test "a report that cannot be is said before anything is measured" {
	for report in junit junit= =x yaml=x; do
		check --base-strategy null --head-strategy null --report "$report"
		[ "$status" -eq 2 ]
	done
	check --base-strategy null --head-strategy null --report junit=no/such/x
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot write no/such/x: "* ]]
}

@test "a head that renices the server has no valid trial" {
	check --base-strategy sequential \
		--head-strategy "$PLUGINS/renices.so" --gate failures
	[ "$status" -ne 0 ]
	[[ "$output" == *"the server's nice value was changed"* ]]
}
