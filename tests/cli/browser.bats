#!/usr/bin/env bats
# The page of flagrace report in Chromium: script/bootstrap browser installs what
# that takes.

load common

ROOT=$BATS_TEST_DIRNAME/../..
BROWSER=$BATS_TEST_DIRNAME/../browser

setup() {
	for program in chromium node gnuplot; do
		command -v $program >/dev/null || skip "no $program"
	done
	[ -d "$BROWSER/node_modules" ] ||
		skip "no modules: script/bootstrap browser installs them"
	cd "$BATS_TEST_TMPDIR"
}

@test "a page sorts, filters, shows values, and asks for nothing" {
	"$FLAGRACE" report "$ROOT/results/reference" --out page.html
	node "$BROWSER/report.mjs" page page.html
}

@test "texts of a run harm nothing, whatever they are" {
	"$BROWSER/hostile" "$ROOT/tests/fixtures/run" run
	"$FLAGRACE" report run --out page.html
	node "$BROWSER/report.mjs" hostile page.html
	[ "$(find . -name x)" = "" ]
}
