#!/usr/bin/env bats
# A strategy that is wrong on purpose gives no figure, and the reason names
# the lie.

load common

# race LIAR@CONCURRENCY [OPTION ..]
race() {
	run "$FLAGRACE" run --strategy "$PLUGINS/${1/@/.so@}" --blocks 1 \
		--warmup 0 --out run --quiet "${@:2}"
	echo "$output"
}

# judge LIAR@CONCURRENCY VERDICT REASON [OPTION ..]: runs the liar with a delay of
# $latency; its verdict and its reason must be these
judge() {
	race "$1" --latency "${latency:-50ms}" "${@:4}"
	convict "$2" "$3"
}

# A busy machine may hide a lie. Then the liar runs again, with longer delays.
judge_in_time() { # LIAR@CONCURRENCY VERDICT REASON
	for latency in 200ms 1s 5s; do
		rm -rf run
		race "$1" --latency $latency
		! grep -qE "$3" run/trials.csv || break
	done
	convict "$2" "$3"
}

# convict VERDICT REASON: whether the run's last trial has this verdict and reason
convict() {
	local verdict=$1 reason=$2
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | tail -n 1)" = "$verdict" ]
	tail -n 1 run/trials.csv | grep -qE "$reason"
	# No figure of it is shown.
	[[ "$output" == *$verdict* ]]
	[[ "$output" == *"No strategy has a valid trial"* ]]
}

@test "an item left out: invalid" {
	judge skips@1 invalid \
		"1 of 20 items were never performed; the first is item 3"
}

@test "an item fetched twice: invalid" {
	judge twice@1 invalid \
		"item 5 was fetched more than once"
}

@test "an item fetched twice and both counted as attempts: invalid" {
	judge admits@1 invalid \
		"item 5 was fetched more than once"
}

@test "twice the concurrency: invalid" {
	judge_in_time greedy@4 invalid \
		"8 requests in flight at once; 4 allowed"
}

@test "half the concurrency: invalid" {
	judge_in_time lazy@4 invalid \
		"at most 2 of 4 allowed requests were in flight at once"
}

@test "returning before it is done: invalid" {
	latency=3600s judge early@20 invalid \
		"returned before it was done"
}

@test "a beginning before the clock: invalid" {
	judge head-start@1 invalid \
		"item 0 was started before the clock"
}

@test "a clock that was set back: invalid" {
	latency=1ms judge backdates@1 invalid \
		"the clock was started [0-9.]+ ms before the start signal"
}

@test "a server whose priority was changed: invalid, and so are all after it" {
	latency=1ms judge renices@1 invalid \
		"the server's nice value was changed"
	rm -rf run
	run "$FLAGRACE" run --strategy "$PLUGINS/renices.so,sequential" \
		--blocks 2 --warmup 0 --latency 1ms --out run --quiet
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | tail -n 1)" = invalid ]
}

@test "a server whose priority was changed before any trial: invalid" {
	export RENICE_EARLY=1
	latency=1ms judge renices@1 invalid \
		"the server's nice value was changed"
}

@test "a server that was moved to one CPU: invalid" {
	[ "$(nproc)" -gt 1 ] || skip "there is one CPU only"
	latency=1ms judge pins@1 invalid \
		"the server's set of CPUs was changed"
}

@test "a quota that the trial has left: invalid" {
	"$FLAGRACE" run --dry-run --strategy null --cpus 0.02 >/dev/null ||
		skip "no quota can be made"
	latency=1ms judge escapes@1 invalid \
		"more than a quota of 0.02 CPUs allows" --cpus 0.02 --timeout 60s
}

@test "a quota that the trial has left for a moment: invalid" {
	"$FLAGRACE" run --dry-run --strategy null --cpus 0.5 >/dev/null ||
		skip "no quota can be made"
	! grep -q ":cpu:" /proc/self/cgroup ||
		skip "cpuacct of version 1 is mounted apart from cpu"
	latency=100ms judge strays@1 invalid \
		"in its control group: it left that" --cpus 0.5
}

@test "a plug-in that acts when it is loaded: invalid, and in no other process" {
	"$FLAGRACE" run --strategy "$PLUGINS/haunts.so" --blocks 1 --warmup 0 \
		--latency 1ms --out run --quiet >out 2>err 3>&- &
	status=0
	wait $! || status=$?
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict)" = invalid ]
	grep -qE "created [0-9]+ threads? or process(es)? while it was loaded" \
		run/trials.csv
	# Once to ask it, once to run it, neither in flagrace's own process.
	[ "$(wc -l <loads)" -eq 2 ]
	! grep -qx $! loads
	# The one that asks does not let it do anything at its exit.
	[ "$(cat exits)" = "$(tail -n 1 loads)" ]
	# None of those that it has made lives on.
	while read -r ghost; do ! kill -0 "$ghost"; done <ghosts
	# What is only planned does not load it here either.
	rm loads
	"$FLAGRACE" run --strategy "$PLUGINS/haunts.so" --dry-run >out 3>&- &
	wait $!
	! grep -qx $! loads
}

@test "flags that are the harness's own: refused" {
	race silent@1
	[ "$status" -eq 2 ]
	[[ "$output" == *"FR_NO_NETWORK is reserved for a strategy named null"* ]]
	race testifies@1
	[ "$status" -eq 2 ]
	[[ "$output" == *"FR_WITNESS_SAMPLES is reserved for the programs of --exec"* ]]
}

@test "samples in another order: invalid" {
	judge reorders@1 invalid \
		"item 0 reached the server [0-9.]+ ms before it was started"
}

@test "an item copied from another: invalid" {
	judge copies@1 invalid \
		"item 5 never reached the server"
}

@test "downloads that never were: invalid" {
	judge invents@1 invalid \
		"item 0 never reached the server"
}

@test "another item's flag: invalid" {
	judge swaps@1 invalid \
		"item 8 requested the URL of another item"
}

@test "another checksum: invalid" {
	judge corrupts@1 invalid \
		"item 7: not the bytes that were sent"
}

@test "fewer bytes than came: invalid" {
	judge truncates@1 invalid \
		"item 2: [0-9]+ bytes received; [0-9]+ sent"
}

@test "an end before the answer: invalid" {
	judge hurries@1 invalid \
		"item 6 was done before the server answered"
}

@test "network where none was promised: invalid" {
	judge secret@1 invalid \
		"20 requests by a strategy that declares it sends none"
}

@test "a process left behind: invalid" {
	judge forgets@1 invalid \
		"left 1 process behind"
}

@test "an exit in the middle: crashed" {
	judge exits@1 crashed \
		"exited with status 0 in download_many"
}

@test "a crash: crashed" {
	judge crashes@1 crashed \
		"died of SIGABRT in download_many"
}

@test "no return: timeout" {
	latency=0ms judge hangs@1 timeout \
		"killed after [0-9.]+ s in download_many" \
		--requests 8 --timeout 100ms
}

@test "a set-up that fails: failed" {
	judge refuses@1 failed \
		"setup failed: Too many open files"
}

@test "an error half-way: failed" {
	judge gives-up@1 failed \
		"download_many failed: .*Resource temporarily unavailable; limits: .*"
}

@test "what an earlier trial fetched: invalid" {
	run "$FLAGRACE" run --strategy "$PLUGINS/caches.so" --blocks 2 \
		--warmup 0 --latency 10ms --out run --quiet
	[ "$status" -eq 4 ]
	[ "$(column run/trials.csv verdict | xargs)" = "valid invalid" ]
	tail -n 1 run/trials.csv | grep -q "item 0 never reached the server"
}

# quick LIAR REASON [OPTION ..]: must be invalid, in trials of a fifth of a second
quick() {
	latency=10ms judge "$1@1" invalid "${@:2}"
}

# second LIAR REASON: its first trial must be valid, and its second invalid
second() {
	race "$1@1" --blocks 2 --latency 1ms
	[ "$(column run/trials.csv verdict | xargs)" = "valid invalid" ]
	tail -n 1 run/trials.csv | grep -qE "$2"
}

@test "bodies that are known beforehand: invalid" {
	second remembers "item 0: not the bytes that were sent"
}

@test "a request in set-up under an earlier trial's name: invalid" {
	second returns "1 request under another trial's name, the first .* before"
}

@test "a 503 called a 200: invalid" {
	quick flatters "item 0: status 200 received; 503 sent" \
		--fault 503:100%
}

@test "a 200 called an error: invalid" {
	quick belittles "item 4: status 200 recorded as an error"
}

@test "an item cancelled after its answer: invalid" {
	quick cancels "item 2 is recorded as cancelled, but its request reached the server"
}

@test "an attempt that was none, for its delay: invalid" {
	latency=uniform:5ms,20ms judge redraws@1 invalid \
		"item 0 was requested as attempt 2, but its sample counts 1 try"
}

@test "HEAD for GET: invalid" {
	quick heads "item 6 was requested by HEAD, not by GET"
}

@test "a part of a body for all of it: invalid" {
	quick nibbles "item 0 was requested in part or conditionally: status 206"
}

@test "slow items asked for again, as another attempt: invalid" {
	# The other reason: an answer of 1 ms came late, on a busy machine.
	latency=bimodal:1ms,1s,50% judge hedges@1 invalid \
		"item [0-9]+ was (requested as attempt 2, but its sample counts 1 try|fetched more than once)" \
		--requests 6
}

@test "streams sent again though the server has processed them: invalid" {
	judge regrets@4 invalid \
		"item [0-3] was sent again, but its connection had not been lost" \
		--fault goaway:20%
}

@test "HTTP/1.1 told as HTTP/2: invalid" {
	quick downgrades \
		"item 0 was requested over HTTP/1.1 by a strategy that declares HTTP/2"
}

@test "HTTP/2 told as HTTP/1.1: invalid" {
	quick upgrades \
		"item 0 was requested over HTTP/2 by a strategy that declares HTTP/1.1"
}

@test "a connection kept where each item was to have its own: invalid" {
	quick keeps "items 0 and 1 used the same connection" --connections fresh
}

@test "a kept connection told as fresh: invalid" {
	quick pretends "items 0 and 1 used the same connection"
}

@test "a request in set-up under another name: invalid" {
	quick rehearses \
		"1 request under another trial's name, the first [0-9.]+ ms before"
}

@test "a request in set-up under no name: invalid" {
	quick scouts "1 request under no name, the first [0-9.]+ ms before"
}

@test "a request in the clock under another name: invalid" {
	quick shadows \
		"1 request under another trial's name, the first [0-9.]+ ms after"
}

@test "a connection made before the clock: invalid" {
	quick preconnects \
		"the connection of item 0 was made [0-9.]+ ms before the clock"
}

@test "bytes sent before the clock: invalid" {
	quick whispers "the first byte of item 0 reached the server [0-9.]+ ms"
}

@test "a first byte before the server's: invalid" {
	quick foresees "item 5 had its first byte before the server answered"
}

@test "a connection made behind its request: invalid" {
	quick dawdles "item 0 reached the server before it was connected"
}

@test "a first byte behind the end: invalid" {
	quick disorders "item 7 was done before its first byte"
}

@test "an end before the answer's last byte: invalid" {
	quick peeks "item 6 was done before the server had sent its last byte" \
		--payload 2000 --bandwidth 40kB/s
}

@test "a timeout before its limit: invalid" {
	latency=3600s judge impatient@1 invalid \
		"item 0 was given up after [0-9.]+ ms, before its timeout of 60000 ms" \
		--timeout 60s --requests 2
}

@test "a request hung up on as if the network had failed: invalid" {
	latency=3600s judge quits@1 invalid \
		"item 0 has a network error after [0-9.]+ ms, but the server had not" \
		--requests 1
}

@test "two items in one worker's hand: invalid" {
	judge juggles@2 invalid \
		"worker 0 performed items [0-9]+ and [0-9]+ at the same time"
}

@test "the last item first: invalid" {
	quick reverses "item 19 was started before 19 items of lower number"
}

@test "a worker that is none: invalid" {
	quick poses "item 3 has worker 99; the highest number is 0"
}

@test "an outcome that is none: invalid" {
	quick mumbles "20 items but 19 outcomes were recorded"
}

@test "an item that is not the job's: invalid" {
	quick oversteps "requested item 20; the job's last item is 19"
}

@test "an item started before its time: invalid" {
	quick jumps "item [0-9]+ was started [0-9.]+ ms before it was due" \
		--arrivals constant:1/s
}

@test "starts that were not: invalid" {
	quick stretches "requests in flight on average, by the client's times"
}

# load SHELL REASON: races a program that asks again and again for the URLs in $1
load_generator() {
	run "$FLAGRACE" run --exec "load=sh -c '$1' sh {urls}" \
		--exclude strategy=null --strategy null --requests 5 --blocks 1 \
		--warmup 0 --latency 0ms --out run --quiet
	echo "$output"
	convict invalid "$2"
}

@test "a load generator, which repeats the list: told as one" {
	load_generator \
		'for n in 1 2; do xargs -n 1 curl -qsSf -o /dev/null <"$1"; done' \
		"requested every item at least 2 times: a load generator"
}

@test "a load generator, which takes one URL: told as one" {
	load_generator \
		'curl -qsSf $(for n in 1 2 3; do echo -o /dev/null; head -n 1 "$1"; done)' \
		"requested item 0 3 times and 4 other items never: a load generator"
}

@test "an item without its work: invalid" {
	latency=1ms judge slacks@1 invalid \
		"item 3 was downloaded, but the work on it was not done" \
		--work cpu:1ms
}

@test "work that is done twice: invalid" {
	latency=1ms judge doubles@1 invalid \
		"fr_work was called again for item 3" --work cpu:1ms
	rm -r run
	latency=1ms judge doubles@1 invalid \
		"fr_work was called again for item 3" --work save
}

@test "the work done once for all items: invalid" {
	latency=1ms judge recycles@1 invalid \
		"the work on item [0-9]+ has a wrong result" --work cpu:1ms
}

@test "work that is stamped and not done: invalid" {
	latency=1ms judge shirks@1 invalid \
		"the work on item 0 took [0-9.]+ ms, which is too short for 5.000" \
		--work cpu:5ms
}

@test "work after the clock has stopped: invalid" {
	latency=1ms judge postpones@1 invalid \
		"the work on item 0 ended [0-9.]+ ms after the clock had stopped" \
		--work cpu:1ms
}

@test "work that is claimed to be done during the wait: invalid" {
	latency=1ms judge overlaps@1 invalid \
		"item 0 was worked on before its answer had come" --work cpu:1ms
}

@test "work that a process does which outlives the trial: invalid" {
	latency=1ms judge outsources@1 invalid "left 1 process behind" \
		--work cpu:1ms
}

@test "a saved body that is removed, cut or changed: invalid" {
	export MISFILES_PATH=run/scratch/3
	latency=1ms judge misfiles@1 invalid \
		"the saved file of item 3 is missing" --work save
	rm -r run
	export MISFILES_TEXT=JPG
	latency=1ms judge misfiles@1 invalid \
		"the saved file of item 3 is not its body" --work save
	rm -r run
	export MISFILES_CUT=1
	latency=1ms judge misfiles@1 invalid \
		"the saved file of item 3 has 3 bytes; its body has" --work save
	rm -r run
}

@test "an item tried again without counting: invalid" {
	latency=1ms judge denies@1 invalid \
		"item [0-9]+ was requested as attempt [2-9], but its sample counts 1 try: tried again without counting" \
		--fault 503:40% --retry 9,backoff=0s..1ms,after=0s
}

@test "a wait before a try that is left out: invalid" {
	latency=1ms judge rushes@1 invalid \
		"was tried again [0-9.]+ ms early, although the server's Retry-After asked for a wait of 1000.000 ms" \
		--fault 503:40% --retry 9,backoff=0s..1ms,after=1s
	rm -r run
	latency=1ms judge rushes@1 invalid \
		"although the backoff asked for a wait" \
		--fault 503:40% --retry 9,backoff=10s..10s,after=0s
	rm -r run
	latency=1ms judge rushes@1 invalid "the backoff asked for" \
		--fault reset:40% --retry 9,backoff=10s..10s
}

@test "a try after a failure that is not to be tried again: invalid" {
	latency=1ms judge insists@1 invalid \
		"was tried again after an answer with status 404, which is not among" \
		--fault 404:40% --retry 5,backoff=0s..0s,on=503
}

@test "more tries than are allowed: invalid" {
	latency=1ms judge insists@1 invalid \
		"item [0-9]+ was tried [3-6] times; 2 allowed" \
		--fault 503:60% --retry 1,backoff=0s..0s,after=0s
}

@test "tries that are left unused: invalid" {
	latency=1ms judge resigns@1 invalid \
		"item [0-9]+ failed after 1 of 10 tries: it was to be tried again" \
		--fault 503:40% --retry 9,backoff=0s..1ms,after=0s
}

@test "a slow try that is broken off and tried again: invalid" {
	latency=bimodal:1ms,1s,50% judge fidgets@1 invalid \
		"item [0-9]+ was tried again although neither the server nor a timeout had ended its try" \
		--retry 50,backoff=0s..1ms
}

@test "plain HTTP instead of TLS: invalid" {
	latency=1ms judge unveils@1 invalid \
		"item 0 was asked for in plain HTTP, but its URL is https" \
		--tls full
}

@test "a TLS session resumed where each handshake is to be full: invalid" {
	latency=1ms judge clings@1 invalid \
		"the connection of item 1 resumed a TLS session" \
		--tls full --connections fresh
}

@test "full handshakes where sessions are to be resumed: invalid" {
	latency=1ms judge renews@1 invalid \
		"20 connections made a full TLS handshake, but 1 workers" \
		--tls resume --connections fresh
}
