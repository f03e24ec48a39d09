#!/usr/bin/env bats
# Quotas of a trial: in real cgroups where this user may make them, and refused
# with a remedy where not.

load common

# can_limit OPTION VALUE: skips the test where no such quota can be made
can_limit() {
	"$FLAGRACE" run --dry-run --strategy null "$1" "$2" >/dev/null 2>said ||
		skip "$(cat said)"
}

race() { # [OPTION ..]
	run "$FLAGRACE" run --out run --quiet --blocks 1 --warmup 0 \
		--latency 1ms "$@"
	echo "$output"
}

# cgroups_of PID: the cgroups that this flagrace has made
cgroups_of() {
	find /sys/fs/cgroup -type d -name "flagrace-$1-*"
}

@test "a CPU quota throttles the trial, and the row says so" {
	can_limit --cpus 0.05
	race --strategy pthread-map --work cpu:3ms --cpus 0.05
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict)" = valid ]
	[ "$(column run/trials.csv bound_by)" = quota ]
	[ "$(column run/trials.csv throttled_ns)" -gt 0 ]
	[ -z "$(column run/trials.csv oom)" ]
}

@test "a limit of processes fails what needs more, and the reason names it" {
	can_limit --pids 5
	race --strategy pthread-map --concurrency 20 --pids 5,100
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | sort | xargs)" = "failed valid" ]
	[[ "$(grep failed, run/trials.csv)" == *"Resource temporarily unavailable"*"; --pids 5 refused "*" thread"*" or process"* ]]
}

@test "a memory limit kills the trial, and the reason names it" {
	# A container manager of version 1 may not expect a cgroup below its own.
	grep -q 'memory:/.' /proc/self/cgroup && skip "not our memory cgroup"
	can_limit --memory 1MB
	race --strategy process-pool --memory 1MB,1000MB
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv oom | sort -n | head -1)" = 0 ]
	# Of all its processes together
	paste <(column run/trials.csv verdict) \
		<(column run/trials.csv memory_peak_bytes) \
		<(column run/trials.csv peak_rss_bytes) |
		awk '$1 == "crashed" && $2 > 500000 && $2 <= 1000000 { n++ }
			$1 == "valid" && $2 > $3 { n++ }
			END { exit n != 2 }'
	[[ "$(grep crashed, run/trials.csv)" == *"died of SIGKILL"*"; out of memory: the kernel killed 1 of its processes at --memory 1000000"* ]]
}

@test "a strategy counts the CPUs of its quota" {
	can_limit --cpus 2
	race --strategy reactors@8 --cpus 1,2
	[ "$status" -eq 0 ]
	# A sanitizer has threads of its own in both.
	column run/trials.csv threads_created | sort -n >threads
	[ -n "$(head -n 1 threads)" ] || skip "the kernel does not count"
	[ "$(tail -n 1 threads)" -eq $(($(head -n 1 threads) + 1)) ]
}

@test "a quota is a setting: cells differ in it, and no value is no quota" {
	can_limit --cpus 0.5
	race --strategy null --cpus none,0.5 --pids 0
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv cpus | sort | xargs)" = "0.5" ]
	[ "$(column run/trials.csv cpus | wc -l)" -eq 2 ]
	[ -z "$(column run/trials.csv pids | xargs)" ]
}

@test "what is no number of CPUs is refused" {
	for value in 0 -1 0.001 5000 x 1e1; do
		race --strategy null "--cpus=$value"
		[ "$status" -eq 2 ]
		[[ "$output" == *"--cpus '$value': must be a number of CPUs"* ]]
	done
	[ ! -e run ]
}

@test "more than flagrace itself may use is refused" {
	race --strategy null --cpus 4096
	[ "$status" -eq 4 ]
	[[ "$output" == *"cpus '4096': flagrace itself may use no more than "*" CPUs here"* ]]
	[ ! -e run ]
}

@test "without rights a quota is refused, and all else runs" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	local uid=$((200000 + RANDOM)) setting
	chmod 777 .
	exec 9<"$FLAGRACE"
	for setting in "--cpus 0.5" "--pids 50" "--memory 50MB"; do
		# shellcheck disable=SC2086 # two words on purpose
		run setpriv --reuid $uid --regid $uid --clear-groups \
			/proc/self/fd/9 run --out run --quiet --strategy null \
			--blocks 1 $setting
		echo "$output"
		[ "$status" -eq 4 ]
		[[ "$output" == *"no control group can be made for the trial in /"*"; run it as root"* ]]
		[ ! -e run ]
	done
	setpriv --reuid $uid --regid $uid --clear-groups /proc/self/fd/9 \
		run --out run --quiet --strategy null --blocks 1
}

@test "read-only cgroups, as in a container, are refused" {
	unshare --mount true 2>/dev/null || skip "no mount namespaces here"
	# shellcheck disable=SC2016 # for the inner shell
	run unshare --mount bash -c '
		for mount in $(awk "/ - cgroup2? / { print \$5 }" \
			/proc/self/mountinfo); do
			mount -o remount,ro,bind "$mount" || exit 99
		done
		exec "$@"' - "$FLAGRACE" run --out run --strategy null \
		--cpus 0.5
	echo "$output"
	[ "$status" -ne 99 ] || skip "cannot remount"
	[ "$status" -eq 4 ]
	[[ "$output" == *"Read-only file system; a container has it read-only, unless it is started with docker run --privileged"* ]]
	[ ! -e run ]
}

@test "nothing is left after an interrupt, and the next run cleans up a kill" {
	can_limit --cpus 0.5
	local signal pid
	# What a script starts in the background ignores SIGINT, and we obey.
	for signal in INT KILL; do
		FLAGRACE_MARK=$BATS_TEST_TMPDIR env --default-signal=INT \
			"$FLAGRACE" run --out "run$signal" --quiet \
			--strategy sequential --latency 100s --timeout 200s \
			--cpus 0.5 2>/dev/null 3>&- &
		pid=$!
		until [ -n "$(cgroups_of "$pid" |
			xargs -I {} cat {}/cgroup.procs)" ]; do
			kill -0 "$pid"
		done
		kill -s $signal "$pid"
		wait "$pid" || true
		nothing_left
		[ $signal = KILL ] || [ -z "$(cgroups_of "$pid")" ]
	done
	"$FLAGRACE" run --dry-run --strategy null --cpus 0.5 >/dev/null
	[ -z "$(cgroups_of "$pid")" ]
}
