#!/usr/bin/env bats
# Items that are tried again (--retry), as users ask for it.

load common

# race STRATEGIES [OPTION ..]
race() {
	run "$FLAGRACE" run --strategy "$1" --blocks 1 --warmup 0 --quiet \
		--latency 2ms --out run "${@:2}"
	echo "$output"
}

# sum_of FILE COLUMN
sum_of() {
	column "$1" "$2" | awk '{ sum += $1 } END { printf "%d\n", sum }'
}

@test "a policy that is none is refused with one that is" {
	race multi-poll --retry often
	[ "$status" -eq 2 ]
	[[ "$output" == *"--retry 'often': must be none, or begin with the number of tries after the first, from 1 to 100, as in 3,backoff=100ms..10s,on=429+5xx+reset+timeout"* ]]
}

@test "whatever the strategy, the same items fail as often, and all end well" {
	race sequential,pthread-map,multi-poll,epoll,http2 \
		--fault 503:20%,reset:10% --retry 20,backoff=0s..2ms,after=0s
	[ "$status" -eq 0 ]
	[[ "$output" == *"items tried again: "*" times a trial, after "* ]]
	[ "$(column run/trials.csv ok | sort -u)" = 20 ]
	[ "$(column run/trials.csv retries | sort -u | wc -l)" -eq 1 ]
	[ "$(column run/trials.csv retries | head -n 1)" -gt 0 ]
	# Each item's retries, over all trials: one value for each item.
	[ "$(paste <(column run/requests.csv item) \
		<(column run/requests.csv retries) | sort -u | wc -l)" -eq 20 ]
	[ "$(sum_of run/trials.csv retries)" -eq \
		"$(sum_of run/requests.csv retries)" ]
	[ "$(sum_of run/trials.csv retry_wait_ns)" -eq \
		"$(sum_of run/requests.csv retry_wait_ns)" ]
}

@test "Retry-After is obeyed up to the limit" {
	race multi-poll --requests 1 --fault 503:100% \
		--retry 2,backoff=0s..0s,after=30ms
	[ "$(column run/requests.csv retries)" = 2 ]
	[ "$(column run/requests.csv retry_wait_ns)" -ge 60000000 ]
	[ "$(column run/requests.csv cause)" = status-503 ]
	[ "$(column run/trials.csv verdict)" = valid ]
}

@test "without a policy the columns are empty" {
	race multi-poll
	[ "$(column run/trials.csv retries)$(column run/trials.csv retry)" = "" ]
}

@test "a program is not told of a policy" {
	run "$FLAGRACE" run --exec 'x=true {urls}' --retry 1 --out run
	[ "$status" -eq 2 ]
	[[ "$output" == *"a program does not know the policy"* ]]
}
