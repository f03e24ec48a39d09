#!/usr/bin/env bats
# What users and machines read stays as it is, byte for byte: each test prints
# a part of it and compares it with a file of tests/golden/files. Where every
# run has figures of its own, tests/golden/mask leaves only what kind they are.
#
# tests/golden/update writes the files anew, for a change that is meant.

HERE=$BATS_TEST_DIRNAME

setup() {
	: "${FLAGRACE:?is the program to test}"
	cp -r "$HERE"/runs/* "$HERE/suite.yaml" "$BATS_TEST_TMPDIR"
	cp -r "$HERE/../fixtures/run" "$BATS_TEST_TMPDIR/fixture"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# say ARGUMENTS: a command as its user sees it: standard output, then the
# lines of standard error behind '!', then the exit status if it is not 0
say() {
	local status=0

	echo "\$ flagrace $*"
	"$FLAGRACE" "$@" 2>errors || status=$?
	sed 's/^/! /' errors
	[ "$status" -eq 0 ] || echo "exit status $status"
	echo
}

# golden NAME: standard input is what the file NAME holds
golden() {
	local file=$HERE/files/$1

	cat >actual
	if [ -n "${GOLDEN_UPDATE:-}" ]; then
		cp actual "$file"
	elif ! diff -u --label "expected: tests/golden/files/$1" \
		--label "actual" "$file" actual; then
		echo "Is the new text meant? tests/golden/update ${FLAGRACE%/*}," \
			"then read 'git diff tests/golden' before you commit."
		return 1
	fi
}

teardown() {
	[ ! -S socket ] || tmux -S socket kill-server 2>/dev/null || true
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
	[ -z "${recorder:-}" ] || kill "$recorder" 2>/dev/null || true
}

# started COMMAND: runs it in the background; $pid and its first line, $ready
started() {
	rm -f first
	mkfifo first
	"$@" >first 3>&- &
	pid=$!
	read -r ready <first
}

# run_files NAME: the files of the run in NAME, with that name in the golden ones
run_files() {
	"$HERE/mask" csv <"$1/trials.csv" | golden "$1-trials.csv"
	"$HERE/mask" csv <"$1/requests.csv" | golden "$1-requests.csv"
	"$HERE/mask" run <"$1/run.json" | golden "$1-run.json"
}

@test "summary: the table, of each run" {
	for run in fixture sweep older newer; do say summary $run; done |
		golden summary-table
	say summary older newer | golden summary-two-runs
}

@test "summary: the table in other formats" {
	for format in csv json markdown; do
		for run in fixture sweep; do
			say summary $run --format $format
		done | golden summary-$format
	done
}

@test "summary: by columns, clocks and references" {
	for format in table csv json markdown; do
		say summary sweep --group-by strategy,fault --format $format
		say summary older --group-by strategy --format $format \
			--metric cpu_ns,throughput
		say summary fixture --reference openmp --group-by strategy \
			--clock elapsed --format $format
	done | golden summary-columns
	{
		say summary sweep --metric ok,efficiency
		say summary older --clock elapsed
		say summary older --reference epoll@2 --format csv
	} | golden summary-references
}

@test "summary: quantiles of requests" {
	for format in table csv json markdown; do
		say summary sweep --requests --format $format
		say summary fixture --requests --format $format \
			--group-by strategy --metric latency_ns,body_bytes
	done | golden summary-requests
}

@test "summary: the fit of a sweep" {
	for format in table csv json markdown; do
		say summary older --fit usl --format $format
	done | golden summary-fit
	say summary older --fit usl --clock elapsed --format csv |
		golden summary-fit-elapsed
}

@test "compare" {
	for format in table csv json markdown; do
		say compare older newer --format $format
		say compare sweep sweep --format $format --metric elapsed_ns
	done | golden compare
	{
		say compare older newer --metric cpu_ns,throughput \
			--fail-on 10%
		say compare fixture older
	} | golden compare-more
}

@test "history" {
	for format in table csv json markdown; do
		say history newer older --format $format
	done | golden history
	{
		say history older newer sweep --metric elapsed_ns \
			--reference epoll@2
		say history fixture sweep --format csv
	} | golden history-more
}

@test "plot: the numbers that gnuplot draws" {
	for run in older sweep fixture; do
		say plot $run --format svg
		for file in $run/plots/*.csv; do
			echo "== $file"
			cat "$file"
		done
	done | golden plot-data
}

@test "run --dry-run: the ready suites" {
	local status=0

	"$FLAGRACE" run scale --dry-run >/dev/null 2>&1 || status=$?
	[ "$status" -ne 4 ] || skip "the limits here do not allow every suite"
	# How long work takes is forecast from the CPUs that may be used: one.
	one=$(awk '/^Cpus_allowed_list:/ { sub(/[-,].*/, "", $2); print $2 }' \
		/proc/self/status)
	taskset --cpu-list --pid "$one" "$BASHPID" >/dev/null
	for suite in $("$FLAGRACE" list | awk '/^suite / { suites = 1; next }
		/^$/ { suites = 0 } suites { print $1 }'); do
		# Whether this one may run depends on this machine's rights.
		[ "$suite" = container ] || say run "$suite" --dry-run
	done | golden dry-run-ready
}

@test "run --dry-run: every setting" {
	{
		say run ./suite.yaml --dry-run
		say run --dry-run --strategy sequential,epoll@2 \
			--concurrency 1,3 --latency 1ms,500us \
			--requests 5,6 --connections reuse,fresh --capacity 0,3
		say run --dry-run --strategy pthread-map --latency spread \
			--latency-name spread=uniform:1ms,2ms --seed 9 \
			--arrivals closed,constant:50/s,poisson:50/s \
			--blocks auto --blocks-min 7 --blocks-max 9 \
			--precision 3 --warmup 0
		say run --dry-run --strategy epoll --requests 4 \
			--fault none --fault 503:5%,stall:1% --timeout 1s,2s \
			--exclude 'fault=none timeout=1s'
		say run --dry-run --strategy epoll --requests 4 \
			--payload 0,30kB --bandwidth none,64kB/s \
			--include 'strategy=openmp concurrency=4,8' \
			--exclude 'payload=30kB bandwidth=none' --blocks 3
	} | golden dry-run-settings
}

@test "run: the files of a run" {
	"$FLAGRACE" run --strategy sequential,null --latency 0ms --requests 2,3 \
		--blocks 2 --quiet --exec 'idle=true {nothing}' --out plain \
		>/dev/null
	sed -i '/"suite_text":/d' plain/run.json # the words of headline
	run_files plain
	(cd plain && find . -type f | sort) | golden plain-folder
}

@test "run: the files of a suite that sets every setting" {
	"$FLAGRACE" run ./suite.yaml --blocks 1 --quiet --out swept >/dev/null
	run_files swept
}

@test "agent: what it answers to orders" {
	"$FLAGRACE" agent <"$HERE/orders" | "$HERE/mask" rows |
		golden agent-answers
}

@test "agent: orders it refuses" {
	"$FLAGRACE" agent <"$HERE/refused-orders" | tail -n +2 |
		paste -d '\n' "$HERE/refused-orders" - | golden agent-refusals
}

@test "check: the orders, the log, and the reports in every format" {
	local formats=(table csv json markdown annotations junit
		smaller-is-better google-benchmark go-benchmark)
	local reports=()

	# A build that says how long its trials took.
	cp "$HERE/agent" base
	cp "$HERE/agent" head
	for format in "${formats[@]}"; do
		reports+=(--report "$format=ci.$format")
	done
	say check ci --base ./base --head ./head --pressure 100 --quiet \
		--strategy pthread-map,multi-epoll,epoll,null \
		--log log.csv "${reports[@]}" | golden check-ci
	for format in "${formats[@]}"; do
		echo "== $format"
		cat "ci.$format"
	done | golden check-ci-reports
	awk -F, 'NR == 1 || $2 < 2' log.csv |
		"$HERE/mask" csv elapsed_ns cpu_ns connections_opened |
		golden check-log.csv
	rm -- *.orders
	say check ./suite.yaml --base ./base --head ./head --pressure 100 \
		--quiet --report csv=suite.csv | golden check-suite
	golden check-suite.csv <suite.csv
	grep -vE '"block":([2-9]|1.)' base.orders | golden check-orders
}

@test "run: what it asks of the server at a URL" {
	started "$FLAGRACE" serve --port 0
	server=$pid
	started "$HERE/recorder" "${ready#listening on }" "$PWD/asked"
	recorder=$pid
	"$FLAGRACE" run --url "$ready" --strategy null --blocks 1 --warmup 0 \
		--requests 2 --latency 1ms --seed 5 --quiet \
		--include 'latency=uniform:1ms,2ms timeout=8s' \
		--include 'fault=503:5%,reset:1%' --include capacity=3 \
		--include 'payload=200 bandwidth=1MB/s' \
		--include arrivals=poisson:100/s --include connections=fresh \
		--out asked.run >/dev/null
	golden server-asked <asked
}

@test "help: the names of commands and of their options" {
	"$FLAGRACE" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
		while read -r command; do
			echo "$command"
			"$FLAGRACE" help "$command" |
				sed -nE 's/^ {2,6}((-., )?--[a-z-]+).*/  \1/p'
		done | golden options
}

# on_screen WIDTH KIND: what tests/golden/screens shows on a terminal of that
# width; a line that goes on in the next fails
on_screen() {
	local tmux=(tmux -u -f /dev/null -S socket)

	"${tmux[@]}" new-session -d -x "$1" -y 2000 \
		"'$HERE/screens' $2; tmux -S socket wait-for -S shown; read -r _"
	"${tmux[@]}" wait-for shown
	"${tmux[@]}" capture-pane -p | sed 's/ *$//' >lines
	"${tmux[@]}" capture-pane -p -J | sed 's/ *$//' >joined
	"${tmux[@]}" kill-server
	# The screen is higher than what is shown.
	tail -n 1 lines | grep -q '^$' || return 1
	diff lines joined >&2 || return 1
	sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' lines
}

@test "no line wraps on terminals of 60, 80, 100 and 140 columns" {
	command -v tmux >/dev/null || skip "tmux is not installed"
	cp "$HERE/agent" base
	cp "$HERE/agent" head
	for width in 60 80 100 140; do
		on_screen $width fixed >screen
		golden screen-$width <screen
	done
}

@test "no line wraps where figures differ each time" {
	command -v tmux >/dev/null || skip "tmux is not installed"
	cp "$HERE/agent" base
	cp "$HERE/agent" head
	on_screen 60 live >screen
	grep -q '^ *-  null@1' screen
}
