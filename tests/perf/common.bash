# Shared by the scripts of this folder. With SMOKE=1 each of them makes one tiny
# round. Its figures have no meaning; the gate only checks that they exist.
export LC_ALL=C
smoke=${SMOKE:-}

# size FULL SMOKE: prints FULL, or SMOKE in a smoke round
size() {
	if [ -z "$smoke" ]; then echo "$1"; else echo "$2"; fi
}

# use_flagrace: sets $flagrace to FLAGRACE; without it, builds and uses release
use_flagrace() {
	if [ -n "${FLAGRACE:-}" ]; then
		flagrace=$(realpath "$FLAGRACE")
		return
	fi
	cmake --preset release -DBUILD_TESTING=OFF >/dev/null
	cmake --build --preset release -- --quiet
	flagrace=$PWD/build/release/flagrace
}

# two_cpus: ends the script with status 0 if CPUs 0 and 1 cannot be used
two_cpus() {
	taskset -c 0 true 2>/dev/null && taskset -c 1 true 2>/dev/null && return
	echo "skipped: this needs CPUs 0 and 1" >&2
	exit 0
}

# have PROGRAM PACKAGE: whether PROGRAM is installed; prints a message if not
have() {
	command -v "$1" >/dev/null && return
	echo "skipped: $1 of the Debian package $2 is not there" >&2
	return 1
}

# have_library NAME PACKAGE: the same for a library, by pkg-config
have_library() {
	pkg-config --exists "$1" && return
	echo "skipped: $1 of the Debian package $2 is not there" >&2
	return 1
}

# columns FILE NAME..: prints, for each row of a CSV file, the fields of those
# columns, separated by blanks. A quoted text comes out as "". A name that is not
# a column is an error.
columns() {
	awk -F, -v names="${*:2}" '
		BEGIN { n = split(names, name, " ") }
		{ gsub(/"[^"]*"/, "\"\"") }
		NR == 1 {
			for (i = 1; i <= NF; i++) at[$i] = i
			for (i = 1; i <= n; i++)
				if (!(name[i] in at)) {
					print FILENAME ": no column " name[i] >"/dev/stderr"
					exit 1
				}
			next
		}
		{
			for (i = 1; i <= n; i++)
				printf "%s%s", $at[name[i]], i < n ? " " : "\n"
		}' "$1"
}

# figure NAME VALUE..: there is one at least, and each is a number above zero
figure() {
	local name=$1 value
	shift
	[ $# -gt 0 ] || {
		echo "$0: there is no figure '$name'" >&2
		exit 1
	}
	for value; do
		awk -v value="$value" 'BEGIN {
			exit !(value ~ /^[0-9]+([.][0-9]*)?(e[-+]?[0-9]+)?$/ &&
				value > 0) }' || {
			echo "$0: '$name' is '$value', no number above zero" >&2
			exit 1
		}
	done
}

# quietly COMMAND..: what it says is shown only if it fails
quietly() {
	local said
	said=$("$@" 2>&1) || {
		echo "$said" >&2
		return 1
	}
}
