#!/usr/bin/env bats
# System calls that a container refuses: `all` skips a strategy that cannot run;
# one that is asked for by name is an error.

load common

PLATFORMS=$BATS_TEST_DIRNAME/../../docs/PLATFORMS.md

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	"$DENY" ENOSYS pidfd_open -- true || skip "no seccomp filters here"
}

race() { # ERROR CALL STRATEGIES [OPTION ..]
	run "$DENY" "$1" "$2" -- "$FLAGRACE" run --blocks 1 --warmup 0 \
		--latency 1ms --requests 3 --out run --quiet --strategy "$3" \
		"${@:4}"
	echo "$output"
}

@test "all skips what is refused, says why, and is no failure" {
	local cells
	race EPERM io_uring_setup all
	[ "$status" -eq 0 ]
	[[ "$output" == *"skipped: io-uring cannot run here: io_uring_setup(2): Operation not permitted;"*"kernel.io_uring_disabled=0"* ]]
	cells=" $(column run/trials.csv strategy | xargs) "
	[[ "$cells" != *" io-uring "* && "$cells" == *" epoll "* ]]
	rm -r run
	race ENOSYS epoll_pwait2 all@2
	[ "$status" -eq 0 ]
	[[ "$output" == *"skipped: multi-epoll cannot run here: epoll_pwait2(2): Function not implemented; Linux 5.11 "* ]]
	[[ "$output" == *"skipped: epoll cannot run here: "*"seccomp profile"* ]]
}

@test "by name it is refused with the remedy, and may be excluded" {
	race EPERM io_uring_setup io-uring,sequential
	[ "$status" -eq 4 ]
	[[ "$output" == *"io-uring cannot run here: io_uring_setup(2)"*"seccomp profile"* ]]
	[ ! -e run/trials.csv ]
	race ENOSYS epoll_pwait2 epoll
	[ "$status" -eq 4 ]
	[[ "$output" == *"Linux 5.11 and later have it"* ]]
	race EPERM io_uring_setup io-uring,sequential \
		--exclude strategy=io-uring
	[ "$status" -eq 0 ]
	run "$DENY" EPERM epoll_pwait2 -- "$FLAGRACE" download CN \
		--strategy multi-epoll
	[ "$status" -eq 4 ]
	[[ "$output" == *"multi-epoll cannot run here"* ]]
}

@test "what the harness itself cannot do without is told" {
	for error in EPERM ENOSYS; do
		rm -rf run
		race $error pidfd_open sequential
		[ "$status" -eq 4 ]
		[[ "$output" == *"pidfd_open(2)"*"seccomp profile"* ]]
	done
}

# cells HEADING: the rows of the table under a heading of the page, a cell a line
# part, divided by tabs, without backquotes around cells
cells() {
	sed -n "/^## $1/,/^## [^$(printf %.1s "$1")]/p" "$PLATFORMS" | grep '^| ' |
		tail -n +2 | sed 's/^| //; s/ |$//; s/ | /\t/g'
}

# holds WORDS: what the last cell says in backquotes first is in the output; a run
# that is as ever has a valid trial
holds() {
	case $1 in
	"the run is as ever"*) [ "$(column run/trials.csv verdict)" = valid ] ;;
	\`*) [[ "$output" == *"$(cut -d\` -f2 <<<"$1")"* ]] ;;
	*) false ;;
	esac
}

@test "docs/PLATFORMS.md: system calls that are refused" {
	local rows=0
	while IFS=$'\t' read -r call strategy expected words; do
		for error in EPERM ENOSYS; do
			rm -rf run
			race $error "${call//\`/}" "${strategy//\`/}"
			echo "$error $call $strategy: $status"
			[ "$status" -eq "$expected" ]
			holds "$words"
		done
		rows=$((rows + 1))
	done < <(cells "System calls")
	[ "$rows" -ge 13 ]
}

@test "docs/PLATFORMS.md: environments" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	unshare -m true || skip "no mount namespaces here"
	local rows=0
	cd "$BATS_TEST_DIRNAME/../.." || false
	place=$(mktemp -d -p "$BUILD")
	cd "$place" || false
	while IFS=$'\t' read -r name how expected words; do
		rows=$((rows + 1))
		rm -rf run
		how=${how#\`} how=${how%\`}
		eval "run $how $FLAGRACE run --blocks 1 --warmup 0 --latency 1ms \
			--requests 3 --out run --quiet --strategy sequential"
		echo "$name: $status, $output"
		[ "$status" -eq "$expected" ]
		holds "$words"
	done < <(cells Environments)
	cd / && rm -r "$place"
	[ "$rows" -ge 8 ]
}
