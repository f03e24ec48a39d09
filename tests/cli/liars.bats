#!/usr/bin/env bats
# A strategy that is wrong on purpose is called invalid, with its own reason.

load common

# judge LIAR CONCURRENCY REASON
judge() {
	run "$FLAGRACE" run --strategy "$PLUGINS/$1.so@$2" --blocks 1 \
		--warmup 0 --latency 50ms --out run --quiet
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict)" = invalid ]
	grep -q "$3" run/trials.csv
	# No figure of it is shown.
	[[ "$output" == *invalid* ]]
}

@test "a skipped item is invalid and named" {
	judge skips 1 "1 of 20 items were never performed; the first is item 3"
}

@test "an item fetched twice is invalid and named" {
	judge twice 1 "item 5 was fetched more than once"
}

@test "twice the concurrency is invalid, with both figures" {
	judge greedy 4 "8 requests in flight at once; 4 allowed"
}

@test "returning before it is done is invalid" {
	judge early 20 "returned before it was done"
}
