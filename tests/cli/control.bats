#!/usr/bin/env bats
# Which clients may ask a running server, and change it; and what is reported of a
# server that cannot go on.

load serve_common

config() { # OPTION..: the status of a change of the settings
	curl -sS -o answer -w '%{http_code}\n' -X PUT -d seed=3 "$@" \
		"$url/_flagrace/config"
}

@test "without a token every client may ask, but no web page" {
	serve
	[ "$(config)" = 200 ]
	[ "$(config -H 'Host: localhost')" = 200 ]
	[ "$(config -H 'Host: evil.example')" = 403 ]
	grep -q 'use its address' answer
	[ "$(config -H 'Origin: http://evil.example')" = 403 ]
	[ "$(config -H 'Origin: null' --http2-prior-knowledge)" = 403 ]
	[ "$(config -H 'Host: evil.example' --http2-prior-knowledge)" = 403 ]
	[ "$(config --http2-prior-knowledge)" = 200 ]
	# an absolute target's authority is the host that is asked
	run curl -sS -o answer -w '%{http_code}' -x "$url" -H 'Host: localhost' \
		http://evil.example/_flagrace/config
	[ "$output" = 403 ]
	# flags are for everybody
	curl -sSf -o /dev/null -H 'Host: evil.example' -H 'Origin: null' \
		"$url/flags/cn/cn.gif"
}

@test "with a token, only who has it may ask or change" {
	echo s3cret >token
	serve --token-file token
	for what in config stats witness metrics nothing; do
		run curl -sS -o answer -w '%{http_code}' "$url/_flagrace/$what"
		[ "$output" = 403 ]
		grep -q 'the token is missing or wrong' answer
	done
	[ "$(config)" = 403 ]
	[ "$(config -H 'Flagrace-Token: s3cre')" = 403 ]
	[ "$(config -H 'Flagrace-Token: s3cret')" = 200 ]
	[ "$(config -H 'Flagrace-Token: s3cret' --http2-prior-knowledge)" = 200 ]
	curl -sSf -o /dev/null "$url/flags/cn/cn.gif"
	run cat "/proc/$server/cmdline" "/proc/$server/environ"
	[[ "$output" != *s3cret* ]]
}

@test "a server that a run may not ask is no stranger to it" {
	echo s3cret >token
	serve --token-file token
	run "$FLAGRACE" run --url "$url" --strategy sequential --requests 2 --out run
	[ "$status" -eq 2 ]
	[[ "$output" == *"denies access to /_flagrace/: the token is missing or wrong"* ]]
}

@test "a token comes from standard input, and must be one" {
	echo s3cret >token
	mkfifo ready
	"$FLAGRACE" serve --port 0 --token-file - <token >ready 3>&- &
	server=$!
	read -r line <ready
	url=${line#listening on }
	[ "$(config -H 'Flagrace-Token: s3cret')" = 200 ]
	run "$FLAGRACE" serve --port 0 --token-file - </dev/null
	[ "$status" -eq 2 ]
	[[ "$output" == *"token-file '-': it is empty"* ]]
	run "$FLAGRACE" serve --port 0 --token-file nowhere
	[ "$status" -eq 2 ]
	[[ "$output" == *"No such file"* ]]
	echo >empty
	run "$FLAGRACE" serve --port 0 --token-file empty
	[ "$status" -eq 2 ]
	[[ "$output" == *"1 to 128 printable characters"* ]]
}

@test "which files there are is not told over HTTP" {
	printf 'delay_ns\n1000\n' >trace.csv
	serve
	for name in trace.csv nowhere.csv /etc/passwd; do
		run curl -sS -X PUT -d "latency=trace:$name" "$url/_flagrace/config"
		[[ "$output" == *"named on the command line"* ]]
		echo "$output" >>said
	done
	[ "$(sort -u said | wc -l)" -eq 1 ]
	kill "$server"
	serve --latency trace:trace.csv
	curl -sSf -X PUT -d latency=5ms "$url/_flagrace/config"
	rm trace.csv # it is not read again
	curl -sSf -X PUT -d latency=trace:trace.csv "$url/_flagrace/config"
	kill "$server"
	serve --allow-traces
	run curl -sS -X PUT -d latency=trace:nowhere.csv "$url/_flagrace/config"
	[[ "$output" == *"No such file"* ]]
}

@test "a run's server takes its traces, and answers nobody else" {
	printf 'delay_ns\n1000000\n' >trace.csv
	cat >peek <<-'EOF'
		#!/bin/bash
		one=$(head -n 1 "$1")
		for what in config witness?all stats; do
			curl -s -o /dev/null -w '%{http_code}\n' \
				"${one%%/flags/*}/_flagrace/$what"
		done >"$2"
		xargs -n 1 curl -sS -o /dev/null <"$1"
	EOF
	chmod +x peek
	"$FLAGRACE" run --exec "peek=$PWD/peek {urls} $PWD/codes" --strategy peek \
		--concurrency 1 --requests 2 --warmup 0 --blocks 1 \
		--latency trace:trace.csv --out run
	[ "$(sort -u codes)" = 403 ]
}

@test "a server that cannot tell its address ends at once and says so" {
	run timeout 20 bash -c '"$FLAGRACE" serve --port 0 >/dev/full'
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot print the address"*"No space left on device"* ]]
	run timeout 20 bash -c '"$FLAGRACE" serve --port 0 >&-'
	[ "$status" -eq 4 ]
}

@test "a log that may not grow is told once, and the server goes on" {
	(
		ulimit -f 1
		trap - XFSZ
		exec "$FLAGRACE" serve --port 0 --access-log log >ready 2>err
	) 3>&- &
	server=$!
	until [ -s ready ]; do :; done
	url=$(sed 's/^listening on //' ready)
	for _ in $(seq 20); do
		curl -sSf -o /dev/null "$url/flags/ar/ar.gif"
	done
	curl -sSf "$url/_flagrace/stats" | grep -q '"requests": 20'
	[ "$(grep -c 'access-log: File too large; nothing more is logged' err)" -eq 1 ]
}

@test "how the server ended in mid-run is told, and what it said last" {
	"$FLAGRACE" run --strategy sequential --requests 20 --latency 2ms \
		--blocks 100000 --out run >out 2>err 3>&- &
	run=$!
	until [ -s run/trials.csv ] && [ "$(wc -l <run/trials.csv)" -gt 1 ]; do :; done
	kill -KILL "$(pgrep -P "$run" -f 'serve --port 0')"
	status=0
	wait "$run" || status=$?
	[ "$status" -eq 4 ]
	grep -q 'the mock server was ended by signal 9 (Killed)' err
}

@test "a trial that uses up all ports is judged all the same" {
	unshare -rn ip link set lo up 2>/dev/null || skip "no namespaces here"
	unshare -rn bash -c 'ip link set lo up &&
		echo 40000 40039 >/proc/sys/net/ipv4/ip_local_port_range &&
		exec "$FLAGRACE" run --strategy multi-poll --connections fresh \
			--requests 200 --concurrency 10 --warmup 0 --blocks 1 \
			--latency 1ms --out run'
	grep -q no-port run/trials.csv
	[ "$(wc -l <run/trials.csv)" -eq 2 ]
}
