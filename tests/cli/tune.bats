#!/usr/bin/env bats
# flagrace tune: its limits, its answers in words and JSON, its run folder, and
# what it refuses. Which concurrency is enough is not asked, because that depends
# on how busy this machine is; unit.tuning and tests/perf/tune ask it.

load common

bats_require_minimum_version 1.5.0

ROOT=$BATS_TEST_DIRNAME/../..

# tune OPTION ..: a small search; found or out of trials
tune() {
	run --separate-stderr "$FLAGRACE" tune --latency 2ms --capacity 4 \
		--requests 24 --concurrency 8 --trials 20 --quiet "$@"
	echo "$output" "$stderr"
}

ended() {
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ]
}

# json FILE: checks it by the schema
json() {
	python3 - "$ROOT/docs/tune.schema.json" "$1" <<'END'
import json, sys
import jsonschema
schema, document = (json.load(open(name)) for name in sys.argv[1:])
jsonschema.validate(document, schema)
END
}

@test "the answer is a sentence for each strategy, and the folder a run's" {
	tune --strategy epoll,pthread-map,sequential --out r
	ended
	[ "${#lines[@]}" -eq 3 ]
	[[ "${lines[0]}" =~ ^"epoll: "[1-8]" in flight "(is|are)" " ]]
	[[ "${lines[0]}" == *" requests/s"*"bound by "* ]]
	[[ "${lines[1]}" == "pthread-map: "* ]]
	[ "${lines[2]}" = "sequential: never has more than 1 in flight." ]
	[ "$(column r/trials.csv strategy | sort -u | xargs)" = \
		"epoll pthread-map" ]
	[ "$(column r/trials.csv strategy | grep -c epoll)" -le 20 ]
	# A block has no level twice.
	[ -z "$(awk -F, 'NR > 1 { print $4, $7, $8 }' r/trials.csv |
		sort | uniq -d)" ]
	run "$FLAGRACE" summary r
	[ "$status" -eq 0 ]
	[[ "$output" == *"epoll@8"* ]]
	[ -s r/plots/scaling.svg ]
	"$FLAGRACE" plot r --format png
	# Programs read it as JSON.
	run --separate-stderr "$FLAGRACE" tune --resume r --quiet --format json
	ended
	echo "$output" >closed.json
	json closed.json
	python3 -c '
import json
epoll, threads, sequential = json.load(open("closed.json"))
assert 1 <= epoll["concurrency"] <= 8, epoll
assert epoll["trials"] * 24 == epoll["requests"] <= 480, epoll
assert epoll["workload"]["capacity"] == "4", epoll
assert sequential["concurrency"] == 1 and not sequential["trials"]'
}

@test "an open loop: the highest rate held" {
	run --separate-stderr "$FLAGRACE" tune --latency 1ms --capacity 4 \
		--goal 'p99<1s' --rates 200,20000 --requests 100 --trials 20 \
		--quiet --strategy epoll --poisson --out r
	ended
	# No more are in flight than there are requests.
	[[ "$output" == "epoll@100: "*"requests/s"* ]]
	column r/trials.csv arrivals | grep -qx 'poisson:200/s'
	[ "$(column r/trials.csv requests | sort -u)" = 100 ]
	run --separate-stderr "$FLAGRACE" tune --resume r --quiet --format json
	ended
	echo "$output" >open.json
	json open.json
}

@test "a dry run says how much the run may take, and runs nothing" {
	run "$FLAGRACE" tune --dry-run --capacity 50 --latency 100ms \
		--strategy epoll,pthread-map@64,sequential
	[ "$status" -eq 0 ]
	[ "$output" = "  epoll: concurrency 1 to 125, 500 requests a trial
  pthread-map: concurrency 1 to 64, 500 requests a trial
  sequential: never has more than 1 in flight
at most 120 trials and 60000 requests, for throughput" ]
	run "$FLAGRACE" tune --dry-run --strategy epoll,epoll@32 --trials 30 \
		--goal 'p90<1.5s' --requests 2000 --rates 5000
	[ "$status" -eq 0 ]
	[ "$output" = "  epoll@256: 1 to 5000 requests/s, at most 2000 requests a trial
  epoll@32: 1 to 5000 requests/s, at most 2000 requests a trial
at most 60 trials and 120000 requests, for p90<1.5s" ]
	[ ! -e results ]
}

@test "a suite's lists are bounds" {
	run "$FLAGRACE" tune concurrency-sweep --dry-run --strategy epoll
	[ "$status" -eq 0 ]
	[[ "$output" == *"epoll: concurrency 1 to "* ]]
	run "$FLAGRACE" tune open-loop --dry-run --strategy epoll
	[ "$status" -eq 0 ]
	[[ "${lines[1]}" == "at most 60 trials and 120000 requests,"* ]]
}

@test "a run that is cut goes on as if nothing had been" {
	tune --strategy epoll --out r
	ended
	cp -r r whole
	# The rows of 9 trials, and half a trial more.
	head -n 10 whole/trials.csv >r/trials.csv
	head -n $((1 + 9 * 24 + 12)) whole/requests.csv >r/requests.csv
	run --separate-stderr "$FLAGRACE" tune --resume r --quiet
	echo "$output" "$stderr"
	ended
	[[ "$output" == "epoll: "*" in flight "* ]]
	[ "$(column r/trials.csv trial | xargs)" = \
		"$(seq -s' ' "$(($(wc -l <r/trials.csv) - 1))")" ]
	[ "$(wc -l <r/trials.csv)" -le 21 ]
	cmp <(head -n 10 r/trials.csv) <(head -n 10 whole/trials.csv)
	# Rows that this search would not have asked for are refused.
	sed -i '2s/,epoll,8,/,epoll,7,/' r/trials.csv
	run --separate-stderr "$FLAGRACE" tune --resume r --quiet
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"according to run.json"* ]]
	run --separate-stderr "$FLAGRACE" run --resume whole
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"started by 'flagrace tune'"* ]]
}

@test "what cannot be tuned is refused" {
	for goal in fast 'p99<' 'p98<1ms' 'p99<200'; do
		tune --strategy epoll --goal "$goal"
		[ "$status" -eq 2 ]
		[[ "$stderr" == *--goal* ]]
	done
	tune --strategy epoll --poisson
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"need a latency goal"* ]]
	tune --strategy null
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"null requests nothing"* ]]
	tune --strategy epoll --concurrency 0
	[ "$status" -eq 2 ]
	tune --strategy curl --exec 'curl=curl -qs --config {urls_curl}' \
		--goal 'p99<1s'
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"a program is told what to ask for, not when"* ]]
	[ ! -e results ]
}

@test "the commands of docs/TUNE.md work" {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	sed -n '/^```sh$/,/^```$/p' "$ROOT/docs/TUNE.md" | sed '/^```/d' >commands
	[ "$(wc -l <commands)" -eq 4 ]
	while read -r line; do
		[[ "$(bash -c "$line --dry-run" </dev/null)" == *"at most "* ]]
	done <commands
}
