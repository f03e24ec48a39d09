#!/usr/bin/env bats
# flagrace download: the lesson's scripts.

load common

# A process that a failed test has left must not keep the other tests waiting.
teardown() {
	[ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true
}

@test "sequential: codes in alphabetical order, twenty files, the sentence" {
	run "$FLAGRACE" download --latency 1ms
	[ "$status" -eq 0 ]
	[ "$(xargs <<<"${lines[0]}")" = "BD BR CD CN DE EG ET FR ID IN IR JP MX NG PH PK RU TR US VN" ]
	[[ "${lines[1]}" =~ ^20\ flags\ downloaded\ in\ [0-9]+\.[0-9][0-9]s$ ]]
	[ "$(ls downloads | wc -l)" -eq 20 ]
	for file in downloads/*.gif; do
		[[ "$(file -b "$file")" == GIF\ image* ]]
	done
}

@test "every strategy saves the same twenty files" {
	"$FLAGRACE" download --latency 1ms --save reference
	for strategy in pthread-map pthread-as-completed openmp process-pool; do
		"$FLAGRACE" download --latency 1ms --save "$strategy" \
			--strategy "$strategy" --concurrency 20
		diff -r reference "$strategy"
	done
}

@test "as_completed on three: scheduled, then finished, in the lesson's words" {
	"$FLAGRACE" serve --port 0 >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	# A server that stands still: no flag comes before all are scheduled.
	kill -STOP "$server"
	"$FLAGRACE" download --strategy pthread-as-completed --concurrency 3 \
		--verbose --timeout 600s --url "${url#listening on }" >out 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F out 2>/dev/null | head -n 20 >/dev/null
	kill -CONT "$server"
	wait "$pid"
	output=$(cat out)
	mapfile -t lines <out
	scheduled=$(grep -cE '^Scheduled for [A-Z]{2}: <Future at 0x[0-9a-f]+ state=(running|pending)>$' <<<"$output")
	finished=$(grep -cE "^<Future at 0x[0-9a-f]+ state=finished> result: '[A-Z]{2}'\$" <<<"$output")
	[ "$scheduled" -eq 20 ]
	[ "$finished" -eq 20 ]
	# Three workers: three futures run at once, the fourth waits its turn.
	[[ "${lines[0]}" =~ ^Scheduled\ for\ BD:.*state=running ]]
	[[ "${lines[2]}" =~ ^Scheduled\ for\ CD:.*state=running ]]
	[[ "${lines[3]}" =~ ^Scheduled\ for\ CN:.*state=pending ]]
	# The future that was scheduled is the one that finishes.
	future=$(sed -n 's/^Scheduled for BD: <Future at \(0x[0-9a-f]*\) .*/\1/p' <<<"$output")
	grep -q "^<Future at $future state=finished> result: 'BD'" <<<"$output"
	[[ "$output" == *"20 flags downloaded in"* ]]
}

@test "unknown and malformed codes are named, the others saved" {
	run "$FLAGRACE" download --latency 1ms CN x1 USA qq us
	[ "$status" -eq 1 ]
	[[ "$output" == *"'x1' is no country code"* ]]
	[[ "$output" == *"'USA' is no country code"* ]]
	[[ "$output" == *"QQ: the server has no such flag (HTTP 404"* ]]
	[[ "$output" == *"2 flags downloaded"* ]]
	[ "$(ls downloads | xargs)" = "cn.gif us.gif" ]
}

@test "a server slower than the timeout: each flag says so" {
	run "$FLAGRACE" download --latency 3600s --timeout 100ms CN US
	[ "$status" -eq 1 ]
	[[ "$output" == *"CN: no whole answer within 0.1 s"* ]]
	[[ "$output" == *"US: no whole answer within 0.1 s"* ]]
	[[ "$output" == *"0 flags downloaded in "* ]]
}

@test "Ctrl-C: what was downloaded is counted, status 130" {
	# what a script starts in the background ignores SIGINT
	env --default-signal=INT "$FLAGRACE" download --strategy pthread-as-completed --verbose \
		--latency 30s >out 2>err 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F out 2>/dev/null | grep -m 1 -q Scheduled
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 130 ]
	grep -qx "0 flags downloaded before the strategy ended" out
}

@test "a latency is passed on as it is written" {
	run "$FLAGRACE" download --latency "1ms&seed=5" CN
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"1ms&seed=5"* ]]
}

@test "a latency for a server that was there before is refused" {
	run "$FLAGRACE" download --latency 1ms --url http://127.0.0.1:1 CN
	[ "$status" -eq 2 ]
	[[ "$output" == *"--latency is for the server that is started"* ]]
}

@test "no valid code at all" {
	run "$FLAGRACE" download 12
	[ "$status" -eq 2 ]
}

@test "a folder that cannot be made" {
	touch file
	run "$FLAGRACE" download --save file/flags CN
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"--save DIR"* ]]
}

@test "a URL where nothing answers" {
	run "$FLAGRACE" download --url http://127.0.0.1:1 CN
	[ "$status" -eq 4 ]
	[[ "$output" == *"nothing answers at http://127.0.0.1:1"* ]]
}

@test "list names every strategy with its default" {
	run "$FLAGRACE" list
	[ "$status" -eq 0 ]
	for name in null sequential pthread-map pthread-as-completed openmp process-pool; do
		grep -qE "^$name +[0-9]+ " <<<"$output"
	done
}

@test "an unknown command: the nearest" {
	run "$FLAGRACE" donwload
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'download'?"* ]]
}

@test "what a strategy cannot do is told" {
	run "$FLAGRACE" download -s null
	[ "$status" -eq 2 ]
	[[ "$output" == *"null downloads nothing, so there is nothing to save" ]]
	[ ! -e downloads ]
	run "$FLAGRACE" download -c 4 -s sequential --latency 0ms CN
	[ "$status" -eq 0 ]
	[[ "$output" == *"note: concurrency lowered to 1, the most that sequential can use"* ]]
	run "$FLAGRACE" download -s sequential --latency 0ms CN
	[[ "$output" != *note* ]]
}
