#!/usr/bin/env bats
# Runs the commands that docs/DEBUGGING.md shows in sh blocks. BUILD is the build
# folder, which the page calls build/dev.

load common

ROOT=$BATS_TEST_DIRNAME/../..

# shown: prints the page's commands, without comments
shown() {
	sed -n '/^```sh$/,/^```$/p' "$ROOT/docs/DEBUGGING.md" |
		sed '/^```/d; s/ *#.*//; /^$/d'
}

@test "the commands of docs/DEBUGGING.md work" {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	ln -s "$ROOT/tests" tests
	mkdir build && ln -s "$BUILD" build/dev
	flagrace serve --port 0 >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on }
	# A container may not let one process trace another.
	gdb -batch -ex run --args true 2>&1 | grep -q 'exited normally' && traces=1
	count=0
	while read -r line; do
		line=${line//http:\/\/127.0.0.1:8001/$url}
		case $line in
		"flagrace serve"*) continue ;; # it runs
		ctest*" -N") line="$line >names && grep -q cli.debugging names" ;;
		ctest*" -R "*) line="${line/ --output-on-failure/} -N | grep '^Total Tests: 1\$'" ;;
		bats*) line="test \"\$($line --count)\" -gt 0" ;;
		gdb*) [ -n "${traces:-}" ] || continue
			line="$line 2>&1 | tee gdb.txt; grep -E '^#0 .*(run_strategy|knows_nothing)' gdb.txt" ;;
		esac
		echo "$line"
		bash -c "$line" </dev/null
		count=$((count + 1))
	done < <(shown)
	kill "$server"
	wait "$server"
	[ "$count" -ge 11 ]
	[ "$(column again/trials.csv verdict)" = valid ]
	[ "$(column again/trials.csv seed)" = 7 ]
	[ "$(column looked/trials.csv verdict)" = valid ]
}

@test "the page lists the witness's columns, and no others" {
	"$FLAGRACE" serve --port 0 >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	curl -s "${url#listening on }/_flagrace/witness" | head -n 1 | tr -d '\r' |
		tr , '\n' | sort >columns
	kill "$server"
	wait "$server"
	sed -n '/^| column | meaning |$/,/^$/p' "$ROOT/docs/DEBUGGING.md" |
		cut -d'|' -f2 | grep -o '`[a-z_]*`' | tr -d '`' | sort | diff columns -
}
