#!/usr/bin/env bats
# Items whose connection is lost are sent again.

load common

# Threads, libcurl's loops, plain sockets; each of them keeps connections.
KEEPING=sequential,pthread-map,process-pool,multi-poll,multi-epoll,coroutine
KEEPING=$KEEPING,reactors,epoll,pipelining

# race OPTION ..: makes a short run, in ./run
race() {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 0ms "$@"
	echo "$output"
}

@test "a kept connection that is closed costs attempts, not the trial" {
	race --strategy $KEEPING --requests 400 --concurrency 8 \
		--fault close:50%
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
	[ "$(column run/trials.csv ok | sort -u)" = 400 ]
	# Those behind the closing answer in a pipeline were sent in vain.
	[ "$(column run/requests.csv attempts | sort -n | tail -n 1)" -ge 2 ]
}

@test "what HTTP/2 servers have not processed is sent again, and counted" {
	race --strategy http2 --requests 200 --concurrency 8 \
		--fault refused:20%,goaway:5%
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict)" = valid ]
	[ "$(column run/trials.csv ok)" = 200 ]
	[ "$(column run/requests.csv attempts | grep -vc '^1$')" -ge 20 ]
}

@test "a reset fails the same items, on whatever connection" {
	race --strategy $KEEPING,http2 --requests 100 --concurrency 8 \
		--fault reset:20%
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
	paste -d, <(column run/requests.csv trial) \
		<(column run/requests.csv item) \
		<(column run/requests.csv status) >statuses
	failed=$(grep -c '^1,.*net_error' statuses)
	[ "$failed" -gt 5 ]
	# as many in all ten trials, and the same ones
	[ "$(column run/trials.csv net_error | sort -u)" = "$failed" ]
	[ "$(grep net_error statuses | cut -d, -f2 | sort -u | wc -l)" = "$failed" ]
}
