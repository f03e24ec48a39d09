#!/usr/bin/env bats
# flagrace-mpi: hosts that make the load together, as ranks on this machine.

load common

short="--quiet --strategy pthread-map --latency 1ms --warmup 0 --blocks 1"

setup_file() {
	mkdir "$BATS_FILE_TMPDIR/undrawn"
	ln -s /bin/true "$BATS_FILE_TMPDIR/undrawn/gnuplot"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	PATH=$BATS_FILE_TMPDIR/undrawn:$PATH
	[ -x "$FLAGRACE-mpi" ] && command -v mpirun >/dev/null ||
		skip "flagrace-mpi was not built, or there is no mpirun"
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
}

# hosts RANKS ARG..: flagrace-mpi with so many ranks
hosts() {
	FLAGRACE_MARK=$BATS_TEST_TMPDIR mpirun --oversubscribe -np "$1" "$FLAGRACE-mpi" \
		"${@:2}" 3>&-
}

# is A B: fails unless both are the same
is() {
	[ "$1" = "$2" ] || { echo "$1 is not $2" >&2 && return 1; }
}

@test "two hosts share the items and the concurrency of a trial" {
	hosts 3 run $short --requests 21 --concurrency 5 --hosts 1,2 --out run
	is "$(column run/trials.csv verdict | sort -u)" valid
	is "$(column run/trials.csv ok | sort -u)" 21
	is "$(column run/trials.csv host_count | sort | tr '\n' ' ')" "1 2 "
	is "$(column run/trials.csv host_places | sort | tr '\n' ' ')" "3+2 5 "
	two=$(column run/trials.csv host_count | grep -n 2 | cut -d: -f1)
	awk -F, -v two="$two" '$2 == two' run/requests.csv >two
	is "$(cut -d, -f3 two | sort -un | wc -l)" 21
	is "$(awk -F, '{print $NF}' two | sort | uniq -c | xargs)" "13 1 8 2"
	# A row for each host of each trial.
	is "$(column run/hosts.csv trial | sort | uniq -c | awk '{print $1}' | sort | xargs)" "1 2"
	awk -F, -v two="$two" '$2 == two' run/hosts.csv >two
	is "$(cut -d, -f3,5,6 two | xargs)" "1,13,3 2,8,2"
	is "$(awk -F, -v two="$two" '$2 == two && $8 > most {most = $8} END {print most}' \
		run/hosts.csv)" "$(column run/trials.csv clock_bound_ns | sed -n "${two}p")"
	# A trial whose rows are there in part is run again.
	sed -i '$d' run/trials.csv
	sed -i '$d' run/hosts.csv
	hosts 3 run --resume run --quiet
	is "$(column run/trials.csv host_count | sort | tr '\n' ' ')" "1 2 "
	is "$(column run/hosts.csv trial | sort | uniq -c | awk '{print $1}' | sort | xargs)" "1 2"
	nothing_left
}

@test "what hosts cannot do is refused before anything is run" {
	run hosts 3 run $short --hosts 3 --out none
	[ "$status" -ne 0 ]
	[[ $output == *"hosts '3': mpirun started 2, besides the harness"* ]]
	run hosts 3 run $short --hosts 2 --concurrency 1 --out none
	[[ $output == *"some hosts would have none"* ]]
	run "$FLAGRACE" run $short --hosts 2 --out none
	is "$status" 2
	[[ $output == *"hosts '2': there is only this one"* ]]
	[ ! -e none ]
	nothing_left
}
