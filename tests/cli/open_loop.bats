#!/usr/bin/env bats
# flagrace run --arrivals: what an open loop sees that a closed one does not.

load common

# stall STRATEGY: what tests/perf/stall counts: $closed and $open items late
stall() {
	run "$BATS_TEST_DIRNAME/../perf/stall" "$1"
	[ "$status" -eq 0 ]
	closed=$(awk '$2 == "closed" { print $3 }' <<<"$output")
	open=$(awk '$2 == "open" { print $3 }' <<<"$output")
}

@test "a stall delays a worker's item each in a closed loop, all in an open one" {
	stall multi-epoll
	# 8 at once: those in flight when the server stops, and no other
	[ "$closed" -ge 1 ] && [ "$closed" -le 8 ]
	# 160 become due in that second, half of them in its first half, and
	# they are 1 % of 400 many times over: p99 is among them
	[ "$open" -ge 60 ]
}
