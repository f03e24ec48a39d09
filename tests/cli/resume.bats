#!/usr/bin/env bats
# flagrace run --resume, and runs whose folder is damaged while they write to it.

load common

teardown() {
	[ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
	if [ -n "${mounted:-}" ]; then umount "$mounted"; fi
}

ROOT=$BATS_TEST_DIRNAME/../..
short="--quiet --latency 0ms --warmup 1 --blocks 4 --requests 5"
strategies="--strategy sequential,pthread-map@3,epoll@3"

# whole: checks that the folder run has 15 trials, each once, in order, with 5
# requests and as many connections as it says
whole() {
	[ "$(column run/connections.csv trial | uniq -c | awk '{print $1, $2}')" = \
		"$(paste -d ' ' <(column run/trials.csv connections_accepted) \
			<(column run/trials.csv trial))" ]
	[ "$(column run/trials.csv trial | xargs)" = "$(seq -s' ' 15)" ]
	[ "$(column run/requests.csv trial | uniq -c | awk '{print $1, $2}')" = \
		"$(seq 15 | sed 's/^/5 /')" ]
	[ "$(column run/trials.csv verdict | sort -u)" = valid ]
}

# cut_to BYTES FILE: keeps the first bytes of a file, as a killed writer leaves it
cut_to() {
	head -c "$1" "$2" >"$2.part" && mv "$2.part" "$2"
}

begin() {
	"$FLAGRACE" run --out run $short $strategies >/dev/null
}

@test "killed again and again, a run ends as if nothing had been" {
	"$ROOT/tests/drills/kills" 10
}

@test "a run cut at any byte of its files is made whole" {
	begin
	cp -r run whole
	trials=$(stat -c %s run/trials.csv) requests=$(stat -c %s run/requests.csv)
	connections=$(stat -c %s run/connections.csv)
	for part in 0 7 31 50 77 99; do
		rm -rf run && cp -r whole run
		cut_to $((trials * part / 100)) run/trials.csv
		cut_to $((requests * (part + 1) / 100)) run/requests.csv
		cut_to $((connections * (part + 2) / 101)) run/connections.csv
		run "$FLAGRACE" run --quiet --resume run
		[ "$status" -eq 0 ]
		whole
		for name in strategy block seed; do
			diff <(column whole/trials.csv $name) \
				<(column run/trials.csv $name)
		done
	done
	rm run/*.csv
	run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	whole
}

@test "what was whole before the cut is kept as it was" {
	begin
	cp run/trials.csv before
	printf 'run,16,half a ro' >>run/requests.csv
	cut_to $(($(stat -c %s run/trials.csv) - 9)) run/trials.csv
	run "$FLAGRACE" run --resume run
	[ "$status" -eq 0 ]
	[[ "$output" == *"resumed after 14 trials; incomplete rows after them were cut off"* ]]
	diff <(head -n 15 before) <(head -n 15 run/trials.csv)
	whole
}

@test "an empty line in a file costs no trial" {
	begin
	cp -r run whole
	empty='NR == at { printf "\n\r\n  \n" } { print }
		END { if (NR < at) printf "\n" }'
	for at in 1 2 5 99; do
		for file in trials requests connections; do
			rm -rf run && cp -r whole run
			awk -v at=$at "$empty" whole/$file.csv >run/$file.csv
			run "$FLAGRACE" run --resume run
			[ "$status" -eq 0 ]
			[[ "$output" == *"all of its 15 trials"* ]]
			diff whole/trials.csv <(grep , run/trials.csv)
			diff whole/requests.csv <(grep , run/requests.csv)
			diff whole/connections.csv <(grep , run/connections.csv)
		done
	done
	# what is added goes behind it
	rm -rf run && cp -r whole run
	awk -v at=4 "$empty" whole/trials.csv >run/trials.csv
	cut_to $(($(stat -c %s run/trials.csv) - 9)) run/trials.csv
	run "$FLAGRACE" run --resume run
	[[ "$output" == *"resumed after 14 trials; incomplete rows after them"* ]]
	sed -i '/,/!d' run/trials.csv
	whole
}

@test "a suite is resumed without its file" {
	printf '%s\n' 'strategy: [epoll, null]' 'blocks: 3' 'warmup: 0' \
		'latency-name: {far: 2ms}' 'latency: far' 'requests: 5' \
		'include: [{strategy: sequential, latency: 1ms}]' \
		'exclude: [{strategy: "null", latency: far}]' >mine.yaml
	"$FLAGRACE" run ./mine.yaml --out run --quiet >/dev/null
	cp run/trials.csv before
	rm mine.yaml
	cut_to 2500 run/trials.csv
	run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	for name in trial suite strategy latency block; do
		diff <(column before $name) <(column run/trials.csv $name)
	done
}

@test "a finished run has nothing left to do" {
	begin
	rm -r run/plots
	cp -r run before
	run "$FLAGRACE" run --resume run --format csv
	[ "$status" -eq 0 ]
	[[ "$output" == *"the run is complete: all of its 15 trials are done"* ]]
	[[ "$output" == *epoll* && "$output" != *resumed* ]]
	rm -rf run/plots
	diff -r before run
}

@test "a dry run tells what is left, and touches nothing" {
	begin
	cut_to $(($(stat -c %s run/trials.csv) - 9)) run/trials.csv
	cp -r run before
	run "$FLAGRACE" run --resume run --dry-run
	[ "$status" -eq 0 ]
	[[ "$output" == *": 15 trials, 14 of them done, about "*" ms" ]]
	diff -r before run
	"$FLAGRACE" run --quiet --resume run
	run "$FLAGRACE" run --resume run --dry-run
	[[ "$output" == *": 15 trials, 15 of them done, about 0 ms" ]]
}

@test "run.json tells when a run was resumed, and by what" {
	begin
	cut_to 3000 run/trials.csv
	sed -i 's/"kernel": "[^"]*"/"kernel": "0.0.1"/' run/run.json
	run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	[[ "$output" == *'note: kernel was "0.0.1" when the run was started'* ]]
	python3 -c '
import json
run = json.load(open("run/run.json"))
assert run["host"]["kernel"] == "0.0.1"
part, = run["resumed"]
assert part["command_line"] == ["flagrace", "run", "--quiet", "--resume", "run"]
assert part["host"]["kernel"] != "0.0.1"
assert 0 < part["trials"] < 15 and part["at"].endswith("Z")
assert run["settings"]["blocks"] == 4'
}

@test "a resumed run keeps its settings; how it is shown may change" {
	begin
	for other in "--blocks 5" "--seed 2" "--strategy null" "--timeout 1s" \
		"--exec x=true"; do
		run "$FLAGRACE" run --resume run $other
		[ "$status" -eq 2 ]
		[[ "$output" == *"${other%% *} is not what the run was started with"* ]]
	done
	for other in "--out other" headline; do
		run "$FLAGRACE" run --resume run $other
		[ "$status" -eq 2 ]
		[[ "$output" == *"name no other"* ]]
	done
	run "$FLAGRACE" run --quiet --resume run --blocks 4 --format csv --clock elapsed
	[ "$status" -eq 0 ]
}

@test "a run of an older version, with fewer columns, is refused and not touched" {
	begin
	for file in trials requests; do
		rm -rf old && cp -r run old
		sed -i '$d; s/,[^,]*$//' old/$file.csv
		cp -r old before
		run "$FLAGRACE" run --resume old
		echo "$output"
		[ "$status" -eq 2 ]
		[[ "$output" == *"old/$file.csv has other columns than this version writes"* ]]
		diff -r before old
		rm -rf before
	done
	# A text editor may have marked it and changed the lines' ends.
	sed -i '$d; s/$/\r/; 1s/^/\xef\xbb\xbf/' run/trials.csv
	run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	sed -i 's/\r$//' run/trials.csv # for the function `column`
	whole
}

@test "what is no run's folder is not resumed, and not touched" {
	mkdir empty
	for folder in nowhere empty; do
		run "$FLAGRACE" run --resume $folder
		[ "$status" -eq 2 ]
		[[ "$output" == *"only a run's folder can be resumed"* ]]
		[[ "$output" != *.lock* ]]
	done
	[ -z "$(ls -A empty)" ]
	begin
	for json in '' '{' '[]' '{"run": 5}' '{"run": "run"}' \
		'{"run": "run", "settings": []}' \
		'{"run": "run", "settings": {"blocks": -1}}' \
		'{"run": "run", "settings": {"blocks": "4"}}' \
		'{"run": "run", "settings": {"colour": "red"}}'; do
		printf %s "$json" >run/run.json
		run "$FLAGRACE" run --resume run
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *run.json* ]]
	done
	whole
}

@test "a file that was put away is missed, and the other not touched" {
	begin
	cp -r run whole
	for file in trials requests; do
		rm -rf run && cp -r whole run
		rm run/$file.csv
		run "$FLAGRACE" run --resume run
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"run/$file.csv is missing"* ]]
		[ ! -e run/$file.csv ]
		cp whole/$file.csv run/
		diff -r whole run
	done
}

@test "rows that are not of the plan are refused, and not touched" {
	begin
	cp -r run whole
	swap='NR == 5 { held = $0; next } { print } NR == 6 { print held }'
	for file in trials requests; do
		rm -rf run && cp -r whole run
		awk "$swap" whole/$file.csv >run/$file.csv
		cp run/$file.csv before
		run "$FLAGRACE" run --resume run
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$file.csv"*expected* ]]
		cmp before run/$file.csv
	done
	rm -rf run && cp -r whole run
	sed -i '4s/,sequential,\|,epoll,\|,pthread-map,/,openmp,/' run/trials.csv
	run "$FLAGRACE" run --resume run
	[ "$status" -eq 2 ]
	[[ "$output" == *"trial 3 is openmp@"*"according to run.json"* ]]
}

@test "a folder that is being written to is refused to a second process" {
	"$FLAGRACE" run --out run --quiet --blocks 1000 --latency 20ms \
		--strategy process-pool >/dev/null 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F run/trials.csv 2>/dev/null | head -n 2 >/dev/null
	run "$FLAGRACE" run --resume run
	[ "$status" -eq 4 ]
	[[ "$output" == *"process $pid is writing to run"* ]]
	# the lock ends with the process, even if its children should live on
	kill -KILL "$pid"
	wait "$pid" || true
	run "$FLAGRACE" run --resume run --blocks 1
	[ "$status" -eq 2 ]
	[[ "$output" == *"--blocks is not"* ]]
}

# tidy: checks that there are whole rows only, and all requests of every trial
tidy() {
	for file in run/trials.csv run/requests.csv; do
		[ -z "$(tail -c 1 $file | tr -d '\n')" ]
	done
	trials=$(column run/trials.csv trial | wc -l)
	[ "$trials" -gt 0 ]
	[ "$(column run/requests.csv trial | wc -l)" -eq $((trials * $1)) ]
}

@test "a file that may not grow: a clear word, and whole rows only" {
	run bash -c "ulimit -f 64; exec '$FLAGRACE' run --out run --quiet \
		--warmup 0 --blocks 100 --latency 0ms --strategy epoll --requests 50"
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot write to run: File too large; what was measured before is kept"* ]]
	tidy 50
	run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	tidy 50
	[ "$trials" -eq 100 ]
}

@test "a full disk: a clear word, whole rows only, and resumed with room" {
	mkdir disk
	mount -t tmpfs -o size=128k none disk 2>/dev/null || skip "may not mount"
	mounted=disk
	run "$FLAGRACE" run --out disk/run --quiet --warmup 0 --blocks 60 \
		--latency 0ms --strategy epoll --requests 50
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot write to disk/run: No space left on device; what was measured before is kept"* ]]
	cd disk
	tidy 50
	cd ..
	mount -o remount,size=2m disk
	run "$FLAGRACE" run --quiet --resume disk/run
	[ "$status" -eq 0 ]
	cd disk
	tidy 50
	cd ..
	[ "$trials" -eq 60 ]
}

@test "a full disk from the beginning: no run" {
	mkdir disk
	mount -t tmpfs -o size=4k,nr_inodes=3 none disk 2>/dev/null ||
		skip "may not mount"
	mounted=disk
	run "$FLAGRACE" run --out disk/run --quiet --blocks 1
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"disk/run: No space left on device; choose another"* ]]
	[ -z "$(ls -A disk/run)" ]
}

# Root may write anywhere, unless it has given up that right.
unprivileged() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set=-dac_override,-dac_read_search "$@"
	else
		"$@"
	fi
}

@test "a folder that may not be written to" {
	mkdir locked && chmod a-w locked
	run unprivileged "$FLAGRACE" run --out locked --blocks 1
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"locked: Permission denied; choose another with --out DIR" ]]
	begin
	chmod a-w run run/*
	chmod a-w run/.lock
	run unprivileged "$FLAGRACE" run --resume run
	[ "$status" -eq 4 ]
	[[ "$output" == *"run: Permission denied"* ]]
}

@test "a folder that is removed or moved in mid-run" {
	for away in "rm -r" "mv -t elsewhere"; do
		mkdir -p elsewhere
		"$FLAGRACE" run --out run --quiet --blocks 1000 --latency 20ms \
			--strategy process-pool >out 2>err 3>&- &
		pid=$!
		tail -s 0.1 -n +1 -F run/trials.csv 2>/dev/null | head -n 2 >/dev/null
		$away run
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 4 ]
		grep -q "output folder run was removed or moved" err
	done
}

# Starts a run that waits in its trial, with three trials done; then runs $@.
meddle() {
	rm -rf run
	"$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1000 --latency 20ms \
		--strategy epoll >out 2>err 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F run/trials.csv 2>/dev/null | head -n 4 >/dev/null
	"$@"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 4 ]
}

@test "a file that is removed in mid-run is put back, and the run goes on later" {
	for file in requests trials connections; do
		meddle rm run/$file.csv
		grep -q "run/$file.csv was removed while the run was writing to it; it was put back" err
		tidy 20
		[ "$trials" -ge 3 ]
		run "$FLAGRACE" run --resume run --dry-run
		[ "$status" -eq 0 ]
		[[ "$output" == *"1000 trials, $trials of them done"* ]]
	done
}

@test "a file that is cut, grown or replaced in mid-run is not written to again" {
	for harm in "truncate -s 0" "truncate -s +1" "cp --remove-destination out"; do
		for file in requests trials connections; do
			meddle $harm run/$file.csv
			grep -q "run/$file.csv was .* while the run was writing to it" err
		done
	done
}

@test "trials that only one file has are run again, and what is cut is kept" {
	begin
	cp -r run whole
	for harm in "truncate -s 0" "fill" "third"; do
		for file in trials requests connections; do
			rm -rf run && cp -r whole run
			case $harm in
			third) cut_to $(($(stat -c %s run/$file.csv) / 3)) run/$file.csv ;;
			fill) head -c "$(stat -c %s run/$file.csv)" /dev/zero >run/$file.csv ;;
			*) $harm run/$file.csv ;;
			esac
			other=trials
			[ $file != trials ] || other=requests
			run "$FLAGRACE" run --quiet --resume run
			[ "$status" -eq 0 ]
			[[ "$output" == *"warning: $other.csv has rows of "*" trials that are missing in another file; these trials are run again, and the rows cut off are in run/$other.csv.cut"* ]]
			whole
			# the old rows are all there, in two files
			lines=$(cat whole/$other.csv | wc -l)
			kept=$(cat run/$other.csv.cut | wc -l)
			diff <(tail -n $kept whole/$other.csv) run/$other.csv.cut
			[ "$kept" -lt "$lines" ] && [ "$kept" -gt 1 ]
		done
	done
	# a second time keeps what the first has kept
	truncate -s 0 run/trials.csv
	"$FLAGRACE" run --quiet --resume run
	[ -s run/requests.csv.cut-2 ] || [ -s run/requests.csv.cut ]
	whole
}

@test "a run of another user is not gone on with" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	begin
	marker='x=touch ran'
	for owned in run run/run.json; do
		chown -R 0:0 run
		chown 12345 $owned
		for dry in "" --dry-run; do
			run "$FLAGRACE" run --resume run $dry
			[ "$status" -eq 2 ]
			[[ "$output" == *"run belongs to user 12345, and --resume executes what its run.json says"*"cp -r run MINE" ]]
		done
	done
	# who calls root by sudo(8) is the user
	chown -R 12345 run
	SUDO_UID=12345 run "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	# the remedy
	cp -r run mine
	run "$FLAGRACE" run --quiet --resume mine
	[ "$status" -eq 0 ]
}

@test "a run that cannot be written for want of something exits with 4" {
	mkdir disk
	mount -t tmpfs -o size=16k none disk 2>/dev/null || skip "may not mount"
	mounted=disk
	# run.json has a text of one page: its end is what does not fit
	head -c 12288 /dev/zero >disk/full
	run "$FLAGRACE" run --out disk/run --quiet --blocks 1 \
		--strategy "$(seq -f 'null@%g' -s, 1 1 2)" --latency-name "$(printf 'a%.0s' {1..9000})=1ms"
	[ "$status" -eq 4 ]
	[[ "$output" == *"No space left on device"* ]]
	mount -o remount,ro disk
	run "$FLAGRACE" run --out disk/other
	[ "$status" -eq 4 ]
	[[ "$output" == *"Read-only file system"* ]]
}

@test "a clock that goes back changes no time but started_at" {
	command -v faketime >/dev/null || skip "no faketime"
	# its runtime may be a library or a part of the program
	if grep -qE '__[at]san_init' "$FLAGRACE"; then
		skip "a sanitizer must be loaded before faketime"
	fi
	# not the server's: faketime moves its timers as well
	"$FLAGRACE" serve --port 0 >ready 3>&- &
	pid=$!
	until grep -q http ready; do :; done
	export FAKETIME_DONT_FAKE_MONOTONIC=1
	faketime -f '@2030-01-01 00:00:00' "$FLAGRACE" run --out run $short \
		--url "$(grep -o 'http://.*' ready)" $strategies >/dev/null
	cut_to 3000 run/trials.csv
	run faketime -f '@2029-01-01 00:00:00' "$FLAGRACE" run --quiet --resume run
	[ "$status" -eq 0 ]
	whole
	[ "$(column run/trials.csv started_at | cut -c1-4 | uniq | xargs)" = "2030 2029" ]
	# no time is longer than the test: none was taken from that clock
	[ "$(column run/trials.csv elapsed_ns | sort -n | tail -n 1)" -lt 60000000000 ]
	# a folder named after that moment, twice
	for _ in 1 2; do
		faketime '2020-01-01 00:00:00' "$FLAGRACE" run $short \
			--url "$(grep -o 'http://.*' ready)" \
			--strategy null >/dev/null
	done
	[ "$(ls results | wc -l)" -eq 2 ]
}
