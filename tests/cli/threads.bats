#!/usr/bin/env bats
# If a pool gets fewer threads or processes than it was asked for, its trial has
# failed, whatever the strategy and the limit.

load common

limits="Resource temporarily unavailable; limits: ulimit -u"

# race_as_nobody MOST [OPTION ..]: races as a user who has no other process and may
# have MOST threads. That user may have no access to the program's path.
race_as_nobody() {
	local most=$1 uid=$((200000 + RANDOM))
	shift
	chmod 777 .
	exec 9<"$FLAGRACE"
	setpriv --reuid $uid --regid $uid --clear-groups \
		prlimit --nproc="$most:$most" /proc/self/fd/9 \
		run --out run --quiet "$@"
}

@test "a limit on the user's processes fails every strategy that needs more" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	run race_as_nobody 16 --blocks 1 --warmup 0 --latency 500ms \
		--concurrency 20 --strategy pthread-map,pthread-as-completed@20 \
		--strategy thread-per-request,process-pool,fork-per-request
	echo "$output"
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "5 failed" ]
	[ "$(grep -c "$limits" run/trials.csv)" -eq 5 ]
	[[ "$output" == *"No strategy has a valid trial"* ]]
}

@test "a runtime that ends the process for want of threads has failed" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	run race_as_nobody 16 --blocks 1 --warmup 0 --latency 10ms \
		--concurrency 20 --strategy openmp,openmp-task
	echo "$output"
	[ "$status" -eq 4 ]
	if [[ "$output" == *libgomp* ]]; then
		[ "$(grep -c "download_many failed: .*$limits" run/trials.csv)" -eq 2 ]
	fi
}

@test "a limit of OpenMP's own fails the strategies that OpenMP runs" {
	OMP_THREAD_LIMIT=3 run "$FLAGRACE" run --out run --quiet --blocks 1 \
		--warmup 0 --latency 10ms --strategy openmp,openmp-task
	echo "$output"
	[ "$status" -eq 4 ]
	[ "$(grep -c "$limits.*OMP_THREAD_LIMIT" run/trials.csv)" -eq 2 ]
	OMP_THREAD_LIMIT=4 "$FLAGRACE" run --out run4 --quiet --blocks 1 \
		--warmup 0 --latency 10ms --strategy openmp,openmp-task \
		--requests 4
}

@test "a pool of as many threads as there are is valid" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	run race_as_nobody 40 --blocks 1 --warmup 0 --latency 10ms \
		--concurrency 20 --strategy pthread-map,reactors --requests 4
	echo "$output"
	[ "$status" -eq 0 ]
}
