#!/usr/bin/env bats
# flagrace run --program: resident programs in the race, and what they do wrong.

load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# A resident program, and its parts.
	cat >get <<-'END'
		read -r _ urls n concurrency
		echo READY
		read -r _
		xargs -a "$urls" -n 1 -P "$concurrency" curl -qso /dev/null
		echo DONE
	END
	printf '%s\n' 'read -r _ urls rest' 'echo READY' 'read -r _' >begin
	echo 'xargs -a "$urls" -n 1 curl -qso /dev/null' >fetch
}

# race [OPTION ..]: four items, 20 ms each; the time limit is tiny
race() {
	run "$FLAGRACE" run --strategy null --blocks 1 --warmup 0 \
		--latency 20ms --requests 4 --timeout "${timeout:-60s}" \
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

@test "a program that ends too early has failed, or crashed" {
	{ cat begin && echo 'exit 3'; } >ends
	# What it forks goes on with the protocol.
	printf '%s\n' '(sh get <&3 &) 3<&0' 'exit 0' >forks
	race --program 'starts=sh -c "exit 3"' --program 'ends=sh ends' \
		--program 'killed=sh -c "kill -9 \$\$"' \
		--program 'forks=sh forks'
	[ "$status" -eq 4 ]
	is starts failed "setup failed: the program exited with status 3 before it said READY"
	is ends failed "download_many failed: the program exited with status 3 before it said DONE"
	is killed crashed "died of SIGKILL in setup"
	is forks failed "the program exited with status 0 before "
	{ cat begin && echo 'kill -9 $$'; } >dies
	{ cat get && echo 'kill -9 $$'; } >late
	rm -r run
	race --program 'dies=sh dies' --program 'late=sh late'
	is dies crashed "died of SIGKILL in download_many"
	is late crashed "died of SIGKILL in teardown"
}

@test "a program that says something else has failed" {
	{ cat begin && echo 'echo 4 flags'; } >chats
	race --program 'noise=sh -c "echo hello; sleep 1000"' \
		--program 'chats=sh chats' \
		--program 'long=sh -c "yes | tr -d \\\\n"' \
		--program 'eager=sh -c "echo READY; echo DONE; sleep 1000"' \
		--program 'bell=sh -c "printf \"READY\\\\r\\\\a\\\\n\""'
	[ "$status" -eq 4 ]
	is noise failed "setup failed: the program said 'hello' instead of READY"
	is chats failed "download_many failed: the program said '4 flags' instead of DONE"
	is long failed "the program said 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy..' instead of READY"
	is eager failed "download_many failed: the program said "
	is bell failed "the program said 'READY??' instead of READY"
}

@test "a program that cannot hear or speak any more has failed" {
	race --program 'deaf=sh -c "exec <&-; echo READY; sleep 1000"' \
		--program 'mute=sh -c "exec >&-; sleep 1000"' \
		--program 'blind=sh -c "read _; echo READY; sleep 0.2; echo DONE; sleep 1000"'
	[ "$status" -eq 4 ]
	is deaf failed "download_many failed: the program closed its standard input before GO"
	is mute failed "setup failed: the program closed its standard output before it said READY"
	is blind failed "download_many failed: the program said DONE and had not read GO"
}

@test "the witness tells what a program did at another time than it says" {
	{ sed 1q begin && cat fetch && sed 1d begin && echo 'echo DONE'; } >early
	{ cat begin && sed 's/$/ \&/' fetch && printf '%s\n' 'echo DONE' wait; } >hasty
	{ cat begin && printf '%s\n' 'sleep 1000 &' && cat fetch &&
		echo 'echo DONE'; } >leaves
	{ cat begin && echo 'head -n 2 "$urls" >few; urls=few' && cat fetch &&
		echo 'echo DONE; exit 3'; } >few
	race --program 'early=sh early' --program 'hasty=sh hasty' \
		--program 'leaves=sh leaves' --program 'few=sh few'
	[ "$status" -eq 4 ]
	is early invalid "item 0 was started before the clock started"
	is hasty invalid "returned before it was done: 4 of 4 items were unfinished"
	is leaves invalid "left 1 process behind"
	is few invalid "2 of 4 items were never performed; the first is item 2; the program exited with status 3"
}

@test "a program that is late in a step is killed, and the step is named" {
	{ cat get && echo 'exec sleep 1000'; } >remains
	for name in silent waits stays; do
		mkdir "$name"
		case $name in
		silent) command='sh -c "exec sleep 1000"' ;;
		waits) command='sh -c "echo READY; exec sleep 1000"' ;;
		stays) command='sh {here}/remains' ;;
		esac
		"$FLAGRACE" run --strategy null --program "$name=$command" \
			--blocks 1 --warmup 0 --latency 1ms --requests 4 \
			--timeout 50ms --out "$name/run" --quiet >/dev/null 2>&1 &
	done
	wait
	for name in silent waits stays; do
		mv "$name/run" run
		case $name in
		silent) is silent timeout "in setup; the program has not said READY" ;;
		waits) is waits timeout "in download_many; the program has not said DONE" ;;
		stays) is stays timeout "in teardown; the program has said DONE and has not ended" ;;
		esac
		rm -r run
	done
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
