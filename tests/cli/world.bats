#!/usr/bin/env bats
# flagrace in unusual surroundings: descriptors, signals, children, a umask.

bats_require_minimum_version 1.5.0
load common

# Makes a run of one block in the folder `run`
brief=(run --blocks 1 --warmup 0 --latency 1ms --quiet --out run)

# Makes a gnuplot that hangs, in the folder `bin`. It may write no file.
hanging_gnuplot() {
	mkdir bin
	printf '#!/bin/sh\nexec sleep infinity\n' >bin/gnuplot
	chmod +x bin/gnuplot
}

# await_gnuplot PARENT: until it hangs; sets $gnuplot, its PID
await_gnuplot() {
	until gnuplot=$(pgrep -P "$1" -x sleep); do kill -0 "$1"; done
}

# await FILE: waits until the last job has written something into it
await() {
	until [ -s "$1" ]; do kill -0 $! || [ -s "$1" ]; done
}

@test "standard descriptors that are closed are not the files of a run" {
	run -4 bash -c '"$0" "$@" <&- >&- 2>&-' "$FLAGRACE" "${brief[@]}" \
		--strategy null,sequential
	[ "$(column run/trials.csv verdict | xargs)" = "valid valid" ]
	[ ! -s run/.lock ]
	# Nobody could see the table, which is why the status is 4.
	run -4 --separate-stderr bash -c '"$0" list >&-' "$FLAGRACE"
	[ "$stderr" = "flagrace: cannot write to standard output" ]
	run -0 bash -c '"$0" list <&- 2>&-' "$FLAGRACE"
}

@test "with all descriptors closed a server serves and a download downloads" {
	bash -c 'exec "$0" serve --port 0 >ready <&- 2>&- 3>&-' "$FLAGRACE" &
	until grep -q "^listening" ready 2>/dev/null; do :; done
	run -0 bash -c '"$0" download CN --url "$1" --save got <&- 2>&-' \
		"$FLAGRACE" "$(sed 's/listening on //' ready)"
	kill %1
	[ "$(ls got)" = cn.gif ]
}

# "${ignoring[@]}" SIGNAL COMMAND .. runs the command, which ignores the signal from
# its start. This is an array and no function, so that the shell becomes the
# command.
ignoring=(python3 -c '
import os, signal, sys
signal.signal(getattr(signal, sys.argv[1]), signal.SIG_IGN)
os.execvp(sys.argv[2], sys.argv[2:])')

# The same with blocked signals: SIGNAL,..
blocking=(python3 -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK,
	[getattr(signal, name) for name in sys.argv[1].split(",")])
os.execvp(sys.argv[2], sys.argv[2:])')

@test "an ignored SIGCHLD loses no child, and its CPU time neither" {
	"${ignoring[@]}" SIGCHLD "$FLAGRACE" "${brief[@]}" \
		--strategy sequential,fork-per-request,process-pool
	[ "$(column run/trials.csv verdict | xargs)" = "valid valid valid" ]
	paste -d+ <(column run/trials.csv cpu_user_ns) \
		<(column run/trials.csv cpu_sys_ns) |
		while read -r sum; do [ $((sum)) -gt 0 ]; done
	"${ignoring[@]}" SIGCHLD "$FLAGRACE" download CN --save got
	[ -f got/cn.gif ]
	# The agent is a child of who reads its answers.
	: >nothing
	"${ignoring[@]}" SIGCHLD "$FLAGRACE" agent <nothing | grep -q flagrace_agent
}

@test "a blocked signal still ends what it is to end" {
	hanging_gnuplot
	PATH=$PWD/bin:$PATH \
		"${blocking[@]}" SIGTERM,SIGINT "$FLAGRACE" "${brief[@]}" \
		--strategy sequential >out 2>err 3>&- &
	await_gnuplot $!
	kill -TERM $!
	wait $! || status=$?
	[ "$status" -eq 130 ]
	[ ! -e "/proc/$gnuplot" ]
}

@test "an interrupt ends a gnuplot that hangs" {
	"$FLAGRACE" "${brief[@]}" --strategy sequential,epoll
	hanging_gnuplot
	for command in "plot run" "history run --plot history.svg"; do
		PATH=$PWD/bin:$PATH "$FLAGRACE" $command >out 2>err 3>&- &
		await_gnuplot $!
		kill -TERM $!
		status=0
		wait $! || status=$?
		[ "$status" -eq 130 ]
		[ ! -e "/proc/$gnuplot" ]
	done
	# Nothing of the history's picture is left.
	[ "$(echo history*)" = "history*" ]
}

@test "an interrupt of a check reaches its agents in the middle of a trial" {
	cat >agent <<-'END'
		#!/bin/bash
		trap 'echo >>asked; kill %1; exit 0' TERM
		sleep 600 &
		echo >started
		wait
	END
	chmod +x agent
	"$FLAGRACE" check ci --pressure 100 --base ./agent --head ./agent >out 2>err 3>&- &
	await started
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" -eq 130 ]
	[ -s asked ]
}

@test "what is ignored stays so: nohup, and the background of a script" {
	for signal in HUP INT; do
		rm -rf run
		"${ignoring[@]}" SIG$signal "$FLAGRACE" "${brief[@]}" --latency 40ms --requests 8 \
			--strategy sequential >out 2>err 3>&- &
		await run/trials.csv
		# on a machine that stood still it may have ended
		kill -$signal $! || true
		wait $!
		[ "$(column run/trials.csv verdict | xargs)" = "valid valid" ]
	done
}

@test "children from before, and those that others left, live on" {
	# One is a child; the other's parent is gone.
	bash -c '
		sleep 600 & echo $! >child
		python3 -c "
import ctypes, os, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
if os.fork() == 0:
	if os.fork() == 0:
		print(os.getpid(), file=open(\"orphan\", \"w\"))
		os.execvp(\"sleep\", [\"sleep\", \"600\"])
	while not os.path.exists(\"orphan\"): pass
	os._exit(0)
os.wait()
os.execv(sys.argv[1], sys.argv[1:])" "$0" "$@"' \
		"$FLAGRACE" "${brief[@]}" --strategy null 3>&-
	[ "$(column run/trials.csv verdict)" = valid ]
	kill "$(cat child)" "$(cat orphan)"
}

@test "the first process of a PID namespace reaps, and kills nobody" {
	unshare --pid --fork --mount-proc true ||
		skip "no PID namespace is to be had"
	unshare --pid --fork --mount-proc bash -c '
		(sleep 600 & sleep 0.01 & echo $! >orphan)
		exec "$0" "$@"' "$FLAGRACE" "${brief[@]}" \
		--strategy null,fork-per-request 3>&-
	[ "$(column run/trials.csv verdict | xargs)" = "valid valid" ]
	# Its status is the command's, and what ends it ends that.
	run -2 unshare --pid --fork --mount-proc "$FLAGRACE" nosuch
	run -130 unshare --pid --fork --mount-proc bash -c '
		python3 -c "
import os, signal, time
while not os.path.exists(\"asked/trials.csv\"): pass
os.kill(1, signal.SIGTERM)" &
		exec "$0" run --latency 60s --strategy sequential \
			--timeout 600s --quiet --out asked' "$FLAGRACE"
}

@test "a umask that locks out the owner does not" {
	(umask 0777 && "$FLAGRACE" "${brief[@]}" --strategy null)
	[ "$(stat -c %a run/trials.csv)" = 600 ]
	[ "$(stat -c %a run)" = 700 ]
}

@test "a file that may not grow is an error of every command" {
	"$FLAGRACE" run --blocks 1 --warmup 0 --latency 0ms --quiet --out run \
		--strategy sequential --requests 200
	run -4 --separate-stderr bash -c '
		ulimit -f 1 && exec "$0" plot run' "$FLAGRACE"
	[[ "$stderr" == *"File too large"* ]]
	run --separate-stderr bash -c '
		ulimit -f 1 && exec "$0" download CN BR --save got' "$FLAGRACE"
	[ "$status" -eq 1 ]
	[[ "$output$stderr" == *"File too large"* ]]
	[ -z "$(ls -A got | grep part)" ]
}
