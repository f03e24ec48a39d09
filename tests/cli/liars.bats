#!/usr/bin/env bats
# A strategy that is wrong on purpose gives no figure, and the reason names
# the lie.

load common

# race LIAR@CONCURRENCY [OPTION ..]
race() {
	run "$FLAGRACE" run --strategy "$PLUGINS/${1/@/.so@}" --blocks 1 \
		--warmup 0 --out run --quiet "${@:2}"
	echo "$output"
}

# judge LIAR@CONCURRENCY VERDICT REASON [OPTION ..]: with a delay of $latency
judge() {
	race "$1" --latency "${latency:-50ms}" "${@:4}"
	convict "$2" "$3"
}

# A lie that a busy machine may hide: then it is told again, with longer delays.
judge_in_time() { # LIAR@CONCURRENCY VERDICT REASON
	for latency in 200ms 1s 5s; do
		rm -rf run
		race "$1" --latency $latency
		! grep -qE "$3" run/trials.csv || break
	done
	convict "$2" "$3"
}

# convict VERDICT REASON: that is what the run has said of its last trial
convict() {
	local verdict=$1 reason=$2
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | tail -n 1)" = "$verdict" ]
	tail -n 1 run/trials.csv | grep -qE "$reason"
	# No figure of it is shown.
	[[ "$output" == *$verdict* ]]
	[[ "$output" == *"No strategy has a valid trial"* ]]
}

@test "an item left out: invalid" {
	judge skips@1 invalid \
		"1 of 20 items were never performed; the first is item 3"
}

@test "an item fetched twice: invalid" {
	judge twice@1 invalid \
		"item 5 was fetched more than once"
}

@test "an item fetched twice and both counted as attempts: invalid" {
	judge admits@1 invalid \
		"item 5 was fetched more than once"
}

@test "twice the concurrency: invalid" {
	judge_in_time greedy@4 invalid \
		"8 requests in flight at once; 4 allowed"
}

@test "half the concurrency: invalid" {
	judge_in_time lazy@4 invalid \
		"never more than 2 requests in flight, though 4 were to be"
}

@test "returning before it is done: invalid" {
	latency=3600s judge early@20 invalid \
		"returned before it was done"
}

@test "a beginning before the clock: invalid" {
	judge head-start@1 invalid \
		"item 0 was begun before the clock"
}

@test "samples in another order: invalid" {
	judge reorders@1 invalid \
		"item 0 reached the server [0-9.]+ ms before it was begun"
}

@test "an item copied from another: invalid" {
	judge copies@1 invalid \
		"item 5 never reached the server"
}

@test "downloads that never were: invalid" {
	judge invents@1 invalid \
		"item 0 never reached the server"
}

@test "another item's flag: invalid" {
	judge swaps@1 invalid \
		"item 8 asked for another one's URL"
}

@test "another checksum: invalid" {
	judge corrupts@1 invalid \
		"item 7: not the bytes that were sent"
}

@test "fewer bytes than came: invalid" {
	judge truncates@1 invalid \
		"item 2: [0-9]+ bytes received; [0-9]+ sent"
}

@test "an end before the answer: invalid" {
	judge hurries@1 invalid \
		"item 6 was done before the server answered"
}

@test "network where none was promised: invalid" {
	judge secret@1 invalid \
		"20 requests by a strategy that promised none"
}

@test "a process left behind: invalid" {
	judge forgets@1 invalid \
		"left 1 process behind"
}

@test "an exit in the middle: crashed" {
	judge exits@1 crashed \
		"exited with status 0 in download_many"
}

@test "a crash: crashed" {
	judge crashes@1 crashed \
		"died of SIGABRT in download_many"
}

@test "no return: timeout" {
	latency=0ms judge hangs@1 timeout \
		"killed after [0-9.]+ s in download_many" \
		--requests 8 --timeout 100ms
}

@test "a set-up that fails: failed" {
	judge refuses@1 failed \
		"setup failed: Too many open files"
}

@test "an error half-way: failed" {
	judge gives-up@1 failed \
		"download_many failed: .*Resource temporarily unavailable; limits: .*"
}

@test "what an earlier trial fetched: invalid" {
	run "$FLAGRACE" run --strategy "$PLUGINS/caches.so" --blocks 2 \
		--warmup 0 --latency 10ms --out run --quiet
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | xargs)" = "valid invalid" ]
	tail -n 1 run/trials.csv | grep -q "item 0 never reached the server"
}
