#!/usr/bin/env bats
# flagrace run --link: trials whose network is emulated. On a busy machine the
# relay gets its CPU late, so a trial may be invalid for that reason.

load common

AS_NOBODY=$BATS_TEST_DIRNAME/../unit/as_nobody

teardown() {
	[ -z "${harness:-}" ] || kill -KILL "$harness" 2>/dev/null || true
}

needs_link() {
	"$FLAGRACE" link -- true 2>why || skip "$(cat why)"
}

# race OPTION ..: a run of one block into the folder run
race() {
	rm -rf run
	run "$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms --requests 8 \
		--quiet --out run "$@"
	echo "$output"
}

# honest: every trial of run is valid, but for a link that was late
honest() {
	! tail -n +2 run/trials.csv | grep -v ',valid,' |
		grep -v '"the link was late: '
}

# bats test_tags=threads
@test "every strategy meets the link's round trips, and is valid" {
	needs_link
	race --strategy all --exclude strategy=null --link rtt=10ms
	honest
	[ "$(column run/trials.csv strategy | wc -l)" -ge 15 ]
	[[ "$output" == *"With --link, ideal has its round trips and rate"* ]]
	# a handshake, a request and its answer: two round trips and the delay
	for ns in $(column run/trials.csv elapsed_ns); do
		[ "$ns" -ge 21000000 ]
	done
	for ns in $(column run/trials.csv ideal_ns); do
		[ "$ns" -ge 21000000 ]
	done
	for packets in $(column run/trials.csv link_packets); do
		[ "$packets" -ge 10 ]
	done
	[ "$(column run/trials.csv syn_retransmits | sort -u)" = 0 ]
}

@test "what the link decides is told, and how fast the bodies came" {
	needs_link
	run "$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms --requests 8 \
		--strategy multi-poll@2,http2@8 --payload 30kB --tls none,full \
		--link rtt=8ms,rate=50Mbit/s --link rtt=20ms,rate=50Mbit/s --out run
	honest
	if ! grep -q 'the link was late' run/trials.csv; then
		[[ "$output" == *"What the link decides:"* ]]
		[[ "$output" == *"  rtt=20ms,rate=50Mbit/s: "*@[28]" was fastest, "* ]]
		[ -s run/plots/throughput.svg ]
	fi
	# connecting takes a round trip, TLS one more, the answer a third
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["tls_ns"] { seen++
			if ($at["tls_ns"] < $at["connect_ns"] + 7900000 ||
				$at["first_byte_ns"] < $at["tls_ns"] + 8000000)
				bad++ }
		END { exit !(seen >= 10 && !bad) }' run/requests.csv
}

# bats test_tags=threads
@test "fresh connections pay for their handshakes, and none stays on loopback" {
	needs_link
	race --strategy sequential --connections reuse,fresh --link none \
		--link rtt=8ms
	honest
	# 8 items: a handshake and 8 answers, or 8 of both
	[ "$(column run/trials.csv ideal_ns | sort -n | xargs)" = \
		"8000000 8000000 80000000 136000000" ]
	[ "$(column run/trials.csv link | sort | uniq -c | xargs)" = \
		"2 2 rtt=8ms" ]
	[ "$(column run/trials.csv link_packets | grep -c '^$')" -eq 2 ]
}

@test "a rate is shared by all connections" {
	needs_link
	race --strategy pthread-map --payload 20kB --link rtt=2ms,rate=4Mbit/s
	honest
	# 8 bodies of 20 kB with their headers, at 4 Mbit/s
	[ "$(column run/trials.csv ideal_ns)" -ge 328000000 ]
	[ "$(column run/trials.csv elapsed_ns)" -ge 328000000 ]
}

# bats test_tags=threads
@test "loss is met by retransmission, and the lost packets are counted" {
	needs_link
	race --strategy pthread-map,http2,pipelining --timeout 1s \
		--link rtt=2ms,loss=10% --retry 3,backoff=5ms..5ms,on=timeout
	honest
	for lost in $(column run/trials.csv link_lost); do
		[ "$lost" -ge 1 ]
	done
}

@test "a program is behind the link, too" {
	needs_link
	race --strategy null \
		--exec 'curls=xargs -a {urls} -n 1 curl -q -sS -o /dev/null' \
		--exec 'curl=curl -q -s --parallel --config {urls_curl}' \
		--link rtt=4ms
	honest
	# one after another, each with a connection of its own
	[ "$(column run/trials.csv elapsed_ns | sort -n | tail -n 1)" -ge \
		72000000 ]
}

@test "an ordinary user runs behind a link, and leaves nothing" {
	run "$AS_NOBODY" "$FLAGRACE" link -- true
	[ "$status" -eq 0 ] || skip "$output"
	chmod 0777 .
	run env FLAGRACE_MARK="$BATS_TEST_TMPDIR" "$AS_NOBODY" "$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms \
		--requests 8 --quiet --out run --link rtt=4ms \
		--strategy pthread-map,process-pool,fork-per-request,http2
	echo "$output"
	honest
	[ "$(column run/trials.csv link_packets | awk '$1 > 20' | wc -l)" -eq 4 ]
	nothing_left
}

@test "where no link can be made, it is refused with the remedy" {
	"$DENY" EPERM unshare -- true || skip "no seccomp filters here"
	run "$DENY" EPERM unshare -- "$FLAGRACE" run --link lan --out run
	[ "$status" -eq 4 ]
	[[ "$output" == *"no link: may not make network namespaces (Operation not permitted); "* ]]
	[ ! -e run ]
	run "$DENY" EPERM unshare -- "$FLAGRACE" run --dry-run --link lan
	[ "$status" -eq 0 ]
	[[ "$output" == *"link lan"* ]]
}

@test "base and head of a check are behind the same link" {
	needs_link
	run "$FLAGRACE" check --base-strategy sequential --head-strategy http2 \
		--concurrency 1 --link rtt=4ms --latency 1ms --requests 4 \
		--gate connections,failures --pressure 100 --log log --quiet
	echo "$output"
	grep -q '"the link was late: ' log || [ "$status" -eq 0 ]
	[[ "$output" == *" link=rtt=4ms"* ]]
	# a handshake and four answers of a millisecond: five round trips
	for ns in $(column log elapsed_ns); do
		[ "$ns" -ge 24000000 ]
	done
	# the trials of both sides, and of the copy
	[ "$(column log side | sort -u | xargs)" = "base copy head" ]
}

# order LINK: an order for a trial of one request
order() {
	echo '{"trial": "1", "strategy": "sequential", "concurrency": 1,' \
		'"requests": 1, "latency": "1ms", "timeout": "1s",' \
		'"link": "'"$1"'"}'
}

@test "an agent makes a link when an order asks for one" {
	needs_link
	run "$FLAGRACE" agent < <(order none; order rtt=4ms; order none)
	echo "$output"
	[[ "${lines[1]}" == *'"link":""'*'"link_packets":null'* ]]
	[[ "${lines[2]}" == *'"link":"rtt=4ms"'*'"link_packets":'[1-9]* ]]
	[[ "${lines[3]}" == *'"verdict":"valid"'*'"link_packets":null'* ]]
}

@test "an agent that can make no link refuses the order, and serves others" {
	"$DENY" EPERM unshare -- true || skip "no seccomp filters here"
	run "$DENY" EPERM unshare -- "$FLAGRACE" agent < <(order lan; order none)
	[ "$status" -eq 0 ]
	[[ "${lines[1]}" == *'"status":2,"text":"no link: may not make '* ]]
	[[ "${lines[2]}" == *'"verdict":"valid"'* ]]
}

@test "a server that somebody else has started has no link" {
	"$FLAGRACE" serve --port 0 >served 3>&- &
	server=$!
	until [ -s served ]; do kill -0 $server; done
	run "$FLAGRACE" agent --url "$(cut -d' ' -f3 served)" < <(order lan)
	kill $server
	[[ "${lines[1]}" == *"link 'lan': a link is only put before a mock server that flagrace starts itself; leave out --url and --urls"* ]]
	run "$FLAGRACE" agent --link-fd 9
	[ "$status" -eq 2 ]
	[[ "$output" == *"--link-fd needs the --url of its server"* ]]
	race --strategy sequential --link rtt=4
	[ "$status" -eq 2 ]
	[[ "$output" == *"--link 'rtt=4': column 1: 'rtt=4': a round trip is a time"* ]]
}

# begin OPTION ..: a long run in the background, of which one trial has ended
begin() {
	FLAGRACE_MARK=$BATS_TEST_TMPDIR "$FLAGRACE" run --strategy sequential --warmup 0 --latency 1ms \
		--requests 8 --quiet --out run --link rtt=4ms "$@" \
		>out 2>&1 3>&- &
	harness=$!
	until [ "$(cat run/trials.csv 2>/dev/null | wc -l)" -ge 2 ]; do
		kill -0 $harness
	done
}

@test "a killed run leaves nothing and is resumed behind the same link" {
	needs_link
	begin --blocks 12
	kill -KILL $harness
	wait $harness || true
	nothing_left
	run "$FLAGRACE" run --resume run --quiet
	honest
	[ "$(column run/trials.csv link | uniq -c | xargs)" = "12 rtt=4ms" ]
	nothing_left
}

@test "a run whose relay is killed ends and says so" {
	local relay
	needs_link
	begin --blocks 1000 --timeout 100ms
	for relay in $(pgrep -P $harness); do
		[ "$(readlink /proc/$relay/ns/net)" = "$(readlink /proc/self/ns/net)" ] ||
			break
	done
	kill -KILL $relay
	status=0
	wait $harness || status=$?
	[ "$status" -eq 4 ]
	grep "the relay of the link has ended" out
	nothing_left
}
