#!/usr/bin/env bats
# flagrace agent: orders in, rows out, and errors for lines that are no orders.

load common

# order TRIAL STRATEGY [MEMBERS]: prints an order, one line for the agent
order() {
	echo "{\"trial\":\"$1\",\"strategy\":\"$2\",\"concurrency\":20,\"requests\":20,\"latency\":\"1ms\",\"timeout\":\"10s\"${3:+,$3}}"
}

# Python reads the answers, so they are JSON to other programs, too.
ask() {
	python3 -c '
import json, sys
for line in sys.stdin:
    said = json.loads(line)
    print(eval(sys.argv[1]))' "$1"
}

@test "an order is answered with its row, the hello first" {
	order a multi-poll '"seed":7,"block":2,"suite":"ci"' >orders
	order b null >>orders
	run --separate-stderr "$FLAGRACE" agent <orders
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
	printf '%s\n' "${lines[@]}" >said
	[ "$(head -n 1 said | ask 'sorted(said)')" = "['flagrace_agent', 'host', 'schema_version', 'version']" ]
	[ "$(sed -n 2p said | ask '[said["row"][c] for c in ("trial", "block", "seed", "suite", "verdict", "ok", "not_run")]')" = "['a', 2, 7, 'ci', 'valid', 20, 0]" ]
	[ "$(sed -n 3p said | ask 'said["trial"], said["row"]["verdict"]')" = "('b', 'valid')" ]
}

@test "a slow-down that is ordered uses up that CPU time" {
	order a null '"burn_ns":300000000' | "$FLAGRACE" agent | tail -n 1 >said
	[ "$(ask 'said["row"]["cpu_user_ns"] + said["row"]["cpu_sys_ns"] >= 300000000' <said)" = True ]
	order a null '"burn_ns":1000000001' | "$FLAGRACE" agent | tail -n 1 >said
	[ "$(ask 'said["error"]["status"]' <said)" = 2 ]
}

@test "a row has the columns of trials.csv" {
	"$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 1ms --strategy null >/dev/null
	order a null | "$FLAGRACE" agent | tail -n 1 | ask '",".join(said["row"])' >columns
	diff columns <(head -n 1 run/trials.csv)
}

@test "what is no order is refused, and the next one is served" {
	{
		echo
		echo 'nonsense {'
		printf '\0\377\n'
		echo '{"trial":"twice","trial":"twice"}'
		order a nobody
		order b sequential '"latency-name":"x"'
		order c sequential '"fault":"often"'
		order d sequential '"bandwidth":"x&seed=1"'
		head -c 20000 /dev/zero | tr '\0' '['
		echo
		order e sequential
	} >orders
	run --separate-stderr "$FLAGRACE" agent <orders
	[ "$status" -eq 0 ]
	printf '%s\n' "${lines[@]}" >said
	sed '1d;$d' said | ask 'said["error"]["status"]' >statuses
	[ "$(sort statuses | uniq -c | xargs)" = "9 2" ]
	[ "$(sed -n 10p said | ask 'said["error"]["text"]')" = "the line is too long" ]
	[ "$(tail -n 1 said | ask 'said["row"]["verdict"]')" = valid ]
}

@test "a half line at the end is no order" {
	run --separate-stderr "$FLAGRACE" agent < <(order a null | tr -d '\n')
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a strategy cannot speak for the agent" {
	run --separate-stderr "$FLAGRACE" agent < <(order a "$PLUGINS/talks.so")
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[1]}" == *'"verdict":"valid"'* ]]
}

@test "SIGTERM ends it with 130, in mid-trial too, and nothing is left" {
	export FLAGRACE_MARK=$BATS_TEST_TMPDIR
	mkfifo orders said
	"$FLAGRACE" agent <orders >said 3>&- &
	pid=$!
	exec 8>orders 9<said
	read -r hello <&9
	order a sequential '"latency":"60s"' | sed 's/"latency":"1ms",//; s/10s/100s/' >&8
	until [ "$(ours | wc -l)" -ge 3 ]; do :; done # agent, server, trial
	kill "$pid"
	status=0
	wait "$pid" || status=$?
	exec 8>&- 9<&-
	[ "$status" -eq 130 ]
	unset FLAGRACE_MARK
	nothing_left
}

@test "an agent uses the server it is given" {
	"$FLAGRACE" serve --port 0 >ready 3>&- &
	pid=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	order a multi-poll >orders
	run --separate-stderr "$FLAGRACE" agent --url "${url#listening on }" <orders
	kill "$pid"
	[ "$status" -eq 0 ]
	[[ "$output" == *'"verdict":"valid"'* ]]
	run "$FLAGRACE" agent --url http://127.0.0.1:1 <orders
	[ "$status" -eq 4 ]
}
