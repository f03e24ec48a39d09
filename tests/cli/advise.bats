#!/usr/bin/env bats
# flagrace advise: what it races, what it refuses, and that its answer can be read
# by people and programs. Which strategy wins is not asked: that depends on how busy
# this machine is. unit.harness_advice has the sentences, gate.races the error rates.

load common

# advise OPTION ..: a small race
advise() {
	run --separate-stderr "$FLAGRACE" advise --requests 4 --latency 2ms \
		--blocks 3 --quiet "$@"
	echo "$output" "$stderr"
}

# raced OPTION ..: the strategies that a dry run names, one a line
raced() {
	"$FLAGRACE" advise --requests 4 --dry-run --work cpu:1us --capacity 4 \
		"$@" | grep -o '[a-z0-9-]*@' | tr -d @ | sort -u
}

bats_require_minimum_version 1.5.0

@test "the answer is in the first line, and the run folder is an ordinary one" {
	advise --strategy pthread-map,multi-poll --out r
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" =~ ^"Use "(pthread-map|multi-poll)@[14]": it " ]]
	[[ "$output" == *"The question: 4 requests, latency 2ms, on "*" CPU"* ]]
	[[ "$output" == *"How sure: 3 blocks, "* ]]
	run "$FLAGRACE" summary r
	[ "$status" -eq 0 ]
	[[ "$output" == *multi-poll@* ]]
}

@test "a run that is resumed says the same" {
	advise --strategy pthread-map,multi-poll --out r
	first=$output
	run --separate-stderr "$FLAGRACE" advise --resume r --quiet
	[ "$status" -eq 0 ]
	[ "$output" = "$first" ]
	# The last trial is missing.
	sed -i '$d' r/trials.csv
	run --separate-stderr "$FLAGRACE" advise --resume r --quiet
	[ "$status" -eq 0 ]
	[[ "$output" == *"How sure: 3 blocks, "* ]]
}

@test "programs read it as JSON, CSV and Markdown" {
	advise --strategy pthread-map --out r --format json
	[ "$status" -eq 0 ]
	python3 -c '
import json, sys
advice = json.load(sys.stdin)
assert advice["recommended"].startswith("pthread-map@"), advice
assert advice["page"] == "strategies/pthread-map.c"
assert advice["rows"][0]["state"] == "fastest"' <<<"$output"
	"$FLAGRACE" advise --resume r --quiet --format csv >csv
	[ "$(column csv state | head -n 1)" = fastest ]
	run "$FLAGRACE" advise --resume r --quiet --format markdown
	[[ "${lines[0]}" == "**Use pthread-map@"*"**: "* ]]
}

@test "a dry run states the most trials, and runs nothing" {
	run "$FLAGRACE" advise --dry-run
	[ "$status" -eq 0 ]
	[[ "$output" == *" cells, at most 20 blocks and "*" trials, "* ]]
	[ ! -e results ]
}

@test "no more trials are run than a dry run states" {
	run "$FLAGRACE" advise --strategy pthread-map,multi-poll,sequential \
		--requests 4 --latency 2ms --blocks 4 --dry-run
	most=$(grep -o '[0-9]* trials' <<<"$output" | head -n 1)
	"$FLAGRACE" advise --strategy pthread-map,multi-poll,sequential \
		--requests 4 --latency 2ms --blocks 4 --quiet --out r
	[ "$(column r/trials.csv trial | wc -l)" -le "${most% trials}" ]
}

@test "a cell whose delays alone take longer is not raced" {
	run --separate-stderr "$FLAGRACE" advise --requests 20 --latency 50ms \
		--strategy sequential,multi-poll --concurrency 20 --blocks 2 \
		--quiet --out r
	[[ "$output" == *"Not raced, "*"1 in flight"*"(1000 ms)."* ]]
	! grep -q sequential r/trials.csv
}

@test "what a program must be without is left out, and no more" {
	raced | grep -qx process-pool
	raced | grep -qx epoll-offload
	[ -z "$(raced --without threads,fork | grep -E 'pthread|fork|process|openmp|offload|reactors')" ]
	raced --without threads,fork | grep -qx multi-poll
	[ -z "$(raced --without own-http | grep -xE 'epoll|epoll-offload|io-uring|http2|pipelining')" ]
	raced --without multi-poll | grep -qx multi-epoll
	[ -z "$(raced --without multi-poll | grep -x multi-poll)" ]
}

@test "the table of needs agrees with what trials do, and with docs/ADVISE.md" {
	"$FLAGRACE" advise --strategy all --requests 2 --concurrency 2 --latency 1ms \
		--work cpu:1us --capacity 4 --blocks 1 --quiet --format csv \
		--out r >csv || [ $? -eq 4 ] # on a busy machine none may be valid
	paste -d' ' <(column csv place) <(column csv strategy) | sort -n -u |
		cut -d' ' -f2 >order
	sed -n 's/^| [0-9]* | `\([a-z0-9-]*\)` .*/\1/p' \
		"$BATS_TEST_DIRNAME/../../docs/ADVISE.md" >page
	diff <(grep -xFf order page) order
	if grep -qE '__[at]san_init' "$FLAGRACE"; then
		skip "a sanitizer has processes and threads of its own"
	fi
	for what in threads:threads_created fork:processes_created; do
		paste -d' ' <(column r/trials.csv strategy) \
			<(column r/trials.csv "${what#*:}") |
			awk '$2 == "0" { print $1 }' | sort -u >seen
		raced --strategy all --without "${what%:*}" --concurrency 2 |
			grep -xFf <(column r/trials.csv strategy) >said
		diff seen said
	done
}

@test "the trials may use as many CPUs as --cores says" {
	cat >count <<-'END'
		#!/bin/sh
		nproc >>"$0.cpus"
		exec curl -qsZ --parallel-max "$1" --config "$2"
	END
	chmod +x count
	advise --strategy multi-poll --exec "count=$PWD/count {concurrency} {urls_curl}" \
		--cores 1 --out r
	[ "$(sort -u count.cpus)" = 1 ]
	[[ "$output" == *", on 1 CPU."* ]]
}

@test "an order of one's own goes before the usual one" {
	advise --strategy pthread-map,multi-poll --order multi-poll --out r \
		--format csv
	[ "$status" -eq 0 ]
	paste -d' ' <(column - strategy <<<"$output") <(column - place <<<"$output") |
		grep -qx 'multi-poll 1'
}

@test "a server is measured with few requests, and the mock server made like it" {
	"$FLAGRACE" serve --port 0 --latency 30ms --payload 5kB >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on }
	advise --like "$url/flags/cn/cn.gif" --strategy multi-poll --out r
	[ "$status" -eq 0 ]
	[[ "$stderr" == "like: asks $url/flags/cn/cn.gif 11 times, one request after another"* ]]
	[[ "$stderr" == *" 5000 bytes; so: --payload=5000"* ]]
	# The latency was given, so it is not measured.
	[ "$(column r/trials.csv latency | sort -u)" = 2ms ]
	[ "$(column r/trials.csv payload_bytes | sort -u)" = 5000 ]
	run "$FLAGRACE" advise --like "$url/flags/cn/cn.gif" --strategy multi-poll \
		--requests 2 --blocks 1 --quiet --out s
	kill "$server"
	[ "$status" -eq 0 ]
	latency=$(column s/trials.csv latency | sort -u)
	# One latency, or a range, which has a comma and so is quoted.
	[[ "$latency" =~ ^[3-9][0-9.]*ms$ || "$latency" == '""' ]]
}

@test "a server that cannot be measured is refused, and not asked again" {
	advise --like http://127.0.0.1:9/x
	[ "$status" -eq 4 ]
	[[ "$stderr" == *"cannot be measured: a request failed (refused)"* ]]
	advise --like ftp://x
	[ "$status" -eq 2 ]
}

@test "what makes no question is refused" {
	advise --without thread
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"did you mean threads?"* ]]
	advise --order thread-map
	[ "$status" -eq 2 ]
	advise --strategy multi-poll --without multi-poll
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"leaves no strategy"* ]]
	advise --latency 1ms,2ms
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"several workloads"* ]]
	run "$FLAGRACE" advise open-loop
	[ "$status" -eq 2 ]
	advise --cores 1000
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--cores 1000: this program may use "* ]]
}

@test "the commands of docs/ADVISE.md are taken" {
	page=$BATS_TEST_DIRNAME/../../docs/ADVISE.md
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	count=0
	while read -r line; do
		echo "$line"
		case $line in
		*" --link "*) flagrace link -- true 2>/dev/null || continue ;;
		esac
		bash -c "$line --dry-run" </dev/null
		count=$((count + 1))
	done < <(sed -n '/^```sh$/,/^```$/p' "$page" | sed '/^```/d; s/[ ]*#.*//')
	[ "$count" -ge 9 ]
}
