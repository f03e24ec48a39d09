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
	[[ "$output" == *"skipped: multi-epoll cannot run here: epoll_pwait2(2): Function not implemented; it needs Linux 5.11; "* ]]
	[[ "$output" == *"skipped: epoll cannot run here: "*"seccomp profile"* ]]
}

@test "by name it is refused with the remedy, and may be excluded" {
	race EPERM io_uring_setup io-uring,sequential
	[ "$status" -eq 4 ]
	[[ "$output" == *"io-uring cannot run here: io_uring_setup(2)"*"seccomp profile"* ]]
	[ ! -e run/trials.csv ]
	race ENOSYS epoll_pwait2 epoll
	[ "$status" -eq 4 ]
	[[ "$output" == *"it needs Linux 5.11; if the kernel is not older, allow it in the container's seccomp profile"* ]]
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

@test "strategies on threads need clone3, or not to be told that it is forbidden" {
	race EPERM clone3 all@2
	[ "$status" -eq 0 ]
	[[ "$output" == *"skipped: pthread-map cannot run here: clone3(2): Operation not permitted; use Docker 20.10.10 or later"* ]]
	[[ "$(column run/trials.csv strategy)" != *pthread* ]]
	rm -rf run
	race EPERM clone3 openmp@2
	[ "$status" -eq 4 ]
	[[ "$output" == *"openmp cannot run here: clone3(2)"*"seccomp profile"* ]]
	rm -rf run
	race ENOSYS clone3 pthread-map,openmp@2
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | xargs)" = "valid valid" ]
}

# Commands besides run; `old` is a run
others=("list" "--version" "summary old" "compare old old" "history old"
	"report old --out page.html" "export old --out runs.sqlite" "doctor"
	"download CN --save got" "link --rtt 1ms -- true"
	"check --base-strategy sequential --head-strategy sequential --requests 1 --latency 0ms --blocks-max 8 --pressure 100")

# works COMMAND: the exit status is that of a command that has done its work
works() {
	case $1 in
	check) [[ "$status" == [013] ]] ;;
	*) [ "$status" -eq 0 ] ;;
	esac
}

@test "a container's profile, and files for memory, cost no command anything" {
	"$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms --requests 3 \
		--strategy sequential --quiet --out old
	for call in container memfd_create; do
		for command in "${others[@]}" "plot old"; do
			[ "$call ${command%% *}" != "container link" ] || continue
			rm -rf page.html runs.sqlite got
			run "$DENY" EPERM $call -- "$FLAGRACE" $command
			echo "$call, $command: $status, $output"
			works "${command%% *}"
		done
	done
	[ -z "$(find . -name 'flagrace-??????')" ]
}

@test "every command that measures, serves or links names the call" {
	for command in "${others[@]:8}" "serve --port 0" "agent" \
		"tune --strategy epoll --out tuned" "advise --out advised"; do
		run "$DENY" ENOSYS timerfd_create -- "$FLAGRACE" $command
		echo "$command: $status, $output"
		[ "$status" -eq 4 ]
		[[ "$output" == *"timerfd_create(2): Function not implemented; it needs Linux 5.11;"*"seccomp profile"* ]]
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
	[ "$rows" -ge 37 ]
}

# expected COMMAND CELL: the status and the words that a cell has for a command, a
# line each; nothing: it works
expected() {
	grep -oP "\`$1\` \K\d+ \`[^\`]*" <<<"$2" | sed 's/ `/\n/'
}

# judge COMMAND CELL: the command has ended as the cell says
judge() {
	local -a told
	mapfile -t told < <(expected "$1" "$2")
	if [ ${#told[@]} -eq 0 ]; then
		works "$1"
	else
		[ "$status" -eq "${told[0]}" ] && [[ "$output" == *"${told[1]}"* ]]
	fi
}

@test "docs/PLATFORMS.md: environments" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	unshare -m true || skip "no mount namespaces here"
	local rows=0 command
	cd "$BATS_TEST_DIRNAME/../.." || false
	# Not in /tmp, which some rows cover
	place=$(mktemp -d -p "$BUILD")
	cd "$place" || false
	localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 || true
	"$FLAGRACE" run --blocks 1 --warmup 0 --latency 1ms --requests 3 \
		--strategy sequential --quiet --out old
	chmod -R a+rwX .
	while IFS=$'\t' read -r name how expected words cell; do
		rows=$((rows + 1))
		rm -rf run page.html runs.sqlite got
		how=${how#\`} how=${how%\`}
		eval "run $how $FLAGRACE run --blocks 1 --warmup 0 --latency 1ms \
			--requests 3 --out run --quiet --strategy sequential"
		echo "$name: $status, $output"
		[ "$status" -eq "$expected" ]
		holds "$words"
		for command in "${others[@]}"; do
			eval "run $how $FLAGRACE $command"
			echo "$name: $command: $status, $output"
			judge "${command%% *}" "$cell"
		done
	done < <(cells Environments)
	cd / && rm -r "$place"
	[ "$rows" -ge 25 ]
}

@test "decimal commas change no byte of what is shown" {
	localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 ||
		skip "the sources of locales are not installed (package locales)"
	export LOCPATH=$PWD
	[ "$(LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ]
	"$FLAGRACE" run --blocks 2 --warmup 0 --latency 1.5ms --requests 3 \
		--strategy sequential,epoll@2 --quiet --out run
	for locale in C de_DE.UTF-8; do
		LC_ALL=$locale "$FLAGRACE" summary run >table-$locale
		LC_ALL=$locale "$FLAGRACE" plot run --out plots-$locale
	done
	cmp table-C table-de_DE.UTF-8
	diff -r plots-C plots-de_DE.UTF-8
}
