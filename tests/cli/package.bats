#!/usr/bin/env bats
# A strategy outside the tree is built against an installed flagrace, which then
# races it. BUILD is the build folder.

load common

ROOT=$BATS_TEST_DIRNAME/../..

setup_file() {
	cmake --install "$BUILD" --prefix "$BATS_FILE_TMPDIR/usr" >/dev/null
}

# race FILE: lets the installed program race that strategy
race() {
	run "$BATS_FILE_TMPDIR/usr/bin/flagrace" run --strategy "$1" \
		--blocks 1 --warmup 0 --latency 1ms --out run --quiet
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv strategy)" = skeleton ]
	[ "$(column run/trials.csv verdict)" = valid ]
}

@test "find_package, three lines of CMake, and the skeleton races" {
	mkdir mine
	cp "$ROOT/tests/package/CMakeLists.txt" mine
	cp "$ROOT/strategies/skeleton.c" mine/mine.c
	cmake -G Ninja -S mine -B mine/build \
		-DCMAKE_PREFIX_PATH="$BATS_FILE_TMPDIR/usr" >/dev/null
	cmake --build mine/build >/dev/null
	race ./mine/build/libmine.so
}

@test "the skeleton's command, also in docs/STRATEGIES.md: one call of gcc" {
	export PKG_CONFIG_PATH
	PKG_CONFIG_PATH=$(dirname "$(find "$BATS_FILE_TMPDIR/usr" -name flagrace.pc)")
	cp "$ROOT/strategies/skeleton.c" .
	command=$(sed -n 's/^ \* *\(gcc -shared.*\)/\1/p' skeleton.c)
	[ -n "$command" ]
	grep -qxF "$command" "$ROOT/docs/STRATEGIES.md"
	bash -c "${command/gcc/gcc -std=c17 -Wall -Wextra -Werror}"
	race ./mine.so
}

@test "each installed header compiles alone" {
	for header in "$BATS_FILE_TMPDIR"/usr/include/flagrace/*.h; do
		gcc -std=c17 -Wall -Wextra -Werror -fsyntax-only -x c \
			-I"$BATS_FILE_TMPDIR/usr/include" "$header"
	done
}
