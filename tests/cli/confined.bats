#!/usr/bin/env bats
# What the server, trials and gnuplot have given up (harness/base/confine.h). The
# unit test harness_confine tries each right; here it is looked who gives it up.

load serve_common

RUN=$BATS_TEST_DIRNAME/../fixtures/run

# confined files|calls: whether this kernel and this build can confine that
confined() {
	local here
	here=$("$FLAGRACE" doctor --format json | python3 -c '
import json, sys
for finding in json.load(sys.stdin)["findings"]:
    if finding["check"] == "confinement":
        print(finding["here"])')
	case $1 in
	files) [[ "$here" != *"no Landlock"* ]] ;;
	calls) [[ "$here" != *"no seccomp"* ]] ;;
	esac
}

# not COMMAND ..: COMMAND fails; `!` would not end a test
not() { if "$@"; then return 1; fi; }

# has FILE NAME VALUE: a line of a file like /proc/PID/status
has() { [ "$(sed -n "s/^$2:\t//p" "$1")" = "$3" ]; }

get() { # PATH: the status of the answer
	curl -sS -o answer -w '%{http_code}\n' --path-as-is "$url$1"
}

@test "the server gains no rights, and every thread of it is confined" {
	local filters=0
	if confined calls; then filters=2; fi
	serve --workers 3 --latency 1ms
	curl -sSf -o /dev/null "$url/flags/cn/cn.gif"
	for task in /proc/"$server"/task/*; do
		has "$task/status" NoNewPrivs 1
		has "$task/status" Seccomp "$filters"
	done
	kill "$server"
	wait "$server"
}

@test "all that the server does goes on, confined" {
	mkdir -p root/cn
	echo flag >root/cn/cn.gif
	serve --root root --access-log log --tls --workers 2
	[ "$(get /flags/cn/cn.gif)" = 200 ]
	[ "$(cat answer)" = flag ]
	echo new >root/new.txt
	[ "$(get /flags/new.txt)" = 200 ]
	[ "$(curl -sSk --http2 -o answer -w '%{http_code}' \
		"https${url#http}/flags/cn/cn.gif")" = 200 ]
	curl -sSf -o /dev/null -X PUT -d latency=1ms "$url/_flagrace/config"
	curl -sSf "$url/_flagrace/stats" | grep -q '"requests": 0'
	[ "$(wc -l <log)" -ge 3 ]
	kill "$server"
	wait "$server"
}

@test "no name leads out of --root" {
	mkdir root
	echo secret >secret
	echo flag >root/flag.txt
	ln -s ../secret root/link
	ln -s "$PWD/secret" root/absolute
	ln -s .. root/up
	serve --root root
	[ "$(get /flags/flag.txt)" = 200 ]
	for name in link absolute up/secret ../secret ..%2fsecret %2e%2e/secret \
		/"$PWD/secret" root/../../secret; do
		[ "$(get "/flags/$name")" = 404 ]
		not grep -q secret answer
	done
}

@test "a server that may name no traces cannot read them; a run's reads its own" {
	printf 'delay_ns\n1000000\n' >trace.csv
	echo s3cret >token
	chmod 600 token
	serve --token-file token
	run curl -sS -H 'Flagrace-Token: s3cret' -X PUT -d latency=trace:trace.csv \
		"$url/_flagrace/config"
	[[ "$output" == *"--allow-traces"* ]]
	for latency in trace:trace.csv 1ms; do
		"$FLAGRACE" run --strategy sequential --requests 2 --warmup 0 \
			--blocks 1 --latency "$latency" --out run --quiet
		grep -q ',valid,' run/trials.csv
		rm -r run
	done
}

@test "a trial gains no rights, but may do what its user may" {
	cat >look <<-'EOF'
		#!/bin/bash
		cp /proc/self/status "$2"
		xargs -n 1 curl -sS -o /dev/null <"$1"
	EOF
	chmod +x look
	"$FLAGRACE" run --exec "look=$PWD/look {urls} $PWD/status" --strategy look \
		--concurrency 1 --requests 2 --warmup 0 --blocks 1 --latency 1ms \
		--out run
	has status NoNewPrivs 1
	grep -q ',valid,' run/trials.csv
}

# What a script can do to get at files, a shell or another program; each leaves
# the file `loot`.
attempts() {
	cat <<-'EOF'
		set print "loot"; print "x"
		set table "loot"; plot sin(x)
		set terminal svg; set output "loot"; plot sin(x); unset output
		save "loot"
		system("echo x >loot")
		x = system("echo x >loot")
		!echo x >loot
		plot "<echo 1 2 | tee loot"
		set print "|cat >loot"; print "x"; unset print
		set terminal svg; set output "|cat >loot"; plot sin(x); unset output
	EOF
}

@test "gnuplot writes no file and starts no program, whatever its script says" {
	{ confined files && confined calls; } || skip "no confinement here"
	local tried=0
	mkdir bin
	printf '#!/bin/sh\nexec %s -d %s\n' "$(command -v gnuplot)" "$PWD/hostile" \
		>bin/gnuplot
	chmod +x bin/gnuplot
	while read -r line; do
		echo "$line" | tee hostile
		rm -rf loot run
		# Unconfined it does what it says.
		(gnuplot -d hostile >/dev/null 2>&1) || true
		[ -s loot ]
		rm loot
		cp -r "$RUN" run
		PATH=$PWD/bin:$PATH run "$FLAGRACE" plot run --format svg
		[ -z "$(find . -name loot)" ]
		tried=$((tried + 1))
	done < <(attempts)
	[ "$tried" -eq 10 ]
}

@test "gnuplot opens no socket and changes no file" {
	confined calls || skip "no seccomp filters here"
	mkdir bin
	echo x >kept
	cat >bin/gnuplot <<-'EOF'
		#!/usr/bin/python3
		import os, socket, sys
		tries = {
		    "inet": lambda: socket.socket(socket.AF_INET),
		    "inet6": lambda: socket.socket(socket.AF_INET6),
		    "unix": lambda: socket.socket(socket.AF_UNIX),
		    "fork": lambda: os.fork() or os._exit(0),
		    "chmod": lambda: os.chmod(os.environ["KEPT"], 0o777),
		    "unlink": lambda: os.unlink(os.environ["KEPT"]),
		}
		refused = []
		for name, attempt in tries.items():
		    try:
		        attempt()
		    except PermissionError:
		        refused.append(name)
		sys.exit("refused: " + " ".join(refused))
	EOF
	chmod +x bin/gnuplot
	KEPT=$PWD/kept run bin/gnuplot
	[ "${lines[0]}" = "refused: " ]
	echo x >kept
	cp -r "$RUN" run
	KEPT=$PWD/kept PATH=$PWD/bin:$PATH run "$FLAGRACE" plot run --format svg
	[[ "$output" == *"refused: inet inet6 unix fork chmod unlink"* ]]
	[ -e kept ]
}

@test "plots are drawn, confined" {
	cp -r "$RUN" run
	for format in svg png pdf; do
		run "$FLAGRACE" plot run --format $format
		[ "$status" -eq 0 ]
		[ -s run/plots/elapsed.$format ]
	done
}

@test "a kernel without any of it serves, runs and draws as ever" {
	"$DENY" ENOSYS pidfd_open -- true || skip "no seccomp filters here"
	cat >bare <<-'EOF'
		#!/bin/sh
		exec "$DENY" ENOSYS landlock_create_ruleset seccomp -- "$REAL" "$@"
	EOF
	chmod +x bare
	export REAL=$FLAGRACE
	FLAGRACE=$PWD/bare
	serve --latency 1ms
	curl -sSf -o /dev/null "$url/flags/cn/cn.gif"
	# Only what denies the calls is in force.
	not confined files
	not confined calls
	kill "$server"
	"$FLAGRACE" run --strategy sequential --requests 2 --warmup 0 --blocks 1 \
		--latency 1ms --out run --quiet
	grep -q ',valid,' run/trials.csv
	[ -s run/plots/elapsed.svg ]
}

@test "the token is in no argument, variable or file of a run" {
	cat >look <<-'EOF'
		#!/bin/bash
		env >"$2"
		xargs -n 1 curl -sS -o /dev/null <"$1"
	EOF
	chmod +x look
	"$FLAGRACE" run --exec "look=$PWD/look {urls} $PWD/env" --strategy look \
		--concurrency 1 --requests 2 --warmup 0 --blocks 100000 \
		--latency 1ms --out run >out 2>err 3>&- &
	local run=$!
	until [ -s run/trials.csv ] && [ "$(wc -l <run/trials.csv)" -gt 1 ]; do :; done
	tr '\0' '\n' <"/proc/$(pgrep -P "$run" -f 'serve --port 0')/cmdline" >words
	tr '\0' '\n' <"/proc/$(pgrep -P "$run" -f 'serve --port 0')/environ" >environ
	kill -TERM "$run"
	wait "$run" || true
	grep -qx -- --token-file words
	# A token is 32 hexadecimal digits.
	not grep -qE '(^|[^0-9a-f])[0-9a-f]{32}([^0-9a-f]|$)' words environ env \
		out err run/run.json run/*.csv
}

@test "a token that others can read is told" {
	echo s3cret >token
	chmod 644 token
	serve --token-file token 2>err
	grep -q 'other users may read the token in token: chmod 600' err
	kill "$server"
	chmod 600 token
	serve --token-file token 2>err
	not [ -s err ]
}
