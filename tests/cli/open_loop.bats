#!/usr/bin/env bats
# flagrace run --arrivals: an open loop shows waits that a closed loop hides.

load common

# stall STRATEGY SECONDS: runs tests/perf/stall; sets $closed and $open, its counts
# of late items
stall() {
	STALL_S=$2 run "$BATS_TEST_DIRNAME/../perf/stall" "$1"
	[ "$status" -eq 0 ]
	closed=$(awk '$2 == "closed" { print $3 }' <<<"$output")
	open=$(awk '$2 == "open" { print $3 }' <<<"$output")
}

@test "a stall delays a worker's item each in a closed loop, all in an open one" {
	# Where a machine has stalls of its own, this one is to be the longest.
	for seconds in 1 8 8; do
		stall multi-epoll $seconds
		[ "$closed" -lt 1 ] || [ "$closed" -gt 8 ] || break
	done
	# 8 at once: those in flight when the server stops, and no other
	[ "$closed" -ge 1 ] && [ "$closed" -le 8 ]
	# 160 a second become due meanwhile, half of them in its first half,
	# and they are 1 % of 400 many times over: p99 is among them
	[ "$open" -ge 60 ]
}
