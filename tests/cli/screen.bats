#!/usr/bin/env bats
# What all commands have in common on a terminal: colours, and lines that fit.
# tests/golden has the screens themselves.

load common

RUN=$BATS_TEST_DIRNAME/../fixtures/run

# terminal COMMAND: runs it on a terminal; standard output is what it shows
terminal() {
	script -qec "stty cols 60; $*" /dev/null </dev/null
}

escapes() {
	grep -c $'\033\\[' || true
}

@test "colours are for terminals, unless NO_COLOR or --color says otherwise" {
	unset NO_COLOR CLICOLOR_FORCE
	export TERM=xterm
	[ "$("$FLAGRACE" summary "$RUN" | escapes)" -eq 0 ]
	[ "$(terminal "'$FLAGRACE' summary '$RUN'" | escapes)" -gt 0 ]
	[ "$(NO_COLOR=1 terminal "'$FLAGRACE' summary '$RUN'" | escapes)" -eq 0 ]
	[ "$(TERM=dumb terminal "'$FLAGRACE' summary '$RUN'" | escapes)" -eq 0 ]
	[ "$(terminal "'$FLAGRACE' summary '$RUN' --color never" |
		escapes)" -eq 0 ]
	[ "$("$FLAGRACE" summary "$RUN" --color=always | escapes)" -gt 0 ]
	[ "$(NO_COLOR=1 "$FLAGRACE" summary "$RUN" --color always |
		escapes)" -gt 0 ]
	[ "$("$FLAGRACE" doctor --color always | escapes)" -gt 0 ]
	# What programs read has none.
	for format in csv json markdown; do
		[ "$("$FLAGRACE" summary "$RUN" --format $format \
			--color always | escapes)" -eq 0 ]
	done
}

@test "--color is an option of each command" {
	run "$FLAGRACE" list --color sometimes
	[ "$status" -eq 2 ]
	[[ "$output" == *"--color 'sometimes': must be one of auto, always, never" ]]
	for command in run tune advise download serve link list summary plot \
		check selftest compare history agent doctor; do
		"$FLAGRACE" $command --help | grep -q -- '--color WHEN'
	done
}

@test "COLUMNS is the width where there is no terminal" {
	export LC_ALL=C.UTF-8
	for columns in 60 80; do
		for words in "summary $RUN" "compare $RUN $RUN" list doctor \
			"history $RUN" "plot $RUN --format term" "run --help"; do
			[ "$(COLUMNS=$columns "$FLAGRACE" $words 2>/dev/null |
				wc -L)" -le $columns ]
		done
		# Lines of what programs read are whole.
		COLUMNS=$columns "$FLAGRACE" summary "$RUN" --format csv |
			diff - <("$FLAGRACE" summary "$RUN" --format csv)
	done
}

@test "list --format json: the names and numbers of the table" {
	"$FLAGRACE" list --format json >listed
	python3 -c '
import json
told = json.load(open("listed"))
for strategy in told["strategies"]:
    print(strategy["name"], strategy["default"],
        strategy["most"] or "unbounded", strategy["summary"])
print()
for suite in told["suites"]:
    print(suite["name"], suite["question"])' >names
	"$FLAGRACE" list | awk '/^(strategy|suite) / { in_it = 1; next }
		/^$/ { if (in_it) print; in_it = 0 }
		in_it { gsub(/ +/, " "); print }' | sed '$d' | diff - names
}

@test "plot --format term has a picture of each sweep" {
	export LC_ALL=C.UTF-8 COLUMNS=70
	"$FLAGRACE" plot "$BATS_TEST_DIRNAME/../golden/runs/older" \
		--format term >shown
	grep -q 'How does the throughput grow with concurrency?' shown
	# The most of a curve has the longest bar, and a star.
	awk '/grow with/ { in_it = 1 } /^$/ { in_it = 0 }
		in_it && /\/s/ { print gsub(/█/, ""), /\*/ ? "star" : "" }' shown |
		sort -n | tail -n 1 | grep -q star
}
