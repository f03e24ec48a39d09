#!/usr/bin/env bats
# flagrace run --exec: programs in the race.

load common

EXEC=$BATS_TEST_DIRNAME/../../strategies/exec

# race EXEC [OPTION ..]: races that program and null, with a delay of $latency
race() {
	run "$FLAGRACE" run --exec "$1" --strategy null --blocks 1 --warmup 0 \
		--latency "${latency:-20ms}" --out run --quiet "${@:2}"
	echo "$output"
}

# of NAME COLUMN: prints that column of the strategy's row
of() {
	paste -d' ' <(column run/trials.csv strategy) \
		<(column run/trials.csv "$2") | sed -n "s/^$1 //p"
}

@test "the templates that are shipped download every item once" {
	race "@$EXEC/templates" --timeout 600s
	[ "$status" -eq 0 ]
	for name in curl aria2c xargs-curl python-threads python-processes \
		python-asyncio python-sequential; do
		[ "$(of $name verdict)" = valid ]
		[ "$(of $name samples)" = witness ]
		[ "$(of $name ok)" = 20 ]
		[ "$(of $name peak_in_flight)" -le 20 ]
	done
	[ "$(of null samples)" = client ]
	# what does not download has no rank
	[ "$(of python-start samples)" = none ]
	[ "$(of python-start verdict)" = valid ]
	[[ "$output" == *" -  python-start@1"* ]]
	[[ "$output" == *"samples (witness): a program"* ]]
	[[ "$output" == *"at most 1 request in flight; the first came after "* ]]
	# each of them is told the concurrency, or requests nothing
	[[ "$output" != *"{concurrency}"* ]]
}

@test "a program that is said to ask for nothing, and asks, is invalid" {
	race 'start=sh -c "true {nothing}"'
	[ "$status" -eq 0 ]
	rm -r run
	race 'asks=sh -c "curl -qso /dev/null {url}/flags/cn/cn.gif{nothing}"'
	[ "$status" -eq 4 ]
	[[ "$output" == *"requests by a strategy that declares it sends none"* ]]
}

@test "neither a proxy nor a wrapper that closes descriptors is in the way" {
	# port 9 discards: nobody is there
	export http_proxy=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9 \
		no_proxy=example.org HOME=$PWD
	echo 'proxy = "http://127.0.0.1:9"' >.curlrc
	printf '%s\n' 'import os, sys' 'from urllib.request import urlopen' \
		'assert os.environ["no_proxy"].startswith("example.org,127.0.0.1,")' \
		'assert os.environ["NO_PROXY"].startswith("127.0.0.1,")' \
		'for url in open(sys.argv[1]): urlopen(url).read()' >get.py
	race 'closed=sh -c "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; xargs -a {urls} -n 1 curl -q -s -o /dev/null"' \
		--requests 3 --exec 'config=curl -q -s --config {urls_curl}' \
		--exec 'python=python3 get.py {urls}'
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
	[[ "$output" == *"note: http_proxy is set; no_proxy tells the programs not to use the proxy"* ]]
	[[ "$output" != *.curlrc* ]]
	run "$FLAGRACE" run --dry-run --strategy null \
		--exec 'mine=curl -s --config {urls_curl}'
	[[ "$output" == *"warning: --exec mine: {concurrency} is not in the command, so the program is not told how many requests may be in flight"* ]]
	[[ "$output" == *"note: --exec mine: curl reads $PWD/.curlrc; to prevent that, make -q its first option"* ]]
}

@test "a concurrency is the program's to keep, and the witness's to see" {
	# So long that both are there, or else longer.
	for latency in 200ms 2s 20s; do
		rm -rf run
		race 'two=xargs -a {urls} -n 1 -P 2 curl -s -o /dev/null' \
			--concurrency 1 --requests 4 --timeout 600s
		[ "$status" -eq 0 ] || break
	done
	[ "$status" -eq 4 ]
	[[ "$output" == *"2 requests in flight at once; 1 allowed"* ]]
}

@test "an item that a program leaves out is named" {
	race 'few=sh -c "head -n 3 {urls} | xargs -n 1 curl -s -o /dev/null"'
	[ "$status" -eq 4 ]
	[[ "$output" == *"17 of 20 items were never performed; the first is item 3"* ]]
}

@test "a program that does nothing is invalid, one that is missing refused" {
	race 'nothing=true'
	[ "$status" -eq 4 ]
	[ "$(of nothing verdict)" = invalid ]
	rm -r run
	race 'missing=./no-such-program {urls}'
	[ "$status" -eq 2 ]
	[[ "$output" == *"--exec missing: cannot find the program './no-such-program'"* ]]
	[ ! -e run ]
}

@test "how a program ended is told" {
	race 'killed=sh -c "kill -9 $$"'
	[ "$status" -eq 4 ]
	[ "$(of killed verdict)" = crashed ]
	[[ "$output" == *"died of SIGKILL in download_many"* ]]
	rm -r run
	race 'broken=sh -c "exit 3"'
	[ "$status" -eq 4 ]
	[ "$(of broken verdict)" = invalid ]
	[[ "$output" == *"is item 0; the program exited with status 3"* ]]
	rm -r run
	# the witness saw them all: that the program complains is no fault
	race 'whole=sh -c "xargs -a {urls} -n 1 curl -s -o /dev/null; exit 3"'
	[ "$status" -eq 0 ]
	[ "$(of whole verdict)" = valid ]
}

@test "a program that never ends is killed, and nothing of it is left" {
	export FLAGRACE_MARK=$BATS_TEST_TMPDIR
	race 'endless=sh -c "sleep 1000 & sleep 1000"' --timeout 100ms \
		--requests 2
	[ "$status" -eq 4 ]
	[ "$(of endless verdict)" = timeout ]
	[ -z "$(ours | grep -vx $$ | grep -vx $BASHPID | xargs -rn 1 ps -o comm= -p | grep sleep)" ]
}

@test "{out} is an empty folder in every trial, and gone afterwards" {
	cat >program <<-'END'
		echo "$2" >>folders
		ls "$2" | wc -l >>contents
		touch "$2/left"
		xargs -a "$1" -n 1 -P 4 curl -s -o /dev/null
	END
	race 'folder=sh program {urls} {out}' --concurrency 4 --blocks 2
	[ "$status" -eq 0 ]
	[ "$(xargs <contents)" = "0 0" ]
	[ ! -e "$(head -n 1 folders)" ]
}

@test "words are split, not expanded" {
	race 'words=sh -c "printf %s\\\\n \"\$@\" >words; xargs -a \$0 -n 1 curl -s -o /dev/null" {urls} $HOME "a b" {concurrency} {requests} {url}'
	[ "$status" -eq 0 ]
	[ "$(sed -n 1p words)" = '$HOME' ]
	[ "$(sed -n 2p words)" = "a b" ]
	[ "$(sed -n 3,4p words | xargs)" = "20 20" ]
	[[ "$(sed -n 5p words)" == http://127.0.0.1:* ]]
}

@test "a template that is none is refused before anything runs" {
	race 'curl -s'
	[ "$status" -eq 2 ]
	[[ "$output" == *"expected NAME=COMMAND"* ]]
	race 'null=true'
	[ "$status" -eq 2 ]
	[[ "$output" == *"two strategies are called null"* ]]
	[ ! -e run ]
}

@test "rows that differ in more than the strategy say so" {
	run "$FLAGRACE" run --strategy sequential,multi-poll,fork-per-request \
		--blocks 1 --warmup 0 --latency 1ms --out run --quiet
	[ "$status" -eq 0 ]
	[ "$(grep -c "differs in: connections (fresh)" <<<"$output")" -eq 1 ]
	[ "$(grep -A 1 fork-per-request@ <<<"$output" | grep -c "differs in")" -eq 1 ]
	rm -r run
	run "$FLAGRACE" run --strategy sequential,fork-per-request \
		--connections fresh --blocks 1 --warmup 0 --latency 1ms \
		--out run --quiet
	[[ "$output" != *"differs in"* ]]
}
