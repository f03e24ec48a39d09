# Shared by the command-line tests. The environment gives FLAGRACE, the binary,
# and PLUGINS, the folder of the test plug-ins. Each test works in a folder of
# its own.

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# column FILE NAME: prints that column's values, one a line; quoted fields come
# out as "".
column() {
	awk -F, -v name="$2" '
		{ gsub(/"[^"]*"/, "\"\"") }
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
		{ print $at }' "$1"
}

# ours: prints the processes that have FLAGRACE_MARK in their environment
ours() {
	grep -lzs "^FLAGRACE_MARK=$BATS_TEST_TMPDIR\$" /proc/[0-9]*/environ |
		cut -d/ -f3
}

# nothing_left: waits until all processes of ours are gone from /proc
nothing_left() {
	for _ in $(seq 2000); do
		[ -n "$(ours)" ] || return 0
	done
	ours >&2
	return 1
}
