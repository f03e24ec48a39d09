#!/usr/bin/env bats
# flagrace link: a command whose network is behind a link.

load common

AS_NOBODY=$BATS_TEST_DIRNAME/../unit/as_nobody

teardown() {
	[ -z "${linked:-}" ] || kill -KILL "$linked" 2>/dev/null || true
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
}

link() {
	run --separate-stderr "$FLAGRACE" link "$@"
	echo "$output $stderr"
}

setup_file() {
	"$FLAGRACE" link -- true 2>"$BATS_FILE_TMPDIR/why" ||
		touch "$BATS_FILE_TMPDIR/refused"
}

needs_link() {
	[ ! -e "$BATS_FILE_TMPDIR/refused" ] || skip "$(cat "$BATS_FILE_TMPDIR/why")"
}

# without_threads: a process with threads, such as that of a sanitizer, may not
# make a user namespace
without_threads() {
	[[ "$output" != *"(Invalid argument)"* ]] || skip "a sanitizer has threads"
}

needs_root() {
	[ "$(id -u)" -eq 0 ] && unshare --mount true || skip "not root"
}

bats_require_minimum_version 1.5.0

@test "what is wrong with the command line is told" {
	link
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"no command; for example flagrace link --rtt 40ms -- "* ]]
	link --rtt 40 -- true
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'rtt=40': a round trip is a time"* ]]
	link --link wlan -- true
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"a named link (lan, wifi, 4g, dsl, satellite) comes first"* ]]
	link --link "$(printf 'rtt=1ms,%.0s' {1..99})" -- true
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"longer than 127 characters"* ]]
	for target in x 127.0.0.1 :80 127.0.0.1: 127.0.0.1:no-such-port; do
		link --to $target -- true
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"--to '$target': "* ]]
	done
}

@test "the exit status is the command's" {
	needs_link
	link -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	link -- sh -c 'kill -9 $$'
	[ "$status" -eq 137 ]
	run -127 "$FLAGRACE" link -- ./nonesuch
	[[ "$output" == *"cannot run './nonesuch': No such file"* ]]
	link -- /
	[ "$status" -eq 126 ]
}

@test "a mock server is behind the link, and nothing else" {
	needs_link
	link --rtt 20ms -- sh -c 'curl -sSf "$FLAGRACE_URL/data/flags/cn/cn.gif"' >cn.gif
	[ "$status" -eq 0 ]
	link --rtt 20ms -- curl -sSf -o cn.gif -w '%{time_connect}' \
		http://10.77.0.2:8001/data/flags/cn/cn.gif
	[ "$status" -eq 0 ]
	[[ "$(file -b cn.gif)" == GIF\ image* ]]
	awk "BEGIN { exit !($output >= 0.020) }"
	link -- sh -c 'curl -sSf -o ca.pem "$FLAGRACE_URL/_flagrace/ca.pem" &&
		curl -sSf --cacert ca.pem "https://${FLAGRACE_URL#http://}/data/flags/cn/cn.gif"' >cn.gif
	[ "$status" -eq 0 ]
	link -- curl -sS --max-time 5 http://192.0.2.1/
	[ "$status" -eq 7 ]
}

@test "the account is printed on request" {
	needs_link
	link --rtt 2ms --account -- sh -c 'curl -s "$FLAGRACE_URL/data/flags/cn/cn.gif" >cn.gif'
	[ "$status" -eq 0 ]
	[[ "$stderr" =~ "link up: "[0-9]+" packets, "[0-9]+" bytes, 0 lost, 0 found the queue full, "[0-9]+" late; lateness p99 "[0-9.]+" ms, max "[0-9.]+" ms" ]]
	[[ "$stderr" == *"link down: "* ]]
	link --loss 100% --account -- curl -s --max-time 0.1 http://10.77.0.2:8001/
	[ "$status" -eq 28 ]
	[[ "$stderr" =~ "link up: 0 packets, 0 bytes, "[1-9][0-9]*" lost" ]]
}

@test "a server of the host can be put behind the link" {
	needs_link
	"$FLAGRACE" serve --port 0 --payload 3MB >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on }
	curl -sSf -o direct "$url/data/flags/cn/cn.gif"
	link --rtt 5ms --to "${url#http://}" -- sh -c \
		'curl -sSf -o behind "$FLAGRACE_URL/data/flags/cn/cn.gif"'
	[ "$status" -eq 0 ]
	cmp direct behind
	# Many at once, and bytes in the other direction.
	link --rtt 5ms --to "${url#http://}" -- sh -c \
		'for i in 1 2 3 4 5 6 7 8; do curl -sSf -o part$i "$FLAGRACE_URL/data/flags/cn/cn.gif" & done; wait;
		curl -sSf -X PUT -d latency=1ms "$FLAGRACE_URL/_flagrace/config"'
	[ "$status" -eq 0 ]
	for i in 1 2 3 4 5 6 7 8; do cmp direct part$i; done
	kill "$server"
	wait "$server"
	server=
	link --to "${url#http://}" -- true
	[ "$status" -eq 4 ]
	[[ "$stderr" == *"--to '${url#http://}': Connection refused; is the server running?"* ]]
}

@test "the connections of a server that ends are reset" {
	needs_link
	"$FLAGRACE" serve --port 0 >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on }
	link --rtt 20ms --to "${url#http://}" -- sh -c "kill $server; wait
		while [ -e /proc/$server/exe ]; do :; done
		exec curl -s --max-time 1000 \$FLAGRACE_URL"
	[[ "$status" =~ ^(7|52|55|56)$ ]]
}

@test "signals are for the command, which takes along what it leaves behind" {
	needs_link
	mkfifo started
	FLAGRACE_MARK=$BATS_TEST_TMPDIR "$FLAGRACE" link -- sh -c 'trap "exit 9" TERM
		sleep 1000 & setsid sleep 1000 & echo >started; wait' 3>&- &
	linked=$!
	read -r <started
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" -eq 9 ]
	nothing_left
}

@test "nothing is left of a link that is killed" {
	needs_link
	mkfifo started
	for which in first second both; do
		FLAGRACE_MARK=$BATS_TEST_TMPDIR "$FLAGRACE" link --rtt 40ms -- \
			sh -c 'sleep 1000 & setsid sleep 1000 & echo >started; wait' 3>&- &
		linked=$!
		read -r <started
		second=$(cat "/proc/$!/task/$!/children")
		[ $which = second ] || kill -KILL $!
		[ $which = first ] || kill -KILL $second
		wait $! || true
		nothing_left
	done
}

@test "a command whose link has ended is killed, and it is told" {
	needs_link
	mkfifo started
	"$FLAGRACE" link -- sh -c 'echo >started; exec sleep 1000' 2>why 3>&- &
	linked=$!
	read -r <started
	# The relay is the first child of the second process.
	children=$(cat "/proc/$!/task/$!/children")
	second=${children%% *}
	children=$(cat "/proc/$second/task/$second/children")
	kill -KILL "${children%% *}"
	status=0
	wait $! || status=$?
	[ "$status" -eq 4 ]
	[[ "$(cat why)" == *"the server or the relay has ended"* ]]
}

@test "an ordinary user needs no privilege" {
	needs_root
	needs_link
	chmod 0777 .
	run "$AS_NOBODY" "$FLAGRACE" link --rtt 10ms -- sh -c \
		'id -u; curl -sS -o /dev/null -w "%{http_code}\n" "$FLAGRACE_URL/data/flags/cn/cn.gif"
		grep CapEff /proc/self/status'
	echo "$output"
	[[ "$output" != *"Permission denied"* ]] || skip "nobody may not run the program"
	without_threads
	[ "$status" -eq 0 ]
	[[ "$output" == "65534"*"200"*"0000000000000000"* ]]
}

@test "TCP is set as on the host" {
	needs_root
	needs_link
	run unshare --net sh -c 'ip link set lo up
		cd /proc/sys/net && echo 0 >ipv4/tcp_slow_start_after_idle &&
		echo 777 >core/somaxconn && echo "20000 30000" >ipv4/ip_local_port_range
		exec "$1" link -- cat ipv4/tcp_slow_start_after_idle core/somaxconn \
			ipv4/ip_local_port_range ipv4/tcp_no_metrics_save' sh "$FLAGRACE"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(xargs <<<"$output")" = "0 777 20000 30000 1" ]
}

@test "where namespaces are refused, the reason and the remedy are told" {
	run "$DENY" EPERM unshare -- "$FLAGRACE" link -- true
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"no link: may not make network namespaces (Operation not permitted); "*"as root"* ]]
	run "$DENY" ENOSYS unshare -- "$FLAGRACE" link -- true
	[ "$status" -eq 4 ]
	[[ "$output" == *"(Function not implemented); "* ]]
}

@test "where the sysctl allows no user namespace, it is named" {
	unshare --user --map-root-user true || skip "no user namespaces here"
	run unshare --user --map-root-user sh -c '
		echo 0 >/proc/sys/user/max_user_namespaces || exit 77
		exec setpriv --bounding-set=-all --inh-caps=-all "$@"
	' sh "$FLAGRACE" link -- true
	echo "$output"
	[ "$status" -ne 77 ] || skip "/proc/sys is read-only"
	[ "$status" -eq 4 ]
	[[ "$output" == *"run as root, or sysctl user.max_user_namespaces=10000"* ]]
}

@test "where sysctls are read-only, as in a container, the remedy is told" {
	needs_root
	needs_link
	run unshare --mount sh -c 'mount --bind /proc/sys /proc/sys &&
		mount -o remount,bind,ro /proc/sys && exec "$@"' sh \
		"$FLAGRACE" link -- true
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"tcp_no_metrics_save"*"(Read-only file system)"*"systempaths=unconfined"* ]]
}

@test "without /dev/net/tun, or without access to it, the remedy is told" {
	needs_root
	run unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec "$@"' sh \
		"$FLAGRACE" link -- true
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot open /dev/net/tun (No such file or directory); "*"modprobe tun"*"--device /dev/net/tun"* ]]
	run unshare --mount sh -c 'mount -t tmpfs none /dev/net &&
		mknod -m 0600 /dev/net/tun c 10 200 &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"' sh \
		"$FLAGRACE" link -- true
	echo "$output"
	[[ "$output" != *"Permission denied"*"$FLAGRACE"* ]] || skip "nobody may not run the program"
	without_threads
	[ "$status" -eq 4 ]
	[[ "$output" == *"may not open /dev/net/tun (Permission denied); "*"chmod 0666 /dev/net/tun"* ]]
}
