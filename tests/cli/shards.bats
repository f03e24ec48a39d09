#!/usr/bin/env bats
# flagrace run --shard, and commands that read the shards as one run.

load common

short="--quiet --strategy sequential,pthread-map@3 --latency 1ms --requests 5 --warmup 1 --blocks 7"

# The runs need no pictures.
setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	mkdir undrawn && ln -s /bin/true undrawn/gnuplot
	PATH=$PWD/undrawn:$PATH
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

# shards N [OPTION..]: runs them, as shard-1 and so on
shards() {
	count=$1
	shift
	for k in $(seq "$count"); do
		"$FLAGRACE" run $short "$@" --shard "$k/$count" --out "shard-$k" \
			>/dev/null
	done
}

@test "the shards of a run have together its trials" {
	"$FLAGRACE" run $short --out whole >/dev/null
	shards 3
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
	"$FLAGRACE" run $short --shard 2/3 --out shard >/dev/null
	cp -r shard whole
	for rows in 1 3; do
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
