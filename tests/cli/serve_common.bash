# Shared by the tests of flagrace serve: each starts servers of its own.

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
}

teardown() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
}

# serve OPTION..: starts a server on a free port; sets $url, and $server, its pid
serve() {
	rm -f ready
	mkfifo ready
	# A shell lets its background commands ignore SIGINT.
	env --default-signal=INT "$FLAGRACE" serve --port 0 "$@" >ready 3>&- &
	server=$!
	read -r line <ready
	[[ "$line" =~ ^listening\ on\ (http://127\.0\.0\.1:[0-9]+)$ ]]
	url=${BASH_REMATCH[1]}
}
