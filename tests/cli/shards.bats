#!/usr/bin/env bats
# flagrace run --shard, and commands that read the shards as one run.

load common

short="--quiet --strategy sequential,pthread-map@3 --latency 1ms --requests 5 --warmup 1 --blocks 7"

setup_file() {
	# The runs need no pictures.
	mkdir "$BATS_FILE_TMPDIR/undrawn"
	ln -s /bin/true "$BATS_FILE_TMPDIR/undrawn/gnuplot"
	cd "$BATS_FILE_TMPDIR" || exit 1
	for k in 1 2 3; do shard "$k/3" "shard-$k"; done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp -r "$BATS_FILE_TMPDIR"/shard-* .
	PATH=$BATS_FILE_TMPDIR/undrawn:$PATH
}

# shard K/N FOLDER [OPTION..]: runs it
shard() {
	PATH=$BATS_FILE_TMPDIR/undrawn:$PATH "$FLAGRACE" run $short \
		--shard "$1" --out "$2" "${@:3}" >/dev/null
}

# trials RUN..: the measured trials, by what the plan says of them
trials() {
	for run in "$@"; do
		paste -d, <(column "$run/trials.csv" block) \
			<(column "$run/trials.csv" trial) \
			<(column "$run/trials.csv" strategy) \
			<(column "$run/trials.csv" seed)
	done | grep -v '^0,' | sort
}

@test "the shards of a run have together its trials" {
	"$FLAGRACE" run $short --out whole >/dev/null
	diff <(trials whole) <(trials shard-*)
	[ "$(column shard-2/trials.csv block | uniq | xargs)" = "0 2 5" ]
	[ "$(column shard-2/trials.csv shard | sort -u)" = 2/3 ]
	[ "$(column shard-2/trials.csv host | sort -u)" = "$(uname -n)" ]
	[ "$(column whole/trials.csv host | sort -u)" = "" ]
	grep -q "\"host_name\": \"$(uname -n)\"" shard-2/run.json
	grep -q '"shard": "2/3"' shard-2/run.json
	! grep -q host_name whole/run.json
}

@test "a shard that was cut goes on where it ended" {
	mv shard-2 shard
	cp -r shard whole
	for rows in 1 4; do
		cp whole/*.csv shard
		head -n $((rows + 1)) whole/trials.csv >shard/trials.csv
		run "$FLAGRACE" run --resume shard
		[ "$status" -eq 0 ]
		[[ "$output" == *"resumed after $rows trials"* ]]
		diff <(trials whole) <(trials shard)
		diff <(column whole/requests.csv trial) \
			<(column shard/requests.csv trial)
	done
	run "$FLAGRACE" run --resume shard --shard 1/3
	[ "$status" -eq 2 ]
	[[ "$output" == *"--shard is not what the run was started with"* ]]
}

@test "a shard that cannot be is refused before anything is written" {
	printf 'shard: 1/2\n' >mine.yaml
	for words in "--shard 4/3" "--shard 8/9" "--shard 1/2 --blocks auto" \
		./mine.yaml; do
		run "$FLAGRACE" run $short --out run $words
		[ "$status" -eq 2 ]
		[[ "$output" == *shard* ]]
		[ ! -e run ]
	done
}

# by_hand SHARD..: puts their rows into the folder whole, without the warm-up
by_hand() {
	mkdir whole
	for file in trials requests; do
		head -n 1 "$1/$file.csv" >"whole/$file.csv"
		for shard in "$@"; do tail -n +2 "$shard/$file.csv"; done |
			awk -F, -v of="$file" 'of == "trials" ? $4 > 0 : $2 > 2' \
				>>"whole/$file.csv"
	done
}

@test "shards are read as the run that they are together" {
	by_hand shard-*
	export TMPDIR=$PWD/temporary # others have folders of their own in /tmp
	mkdir temporary
	for view in "" "--requests" "--group-by strategy" "--clock elapsed"; do
		"$FLAGRACE" summary shard-3 shard-1 shard-2 $view --format csv >out
		"$FLAGRACE" summary whole $view --format csv | diff - out
	done
	"$FLAGRACE" plot whole --format term >expected
	"$FLAGRACE" plot shard-* --format term >out
	diff expected out
	run "$FLAGRACE" report shard-*
	[ "$status" -eq 0 ]
	grep -q 'flagrace report of 3 shards' shard-1/report.html
	grep -q 'Nothing: all 14 trials give figures' shard-1/report.html
	! grep -q -- --shard shard-1/report.html
	[ -z "$(ls -A temporary)" ]
}

@test "a host is a factor" {
	for shard in 1 2 3; do
		awk -F, -v OFS=, -v host=$([ $shard = 2 ] && echo other || echo one) '
			NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
			NR > 1 { $at["host"] = host }
			{ print }' shard-$shard/trials.csv >changed
		mv changed shard-$shard/trials.csv
	done
	"$FLAGRACE" summary shard-* >out
	grep -q '^2 hosts ran the blocks' out
	grep -q '^  one: 10 trials, ' out
	grep -q '^  other: 4 trials, ' out
	"$FLAGRACE" summary shard-* --group-by host --format csv >out
	[ "$(column out host | xargs)" = "one other" ]
	"$FLAGRACE" report shard-* >/dev/null
	grep -q '2 hosts ran the blocks' shard-1/report.html
}

# refused STATUS TEXT COMMAND..: the text is in what the command says
refused() {
	expected=$1 text=$2
	shift 2
	run "$FLAGRACE" "$@"
	echo "$output"
	[ "$status" -eq "$expected" ]
	[[ "$output" == *"$text"* ]]
}

@test "what is missing, there twice, or of another run is named" {
	refused 4 "warning: shard 2/3 is missing" summary shard-1 shard-3
	[[ "$output" == *"10 of 10 trials are valid"* ]]
	refused 4 "warning: shard 2/3 is missing" report shard-1 shard-3
	refused 4 "warning: shard 2/3 is missing" plot shard-1 shard-3 --format term
	cp -r shard-2 copy
	refused 2 "shard 2/3 is there twice: shard-2 and copy" \
		summary shard-1 shard-2 copy
	head -n 5 copy/trials.csv >shard-2/trials.csv
	refused 4 "warning: shard 2/3 has 2 of its 4 trials; to go on: flagrace run --resume shard-2" \
		summary shard-*
	shard 6/6 more
	refused 2 "(more) is of another run than shard 1/3 (shard-1): the number of shards differs" \
		summary more shard-1
	shard 3/3 other --seed 8
	refused 2 "shard 3/3 (other) is of another run than shard 1/3 (shard-1): seed differs" \
		summary shard-1 other
	sed 's/"flagrace": "/&x/' shard-3/run.json >copy/run.json
	refused 2 "the version of flagrace differs" summary shard-1 copy
	rm copy/run.json
	refused 2 "shard-1 is a shard of a run, and copy is none" summary shard-1 copy
	refused 2 "copy is no shard of a run" plot copy copy
	sed 's/^1,shard-3,\([^,]*\),3,/1,shard-3,\1,4,/' shard-3/trials.csv >moved
	mv moved shard-3/trials.csv
	refused 2 "is of block 4, which shard 3/3 does not have" summary shard-1 shard-3
}
