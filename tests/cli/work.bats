#!/usr/bin/env bats
# Work on each item (--work): its figures, the folder of saved bodies, and what
# cannot be asked for.

load common

TEMPLATES=@$BATS_TEST_DIRNAME/../../strategies/exec/templates

teardown() {
	[ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
}

# race OPTION ..: runs trials with a short delay into the folder run
race() {
	run "$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms --out run \
		--quiet "$@"
	echo "$output"
}

# rounds: the figure of the calibration in run.json
rounds() {
	sed -n 's/.*"work_rounds_per_ms": \([0-9]*\).*/\1/p' run/run.json
}

@test "the table says what the ideal has besides the delays" {
	race --strategy sequential --work cpu:1ms --retry 2
	[ "$status" -eq 0 ]
	[[ "$output" == *"With --work, ideal has the CPU work on all CPUs"* ]]
	[[ "$output" == *"With --retry, ideal has all tries and the waits"* ]]
	rm -r run
	race --strategy sequential
	[[ "$output" != *"ideal has"* ]]
}

# bats test_tags=threads
@test "each item has its work, between its answer and its end" {
	race --strategy pthread-map,multi-poll,epoll,http2,process-pool \
		--work cpu:uniform:0ms,1ms --concurrency 5
	[ "$status" -eq 0 ]
	[ "$(rounds)" -gt 0 ]
	for name in work_start_ns work_end_ns end_ns answered_ns; do
		column run/requests.csv $name >$name
	done
	paste answered_ns work_start_ns work_end_ns end_ns | awk '
		!($1 > 0 && $1 <= $2 && $2 <= $3 && $3 == $4) { exit 1 }
		{ n++ } END { if (n != 100) exit 1 }'
	# The sum of a trial is the sum of its items.
	column run/requests.csv trial | paste - work_start_ns work_end_ns |
		awk '{ sum[$1] += $3 - $2 }
			END { for (i = 1; i in sum; i++) print sum[i] }' >sums
	cmp sums <(column run/trials.csv work_ns)
}

@test "without work, nothing is calibrated" {
	race --strategy pthread-map
	[ "$status" -eq 0 ]
	[ -z "$(rounds)" ]
	[ -z "$(column run/trials.csv work_ns)" ]
	[ -z "$(column run/requests.csv answered_ns | tr -d '\n')" ]
}

# bats test_tags=threads
@test "bodies are saved, and the folder is gone afterwards" {
	race --strategy sequential,epoll,multi-offload,process-offload \
		--work save:fsync+cpu:100us --payload 0,3kB
	[ "$status" -eq 0 ]
	[ ! -e run/scratch ]
}

@test "a body that cannot be saved: invalid, and why" {
	bash -c 'ulimit -f 64; exec "$0" run --strategy pthread-map \
		--requests 4 --payload 200kB --work save --latency 1ms \
		--blocks 1 --warmup 0 --out run --quiet' "$FLAGRACE" || status=$?
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict)" = invalid ]
	grep -qE "item [0-3] could not be saved: File too large" run/trials.csv
	[ ! -e run/scratch ]
}

@test "a run whose bodies have no room in memory is refused" {
	bash -c 'ulimit -v 6000000; exec "$0" run --strategy multi-offload \
		--requests 200 --work save --latency 1ms --out run --quiet' \
		"$FLAGRACE" 2>err || status=$?
	[ "$status" -ne 0 ]
	[ ! -e run ]
	grep -q "no address space for 200 bodies" err ||
		skip "a sanitizer needs more than that for itself"
}

# begin: starts a trial that waits long for its second item, until it has saved
# the first one
begin() {
	"$FLAGRACE" run --strategy sequential --requests 2 --work save+cpu:1ms \
		--latency 300s --timeout 600s --fault 503:0% --blocks 1 \
		--warmup 0 --out run --quiet >out 2>&1 3>&- &
	pid=$!
	until [ -d run/scratch ]; do kill -0 "$pid"; done
}

@test "an interrupted run leaves no folder of bodies" {
	begin
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 130 ]
	[ ! -e run/scratch ]
}

@test "a killed run leaves one, which --resume removes; its speed is kept" {
	race --strategy sequential --requests 5 --work save+cpu:1ms
	[ "$status" -eq 0 ]
	sed -i 's/\("work_rounds_per_ms"\): [0-9]*/\1: 1234/' run/run.json
	# As if it had been killed in the trial.
	sed -i 2d run/trials.csv
	mkdir run/scratch
	echo old >run/scratch/7
	run "$FLAGRACE" run --resume run --quiet
	[ "$(rounds)" -eq 1234 ]
	[ ! -e run/scratch ]
	[ "$(wc -l <run/trials.csv)" -eq 2 ]
	# What was in the folder is not in the way when the run is complete, too.
	mkdir run/scratch
	run "$FLAGRACE" run --resume run --quiet
	[ ! -e run/scratch ]
}

@test "a link in place of the folder is not followed" {
	race --strategy sequential --requests 2 --work save
	[ "$status" -eq 0 ]
	mkdir other
	touch other/0
	ln -s ../other run/scratch
	run "$FLAGRACE" run --resume run --quiet
	[ -e other/0 ]
}

@test "the agents of a check run the same instructions" {
	cat >agent <<-END
		#!/bin/bash
		tee -a orders | exec "$FLAGRACE" "\$@"
	END
	chmod +x agent
	echo "work: cpu:100us" >some.yaml
	run "$FLAGRACE" check ./some.yaml --base ./agent --head ./agent \
		--strategy multi-poll --concurrency 5 --requests 5 --latency 1ms \
		--gate connections --pressure 100 --quiet
	grep -o '"work_rounds_per_ms":[0-9]*' orders | sort | uniq -c >figures
	[ "$(wc -l <figures)" -eq 1 ]
	[ "$(awk '{ print $1 }' figures)" -eq "$(wc -l <orders)" ]
	# An agent that is told nothing measures it.
	echo '{"trial":"1","strategy":"epoll","concurrency":2,"requests":4,"latency":"1ms","timeout":"10s","work":"cpu:1ms"}' |
		"$FLAGRACE" agent | grep -q '"verdict":"valid"'
}

@test "what a killed agent left is removed, what another one uses is not" {
	local mine="$PWD/flagrace-work-mine"
	mkdir flagrace-work-left "$mine" others
	touch flagrace-work-left/0 "$mine/0" others/0
	exec 8<"$mine"
	flock 8
	echo '{"trial":"1","strategy":"epoll","concurrency":2,"requests":4,"latency":"1ms","timeout":"10s","work":"save"}' |
		TMPDIR=$PWD "$FLAGRACE" agent | grep -q '"verdict":"valid"'
	exec 8<&-
	[ -e "$mine/0" ]
	[ "$(echo flagrace-work-*)" = flagrace-work-mine ]
	[ -e others/0 ]
}

@test "no other work is understood" {
	for work in 2ms cpu:2 save+save cpu:normal:5ms; do
		race --strategy sequential --work $work
		[ "$status" -eq 2 ]
		[[ "$output" == *"--work '$work"* ]]
		[[ "$output" == *"for example"* ]]
	done
	[ ! -e run ]
}

@test "a program is told the CPU time of each item" {
	race --strategy null --exec "$TEMPLATES" --concurrency 5 --requests 10 \
		--exclude strategy=curl --exclude strategy=aria2c \
		--exclude strategy=xargs-curl --work cpu:20ms
	[ "$status" -eq 0 ]
	paste <(column run/trials.csv strategy) <(column run/trials.csv cpu_ns) |
		awk '/python-[^s]|python-seq/ { n++; if ($2 < 180e6) exit 1 }
			END { if (n != 4) exit 1 }'
}

@test "a program that does not work: invalid" {
	race --exec 'idle=xargs -a {urls} -n 10 curl -s -o /dev/null --no-progress-meter -w "" --parallel {work_ns}' \
		--work cpu:2s --strategy idle
	[ "$status" -eq 4 ]
	grep -q "the work on the items takes .* ms of CPU time, but all" \
		run/trials.csv
}

@test "work that a program cannot be told of is refused" {
	race --exec 'curl=curl -sZ --config {urls_curl}' --strategy curl \
		--work cpu:2ms
	[ "$status" -eq 2 ]
	[[ "$output" == *"curl cannot keep work cpu:2ms: its template has no {work_ns}"* ]]
	race --exec "$TEMPLATES" --work cpu:2ms --dry-run
	[ "$status" -eq 2 ]
	[[ "$output" == *"; leave it out with --exclude strategy="* ]]
	race --exec "$TEMPLATES" --work cpu:2ms --dry-run \
		--exclude "${output##*--exclude }"
	[ "$status" -eq 0 ]
	race --exec 'curl=curl -sZ --config {urls_curl}' --strategy curl --work save
	[ "$status" -eq 2 ]
	[[ "$output" == *"curl cannot keep work save: a program drops the bodies"* ]]
	race --exec 'burn=sh -c true {urls} {work_ns}' --strategy burn --work save
	[ "$status" -eq 2 ]
	[[ "$output" == *"burn cannot keep work save: a program drops the bodies"* ]]
	race --exec 'burn=sh -c true {urls} {work_ns}' --strategy burn \
		--work cpu:exponential:2ms
	[ "$status" -eq 2 ]
	[[ "$output" == *"must be constant"* ]]
	[ ! -e run ]
}

# bats test_tags=threads
@test "all: strategies that hand work on, or find a limit, where there is one" {
	run "$FLAGRACE" run --strategy all --dry-run
	[ "$status" -eq 0 ]
	[[ $output != *multi-offload* && $output != *aimd* ]]
	run "$FLAGRACE" run --strategy all --capacity 10 --dry-run
	[[ $output == *aimd*gradient* && $output != *multi-offload* ]]
	run "$FLAGRACE" run --strategy all --work none,save --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *multi-offload*epoll-offload*process-offload* ||
		$output == *multi-offload*process-offload*epoll-offload* ]]
}
