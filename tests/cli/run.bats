#!/usr/bin/env bats
# flagrace run: the files of a run, what it refuses, how it is interrupted.

load common

# A process that a failed test has left must not keep the other tests waiting, as
# it would if it had descriptor 3.
teardown() {
	[ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
}

# race OPTION ..: makes a short run, in ./run
race() {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --latency 20ms "$@"
}

@test "a run leaves its CSV files, its description and valid trials" {
	# with work and a capacity, every strategy that can run here
	race --strategy all --blocks 2 --requests 5 --capacity 20 --work cpu:1us
	echo "$output"
	[ "$status" -eq 0 ]
	[ -s run/trials.csv ] && [ -s run/requests.csv ] && [ -s run/run.json ]
	count=$("$FLAGRACE" list | sed '1d;/^$/,$d' | wc -l)
	count=$((count - $(grep -c '^skipped: .* cannot run here' <<<"$output" || true)))
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "$((2 * count)) valid" ]
	# every cell once in every block
	[ "$(column run/trials.csv block | sort | uniq -c | xargs)" = "$count 1 $count 2" ]
	[ "$(column run/requests.csv status | sort -u)" = ok ]
}

@test "all leaves out the strategies that would be the same as another" {
	run "$FLAGRACE" run --strategy all --blocks 1 --dry-run
	[ "$status" -eq 0 ]
	for name in multi-offload epoll-offload process-offload aimd gradient; do
		[[ $output != *" $name@"* ]]
	done
	[[ $output == *" multi-poll@"* ]]
}

@test "the witness's delay of an item is the same in all trials of a block" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 2 \
		--strategy sequential,pthread-map,pthread-as-completed@3,openmp,process-pool \
		--latency uniform:20ms,200ms --seed 7
	[ "$status" -eq 0 ]
	# one delay for each of the twenty items in each of the blocks, in 5 trials
	[ "$(column run/requests.csv item | wc -l)" -eq 200 ]
	join -t, -j 1 <(paste -d, <(column run/trials.csv trial) \
		<(column run/trials.csv block) | sort) \
		<(paste -d, <(column run/requests.csv trial) \
			<(column run/requests.csv item) \
			<(column run/requests.csv witness_delay_ns) | sort) |
		cut -d, -f2- | sort -u >delays
	[ "$(wc -l <delays)" -eq 40 ]
	# they differ from item to item, and from block to block
	[ "$(cut -d, -f3 delays | sort -u | wc -l)" -gt 35 ]
	# as do the seeds, the first of which is the run's
	[ "$(paste -d' ' <(column run/trials.csv block) \
		<(column run/trials.csv seed) | sort -u | wc -l)" -eq 2 ]
	[ "$(paste -d' ' <(column run/trials.csv block) \
		<(column run/trials.csv seed) | sort -u | sed -n 1p)" = "1 7" ]
	[ "$(column run/trials.csv seed | sort -u | wc -l)" -eq 2 ]
}

@test "a fault that no request met is told, and one that was met is not" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 2 \
		--strategy epoll --latency 0ms --fault 503:0.01%,404:50%
	[[ "$output" == *"warning: fault 503:0.01%: no request met it in 2 blocks of 20"* ]]
	[[ "$output" != *"fault 404"* ]]
}

@test "the order of the cells is shuffled, and the seed decides it" {
	for out in a b; do
		"$FLAGRACE" run --out $out --quiet --warmup 0 --latency 0ms \
			--strategy all --blocks 4 --seed 5 >/dev/null
	done
	"$FLAGRACE" run --out c --quiet --warmup 0 --latency 0ms \
		--strategy all --blocks 4 --seed 6 >/dev/null
	[ "$(column a/trials.csv strategy)" = "$(column b/trials.csv strategy)" ]
	[ "$(column a/trials.csv strategy)" != "$(column c/trials.csv strategy)" ]
}

@test "warm-up trials are kept in the file and left out of the summary" {
	run "$FLAGRACE" run --out run --quiet --warmup 2 --blocks 1 \
		--latency 1ms --strategy sequential --format csv
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv block | xargs)" = "-1 0 1" ]
	[ "$(printf '%s\n' "${lines[@]}" | column /dev/stdin trials)" = 1 ]
}

@test "a strategy is clamped to what it can use, and that is said" {
	run "$FLAGRACE" run --out run --warmup 0 --blocks 1 --latency 1ms \
		--requests 4 --strategy sequential,openmp --concurrency 9
	[ "$status" -eq 0 ]
	[[ "$output" == *"note: concurrency lowered to the most that can be used: sequential@1, openmp@4"* ]]
	[ "$(column run/trials.csv concurrency | sort | xargs)" = "1 4" ]
}

# bats test_tags=threads
@test "fresh connections: one for every item" {
	race --blocks 1 --strategy pthread-map --connections fresh
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv connections_opened)" = 20 ]
	race --blocks 1 --strategy pthread-map@3 --connections reuse --out again
	[ "$status" -eq 0 ]
	[ "$(column again/trials.csv connections_opened)" = 3 ]
}

# bats test_tags=threads
@test "a range is asked for by every strategy, and by no program" {
	race --blocks 1 --strategy all --exclude strategy=null --requests 4 \
		--payload 1000 --range none,10-109 --range 950-2000
	[ "$status" -eq 0 ]
	[ "$(paste -d, <(column run/trials.csv range) \
		<(column run/trials.csv body_bytes) | sort -u)" = \
		",4000
10-109,400
950-2000,200" ]
	race --blocks 1 --range 0-9 --exec 'c=curl -qs {url}' --out again
	[ "$status" -eq 2 ]
	[[ "$output" == *"c cannot keep range 0-9: a program asks for whole bodies"* ]]
	race --range 9-0 --out again
	[ "$status" -eq 2 ]
	[[ "$output" == *"--range '9-0': must be the first and the last byte of each body, counted from 0, as in 0-999"* ]]
}

# bats test_tags=threads
@test "every setting of the server and the client sweeps" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--strategy multi-poll@4 --latency 1ms --requests 4,8 \
		--fault none --fault 503:100% --capacity 0,1 \
		--bandwidth none,1MB/s --payload 0,5000 \
		--connections reuse,fresh --timeout 500s,600s
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "128 valid" ]
	for column in requests fault capacity bandwidth payload_bytes \
		connections timeout_ns; do
		[ "$(column run/trials.csv $column | sort | uniq -c | awk '{print $1}' | xargs)" = "64 64" ]
	done
	# and it is done as it is said
	[ "$(paste -d: <(column run/trials.csv fault) \
		<(column run/trials.csv ok) | sort -u | xargs)" = \
		"503:100%:0 :4 :8" ]
	[ "$(paste -d: <(column run/trials.csv capacity) \
		<(column run/trials.csv connections_opened) | wc -l)" -eq 128 ]
	# each of the 64 ways that differ in the work is a table of its own
	[ "$(grep -cE "was fastest|no strategy is ranked" <<<"$output")" -eq 64 ]
	[ "$(grep -c "No request succeeded" <<<"$output")" -eq 32 ]
	[[ "$output" == *"faults 503:100%, capacity 1, bandwidth 1MB/s"* ]]
}

# bats test_tags=threads
@test "beyond a rate limit requests fail, are counted, and the trial is valid" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 --requests 20 \
		--strategy multi-poll@4,http2@4,sequential,epoll@4 --latency 1ms \
		--limit none --limit 0.001/s,burst=5
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "8 valid" ]
	[ "$(paste -d: <(column run/trials.csv ok) \
		<(column run/trials.csv limited) \
		<(column run/trials.csv failures) | sort | uniq -c | xargs)" = \
		"4 20:: 4 5:15:15 status-429" ]
	[ "$(column run/requests.csv cause | sort | uniq -c | xargs)" = \
		"100 60 status-429" ]
	[[ "$output" == *"15 of 20 requests failed (75.0 %): 15 × 429"* ]]
}

@test "a setting that the server does not know is refused in its words" {
	race --fault gremlins:1%
	[ "$status" -eq 2 ]
	[[ "$output" == *gremlins* ]]
	race --limit 9
	[ "$status" -eq 2 ]
	[[ "$output" == *"limit '9', column 2: the unit /s must follow"* ]]
	race --bandwidth fast
	[ "$status" -eq 2 ]
	[[ "$output" == *fast* ]]
	race --arrivals sometimes
	[ "$status" -eq 2 ]
	[[ "$output" == *constant:500/s* ]]
	[ ! -e run ]
}

# bats test_tags=threads
@test "in an open loop items are started at the times that the seed gives" {
	race --strategy sequential,multi-epoll --concurrency 4 --blocks 2 \
		--requests 30 --arrivals poisson:300/s --seed 7
	[ "$status" -eq 0 ]
	# one time for each of the thirty items in each block, in two trials
	times=$(paste -d' ' <(column run/requests.csv item) \
		<(column run/requests.csv intended_ns) | sort -u)
	[ "$(wc -l <<<"$times")" -eq 60 ]
	# and none was started before
	paste -d' ' <(column run/requests.csv intended_ns) \
		<(column run/requests.csv start_ns) |
		awk '$2 < $1 { early = 1 } END { exit early }'
	[ "$(column run/trials.csv arrivals | sort -u)" = poisson:300/s ]
}

@test "a rate that cannot be held is said to be so" {
	# 30 items of 20 ms, one at a time, are no more than 50 a second
	race --strategy sequential --blocks 1 --requests 30 \
		--arrivals constant:500/s
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv rate_held)" = no ]
	[[ "$output" == *"could not hold 500"* ]]
}

@test "a program cannot be told when to ask" {
	race --strategy null --blocks 1 --exec 'c=true' --arrivals constant:9/s
	[ "$status" -eq 2 ]
	[[ "$output" == *"c cannot keep arrivals constant:9/s"* ]]
	[ ! -e run ]
}

# bats test_tags=threads
@test "requests that time out are data: the trial stays valid" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--strategy pthread-map@4 --latency bimodal:1ms,3600s,0.5 \
		--timeout 300ms
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict)" = valid ]
	ok=$(column run/trials.csv ok) timeout=$(column run/trials.csv timeout)
	[ "$ok" -gt 0 ] && [ "$timeout" -gt 0 ]
	[ $((ok + timeout)) -eq 20 ]
}

@test "a server of one's own is used and left running" {
	"$FLAGRACE" serve --port 0 >serve.out 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F serve.out 2>/dev/null | grep -m 1 -q listening
	url=$(sed -n 's/^listening on //p' serve.out)
	race --blocks 2 --strategy sequential,openmp --url "$url" --requests 3
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
	kill -0 "$pid"
	kill "$pid"
	wait "$pid"
}

@test "the summary as CSV and as JSON" {
	race --blocks 2 --strategy sequential,openmp --requests 3 --format csv
	[ "$status" -eq 0 ]
	[ "$(column <(printf '%s\n' "$output") strategy | sort | xargs)" = \
		"openmp sequential" ]
	race --blocks 2 --strategy sequential,openmp --requests 3 --out again \
		--format json
	[ "$status" -eq 0 ]
	[[ "$output" == "{"*'"strategy": "openmp"'*"}"* ]]
}

@test "an unknown strategy: the known ones, and the nearest" {
	race --strategy pthred-map
	[ "$status" -eq 2 ]
	[[ "$output" == *"unknown strategy 'pthred-map'; did you mean pthread-map?"* ]]
	[[ "$output" == *"known: sequential,"* ]]
	[ ! -e run ]
}

@test "concurrency 0" {
	race --concurrency 0
	[ "$status" -eq 2 ]
	[[ "$output" == *"--concurrency '0': must be a whole number from 1"* ]]
}

@test "a latency nobody knows" {
	run "$FLAGRACE" run --out run --latency "5 parsecs"
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *parsecs* && "$output" == *50ms* ]]
	[ ! -e run ]
}

@test "an output folder that cannot be written" {
	touch file
	run "$FLAGRACE" run --out file/run --blocks 1 --strategy epoll
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"file/run"* && "$output" == *"--out DIR"* ]]
}

@test "an output folder that holds something is left as it is" {
	mkdir run && echo precious >run/thing
	race --blocks 1
	[ "$status" -eq 2 ]
	[[ "$output" == *"not empty"* ]]
	[ "$(ls run)" = thing ]
}

@test "a URL where nothing answers" {
	race --url http://127.0.0.1:1
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"http://127.0.0.1:1"* && "$output" == *"flagrace serve"* ]]
}

@test "a URL that is none" {
	race --url gopher://example
	[ "$status" -eq 2 ]
	[[ "$output" == *"such as http://127.0.0.1:"* ]]
}

@test "an unknown option: the nearest" {
	race --latencey 50ms
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean --latency?"* ]]
}

@test "an option without its value, and one out of range" {
	race --blocks
	[ "$status" -eq 2 ]
	race --blocks 0
	[ "$status" -eq 2 ]
	[[ "$output" == *"--blocks '0'"* ]]
	race --timeout 5
	[ "$status" -eq 2 ]
	[[ "$output" == *"with its unit"* ]]
	race --format xml
	[ "$status" -eq 2 ]
	[[ "$output" == *"table, csv, json"* ]]
}

@test "help names every option and shows examples" {
	run "$FLAGRACE" run --help
	[ "$status" -eq 0 ]
	for word in strategy concurrency latency requests blocks seed url out; do
		[[ "$output" == *"--$word"* ]]
	done
	for heading in "what to race" workload "how often" target output; do
		[[ "$output" == *$'\n\n'"$heading:"$'\n'* ]]
	done
	[[ "$output" == *examples:* ]]
}

# start_long_run: starts a run of many trials in the background, $pid, and returns
# when at least three of them are recorded.
start_long_run() {
	FLAGRACE_MARK=$BATS_TEST_TMPDIR env --default-signal=INT "$FLAGRACE" run --out run --blocks 5000 --warmup 0 --latency 20ms \
		--strategy process-pool,pthread-map >out 2>err 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F run/trials.csv 2>/dev/null | head -n 4 >/dev/null
}

well_formed() {
	# whole rows only, all with as many fields as the header line
	[ -z "$(tail -c 1 run/trials.csv | tr -d '\n')" ]
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
	[ "$(column run/requests.csv status | sort -u)" = ok ]
	trials=$(column run/trials.csv trial | wc -l)
	[ "$trials" -ge 3 ]
	[ "$(column run/requests.csv trial | wc -l)" -ge $((trials * 20)) ]
}

@test "killed by SIGKILL: finished trials are recorded, nothing is left" {
	start_long_run
	kill -KILL "$pid"
	wait "$pid" || true
	nothing_left
	well_formed
}

@test "Ctrl-C: a summary of what was measured, nothing left, status 130" {
	start_long_run
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 130 ]
	nothing_left
	well_formed
	grep -q pthread-map out
	grep -q interrupted err
	grep -qx 'to go on: flagrace run --resume run' err
}

@test "help is of a command, and of none that is not there" {
	run "$FLAGRACE" help plot
	[ "$status" -eq 0 ]
	[ "$output" = "$("$FLAGRACE" plot --help)" ]
	run "$FLAGRACE" help nosuch
	[ "$status" -eq 2 ]
	[[ "$output" == *"unknown command 'nosuch'"* ]]
	run "$FLAGRACE" selftest --quick --thorough 10s
	[ "$status" -eq 2 ]
	[[ "$output" == *"--quick and --thorough cannot be combined: a test has one length" ]]
}

@test "more requests than the witness has rows are refused up front, everywhere" {
	words="requests '1048577': the witness can record 1048576 at most"
	for command in "run" "run --dry-run" "check --base a --head b ci"; do
		run "$FLAGRACE" $command --requests 1,1048577 --strategy epoll
		[ "$status" -eq 2 ]
		[[ "$output" == *"$words"* ]]
	done
	printf '%s\n' 'strategy: epoll' 'requests: [1, 1048577]' >big.yaml
	run "$FLAGRACE" run ./big.yaml --out run
	[ "$status" -eq 2 ]
	[[ "$output" == *"big.yaml:2:15: $words"* ]]
	[ ! -e run ]
	# what asks nothing of the server is not held to it
	run "$FLAGRACE" run --dry-run --requests 1048577 --strategy null
	[ "$status" -eq 0 ]
	run "$FLAGRACE" run --dry-run --requests 1048576 --strategy epoll
	[ "$status" -eq 0 ]
	# a run of an older version, started with more
	"$FLAGRACE" run --out run --quiet --blocks 1 --warmup 0 --requests 1 \
		--latency 0ms --strategy epoll >/dev/null
	sed -i '/"requests": /,/]/s/"1"/"1048577"/' run/run.json
	run "$FLAGRACE" run --resume run
	[ "$status" -eq 2 ]
	[[ "$output" == *"$words"* ]]
}

@test "more fresh connections at once than there are ports are refused" {
	unshare -rn true 2>/dev/null || skip 'no network namespace here'
	run unshare -rn sh -c '
		echo "40000 40019" >/proc/sys/net/ipv4/ip_local_port_range && ip link set lo up &&
		exec "$FLAGRACE" run --out run --connections fresh --strategy epoll'
	[ "$status" -eq 4 ]
	[[ "$output" == *"concurrency '20': epoll needs a local port for each"* ]]
	[ ! -e run ]
}

@test "the soft limit of descriptors is raised as far as it goes" {
	ulimit -S -n 64
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--strategy epoll,multi-poll --requests 200 --concurrency 200
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv ok | sort -u)" = 200 ]
}

@test "a hard limit of just as many as are needed is enough" {
	ulimit -n 184
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--strategy multi-poll@120,pthread-map@40,openmp@40 --requests 120
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv ok | sort -u)" = 120 ]
}

@test "more in flight than the hard limit allows: refused with the number" {
	ulimit -n 128
	run "$FLAGRACE" run --out run --strategy multi-poll --requests 100 \
		--concurrency 100
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"multi-poll with 100 requests in flight needs 164 file descriptors"* ]]
	[ ! -e run ]
	# libcurl's blocking calls take three for each
	run "$FLAGRACE" run --out run --strategy pthread-map --requests 40 \
		--concurrency 40
	[ "$status" -eq 4 ]
	[[ "$output" == *"pthread-map with 40 requests in flight needs 184 file"* ]]
	# what needs no connection needs no descriptor
	run "$FLAGRACE" run --out run --quiet --strategy null --blocks 1 \
		--requests 100 --concurrency 100
	[ "$status" -eq 0 ]
}

@test "HTTP/2 has a connection, and a descriptor, for each hundred in flight" {
	ulimit -n 128
	"$FLAGRACE" run --out run --quiet --strategy http2 --requests 250 --concurrency 250 \
		--latency 50ms --timeout 60s --blocks 1 --warmup 0
	[ "$(column run/trials.csv verdict)" = valid ]
	[ "$(column run/trials.csv peak_in_flight)" = 250 ]
	[ "$(column run/trials.csv connections_opened)" = 3 ]
	run "$FLAGRACE" run --out none --strategy http2 --requests 250 --concurrency 250 \
		--connections fresh
	[ "$status" -eq 4 ]
	[[ "$output" == *"http2 with 250 requests in flight needs 314 file descriptors"* ]]
}

@test "a folder's name may be long, and in any letters" {
	name=$(printf 'a%.0s' {1..62})é
	run "$FLAGRACE" run --strategy null --blocks 1 --warmup 0 --quiet \
		--out "$name"
	[ "$status" -eq 0 ]
	[ "$(column "$name/trials.csv" run)" = "${name%é}" ]
	run "$FLAGRACE" run --resume "$name" --quiet
	[ "$status" -eq 0 ]
}

@test "how long a trial gets is what the help says" {
	for command in run check; do
		"$FLAGRACE" $command --help | tr -s " \\n" " " | grep -q \
			"this for each round of concurrent requests, plus 5s (default 10s)"
	done
	run "$FLAGRACE" run --exec 'endless=sleep 1000' --requests 2 \
		--concurrency 1 --timeout 100ms --blocks 1 --warmup 0 --quiet
	[ "$status" -eq 4 ]
	[[ "$output" == *"killed after 5.2 s"* ]]
}

@test "what cannot be printed is an error" {
	for words in --help --version list "list --help" \
		"serve --explain-latency 5ms" "run --dry-run" doctor; do
		# shellcheck disable=SC2086
		run sh -c '"$@" >/dev/full' sh "$FLAGRACE" $words
		[ "$status" -eq 4 ]
		[[ "$output" == *"cannot write"* ]]
	done
}
