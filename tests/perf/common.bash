# Shared by the scripts of this folder. With SMOKE=1 each of them makes one tiny
# round. Its figures have no meaning; the gate only checks that they exist.
export LC_ALL=C
smoke=${SMOKE:-}

# size FULL SMOKE: prints FULL, or SMOKE in a smoke round
size() {
	if [ -z "$smoke" ]; then echo "$1"; else echo "$2"; fi
}

# use_program PLACE: sets the variable of the program's name, such as $flagrace, to
# its path. This is the variable in capitals, or PLACE in the build folder BUILD, or
# else PLACE in build/release, where it is built.
use_program() {
	local given=${1##*/} root testing=()
	local -n path=$given
	given=${given^^}
	root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
	path=${!given:-${BUILD:-$root/build/release}/$1}
	if [ -z "${!given:-}${BUILD:-}" ]; then
		# A build without tests needs less, but one that has them keeps them.
		if [ "$1" != flagrace ]; then
			testing=(-DBUILD_TESTING=ON)
		elif [ ! -e "$root/build/release/CMakeCache.txt" ]; then
			testing=(-DBUILD_TESTING=OFF)
		fi
		(cd "$root" && cmake --preset release "${testing[@]}" >/dev/null &&
			cmake --build --preset release --target "$1" -- --quiet)
	fi
	path=$(realpath -e "$path")
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

# big_run RUN ROWS EACH: writes a run of ROWS requests, in trials of EACH, whose rows
# are those of results/reference with other times
big_run() {
	local run=$1 rows=$2 each=$3 example
	example=$(dirname "${BASH_SOURCE[0]}")/../../results/reference
	awk -F, -v rows="$rows" -v each="$each" '
		function is(name) {
			if (!(name in at)) {
				print FILENAME ": no column " name >"/dev/stderr"
				exit 1
			}
			return at[name]
		}
		NR == 1 {
			print
			for (i = 1; i <= NF; i++) at[$i] = i
			columns = NF
			next
		}
		{
			for (i = 1; i <= columns; i++) v[i] = $i
			run = is("run"); trial = is("trial"); item = is("item")
			worker = is("worker"); start = is("start_ns")
			first = is("first_byte_ns"); end = is("end_ns")
			hash = is("body_hash"); arrival = is("witness_arrival_ns")
			delay = is("witness_delay_ns"); sent = is("witness_sent_ns")
			in_flight = is("witness_in_flight")
			connection = is("witness_connection")
			v[run] = "big"; v[is("connect_ns")] = ""
			v[delay] = 5000000; v[in_flight] = 64
			srand(7)
			for (i = 0; i < rows; i++) {
				k = i % each
				t = k * 50000
				took = 5000000 + int(-log(1 - rand()) * 500000)
				if (i % 10 == 0)
					v[hash] = sprintf("%08x%08x", rand() * 2 ^ 31, rand() * 2 ^ 31)
				v[trial] = int(i / each) + 1
				v[item] = k
				v[worker] = v[connection] = k % 64
				v[start] = sprintf("%.0f", t)
				v[first] = sprintf("%.0f", t + took)
				v[end] = sprintf("%.0f", t + took + 1000)
				v[arrival] = sprintf("%.0f", t + 60000)
				v[sent] = sprintf("%.0f", t + 5060000)
				line = v[1]
				for (c = 2; c <= columns; c++) line = line "," v[c]
				print line
			}
			exit
		}' "$example/requests.csv" >"$run/requests.csv"
	awk -F, -v OFS=, -v trials=$(((rows + each - 1) / each)) '
		NR == 1 { print; for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["block"] >= 1 && $at["verdict"] == "valid" {
			for (i = 1; i <= trials; i++) {
				$at["run"] = "big"
				$at["block"] = int((i + 1) / 2)
				$at["trial"] = i
				$at["strategy"] = i % 2 ? "epoll" : "multi-poll"
				print
			}
			exit
		}' "$example/trials.csv" >"$run/trials.csv"
}

# measure COMMAND RUN OPTION..: runs it and prints what it took; into RUN/took, too
measure() {
	echo "flagrace $1 RUN ${*:3}"
	python3 - "$flagrace" "$@" <<-'EOF' 3>"$2/took"
		import os, resource, subprocess, sys, time
		start = time.monotonic()
		done = subprocess.run(sys.argv[1:])
		took = time.monotonic() - start
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		cpu = used.ru_utime + used.ru_stime
		peak = used.ru_maxrss / 1024
		print(f"{took:.2f} s, CPU {cpu:.2f} s, peak {peak:.0f} MB\n")
		os.write(3, f"{took:.6f} {cpu:.6f} {peak:.3f}".encode())
		sys.exit(done.returncode)
	EOF
	# shellcheck disable=SC2046 # several words on purpose
	figure "seconds, CPU and memory" $(cat "$2/took")
}
