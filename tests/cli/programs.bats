#!/usr/bin/env bats
# flagrace run --program: resident programs in the race, and what they do wrong.

load common

LIARS=$BATS_TEST_DIRNAME/../liars/programs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$LIARS/honest" get
}

# race [OPTION ..]: four items, 20 ms each; the time limit is tiny
race() {
	run "$FLAGRACE" run --strategy null --blocks 1 --warmup 0 \
		--latency "${latency:-20ms}" --requests 4 --timeout "${timeout:-60s}" \
		--out run --quiet "$@"
	echo "$output"
}

# of NAME COLUMN: prints that column of the program's row
of() {
	paste -d' ' <(column run/trials.csv strategy) \
		<(column run/trials.csv "$2") | sed -n "s/^$1 //p"
}

# is NAME VERDICT REASON: the row of that program
is() {
	[ "$(of "$1" verdict)" = "$2" ]
	[[ "$(of "$1" reason)" == *"$3"* ]]
}

@test "a resident program starts before the clock" {
	sed -e '1i sleep 0.2' get >slow
	race --program 'slow=sh slow' --concurrency 2
	[ "$status" -eq 0 ]
	[ "$(of slow verdict | sort -u)" = valid ]
	[ "$(of slow samples | sort -u)" = witness ]
	[ "$(of slow ok | sort -u)" = 4 ]
	[ "$(of slow peak_in_flight | sort -n | tail -n 1)" -le 2 ]
	for ns in $(of slow setup_ns); do [ "$ns" -gt 200000000 ]; done
}

@test "a resident program is told its job, and what surrounds it" {
	cat >tell <<-'END'
		read -r job urls n concurrency rest
		echo "$job $n $concurrency$rest" >job
		wc -l <"$urls" >lines
		printf '%s\n' "$@" >words
		echo READY
		read -r go
		echo "$go" >go
		xargs -a "$urls" -n 1 curl -qso /dev/null
		echo DONE
		cat >end
		echo bye
		exit 3
	END
	race --program 'tell=sh {here}/tell {requests} {concurrency} {url}' \
		--concurrency 3
	[ "$status" -eq 0 ]
	is tell valid ""
	[ "$(cat job)" = "JOB 4 3" ]
	[ "$(cat lines)" -eq 4 ]
	[ "$(sed -n 1,2p words | xargs)" = "4 3" ]
	[ "$(cat go)" = GO ]
	[ -e end ] && [ ! -s end ]
}

@test "a program that cannot be started is refused before anything runs" {
	race --program 'missing=./no-such-program'
	[ "$status" -eq 2 ]
	[[ "$output" == *"--program missing: cannot find the program './no-such-program'"* ]]
	race --program 'sh get'
	[ "$status" -eq 2 ]
	[[ "$output" == *"expected NAME=COMMAND, such as 'mine=python3 mine.py'"* ]]
	race --program 'idle=true {nothing}'
	[ "$status" -eq 2 ]
	[[ "$output" == *"{nothing} is for --exec"* ]]
	race --program 'mine=sh get' --exec 'mine=true'
	[ "$status" -eq 2 ]
	[[ "$output" == *"two programs are called mine"* ]]
	[ ! -e run ]
	# its shell script has a wrong line, or its interpreter is not there
	printf '#!/no/such/runtime\n' >script && chmod +x script
	race --program 'script=./script'
	[ "$status" -eq 4 ]
	is script failed "setup failed: No such file or directory"
}

# liars [OPTION ..]: races the liars of a table, lines of NAME|VERDICT|REASON on
# standard input, and compares what is said of each
liars() {
	local name verdict reason programs=()
	cat >table
	while IFS='|' read -r name _; do
		programs+=(--program "$name=$LIARS/$name")
	done <table
	race "${programs[@]}" "$@"
	[ "$status" -eq 4 ]
	while IFS='|' read -r name verdict reason; do
		echo "$name: $(of "$name" verdict) ($(of "$name" reason))"
		is "$name" "$verdict" "$reason"
	done <table
}

@test "each program that breaks the protocol has its verdict and its reason" {
	liars <<-'END'
		stillborn|failed|setup failed: the program exited with status 3 before it said READY
		quits|failed|download_many failed: the program exited with status 3 before it said DONE
		forks-away|failed|the program exited with status 0 before 
		suicidal|crashed|died of SIGKILL in setup
		dies|crashed|died of SIGKILL in download_many
		dies-late|crashed|died of SIGKILL in teardown
		babbles|failed|setup failed: the program said 'hello' instead of READY
		chats|failed|download_many failed: the program said '4 flags' instead of DONE
		shouts|failed|the program said 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy..' instead of READY
		eager|failed|download_many failed: the program said 
		rings|failed|the program said 'READY??' instead of READY
		deaf|failed|download_many failed: the program closed its standard input before GO
		mute|failed|setup failed: the program closed its standard output before it said READY
		blind|failed|download_many failed: the program said DONE and had not read GO
	END
}

@test "the witness tells what a program did at another time than it says" {
	liars <<-'END'
		head-start|invalid|item 0 was started before the clock started
		hasty|invalid|returned before it was done: 4 of 4 items were unfinished
		leaves|invalid|left 1 process behind
		halves|invalid|2 of 4 items were never performed; the first is item 2; the program exited with status 3
		repeats|invalid|item 0 was fetched more than once
		generates|invalid|the program requested every item at least 2 times: a load generator has to end
	END
	rm -r run
	# They are not all there at once on a busy machine, but two of them are.
	latency=1s liars --concurrency 1 <<-'END'
		greedy|invalid| requests in flight at once; 1 allowed
	END
}

@test "a program that is late in a step is killed, and the step is named" {
	for name in silent waits stays; do
		"$FLAGRACE" run --strategy null --program "$name=$LIARS/$name" \
			--blocks 1 --warmup 0 --latency 1ms --requests 4 \
			--timeout 50ms --out "run-$name" --quiet >/dev/null 2>&1 &
	done
	wait
	while IFS='|' read -r name reason; do
		mv "run-$name" run
		is "$name" timeout "$reason"
		rm -r run
	done <<-'END'
		silent|in setup; the program has not said READY
		waits|in download_many; the program has not said DONE
		stays|in teardown; the program has said DONE and has not ended
	END
}

@test "each liar is in a table" {
	local name
	for name in "$LIARS"/*; do
		name=${name##*/}
		[ "$name" = honest ] ||
			grep -qE "^[[:space:]]+$name\\|" "$BATS_TEST_FILENAME"
	done
}

@test "a ready program without its runtime is refused" {
	grep '^[a-z]*-[a-z-]*=' "$BUILD/strategies/programs/templates" >ready || true
	while IFS='=' read -r name command; do
		race --program "$name=no-such-runtime ${command#* }"
		[ "$status" -eq 2 ]
		[[ "$output" == *"--program $name: cannot find the program 'no-such-runtime'"* ]]
	done <ready
}

@test "over TLS a ready program trusts the server, or is refused" {
	local ready=$BUILD/strategies/programs/templates
	if [ -e "${ready%/*}/flags-rust" ]; then
		grep '^rust-map=' "$ready" | sed "s|{here}|${ready%/*}|" >rust
		race --program @rust --tls full
		[ "$status" -eq 2 ]
		[[ "$output" == *"rust-map cannot keep tls full: it has sockets of its own, without TLS; leave it out with --exclude strategy=rust-map"* ]]
	fi
	race --program "plain=$LIARS/honest {plain}" --tls full
	[ "$status" -eq 2 ]
	[[ "$output" == *"plain cannot keep tls full"* ]]
	grep '^py-map=' "$ready" >python || skip "no Python"
	race --program @python --program 'curl=sh get' --tls full
	[ "$status" -eq 0 ]
	is py-map valid ""
	is curl valid ""
}

@test "an agent and a check take resident programs" {
	run "$FLAGRACE" check --base-program 'old=sh get' --base-strategy null \
		--head-program 'new=sh get'
	[ "$status" -eq 2 ]
	[[ "$output" == *"--base-strategy and --base-program cannot be combined: a side is a strategy or a program"* ]]
	run "$FLAGRACE" check --base-program 'old=sh get' \
		--head-program 'new=sh get' --requests 2 --concurrency 2 \
		--latency 1ms --pressure 100 --gate failures
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"PASS          old "*failures* ]]
	run "$FLAGRACE" check --base-exec 'old=sh get' \
		--head-exec 'new=sh get' --head-program 'new=sh get'
	[ "$status" -eq 2 ]
	[[ "$output" == *"--head-exec and --head-program cannot be combined"* ]]
}

@test "docs/PROGRAMS.md has a program that is valid, and all that are ready" {
	local doc=$BATS_TEST_DIRNAME/../../docs/PROGRAMS.md

	sed -n '/^```python$/,/^```$/p' "$doc" | sed '1d;$d' >mine.py
	race --program 'mine=python3 mine.py'
	[ "$status" -eq 0 ]
	is mine valid ""
	sed -En 's/^#? ?([a-z-]+)(=| is left out).*/\1/p' \
		"$BUILD/strategies/programs/templates" | sort >known
	[ "$(wc -l <known)" -ge 18 ]
	diff known <(grep '^| `[a-z]*-' "$doc" | cut -d'|' -f2 |
		grep -o '[a-z-]*[a-z]' | sort)
}
