#!/usr/bin/env bats
# Suites: what a file may contain, its errors, and the ready suites.

load common

ROOT=$BATS_TEST_DIRNAME/../..

# dry ARGUMENT ..: runs a dry run
dry() {
	run "$FLAGRACE" run --dry-run "$@"
}

# cells: prints the cells of the dry run, as strategy@concurrency
cells() {
	grep -oE '^  [a-z0-9-]+@[0-9]+' <<<"$output" | xargs
}

# suite LINE ..: writes them into s.yaml
suite() {
	printf '%s\n' "$@" >s.yaml
}

# refused PLACE WORDS LINE ..: checks that a suite of these lines is refused, with
# a message of one line that has the place and the words
refused() {
	place=$1 words=$2
	shift 2
	suite "$@"
	run "$FLAGRACE" run s.yaml --out run
	echo "$output"
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"s.yaml:$place"* && "$output" == *"$words"* ]]
	[ ! -e run ]
	# and a dry run says the same
	said=$output
	dry s.yaml
	[ "$status" -eq 2 ]
	[ "$output" = "$said" ]
}

@test "lists make a product, and a scalar is read as an option is" {
	suite 'strategy: openmp,epoll' 'concurrency: [2, 3]'
	dry s.yaml
	[ "$status" -eq 0 ]
	[ "$(cells)" = "openmp@2 openmp@3 epoll@2 epoll@3" ]
}

@test "include adds cells, exclude takes some out" {
	suite 'strategy: [openmp, epoll]' 'concurrency: [2, 3]' 'include:' \
		'  - strategy: sequential' \
		'  - {strategy: epoll, concurrency: [7, 8]}' 'exclude:' \
		'  - {strategy: openmp, concurrency: 3}' \
		'  - concurrency: [8, 9]'
	dry s.yaml
	[ "$status" -eq 0 ]
	[ "$(cells)" = "openmp@2 epoll@2 epoll@3 sequential@1 epoll@7" ]
	dry --strategy openmp,epoll --concurrency 2,3 \
		--include strategy=sequential \
		--include 'strategy=epoll concurrency=7,8' \
		--exclude 'strategy=openmp concurrency=3' --exclude concurrency=8,9
	[ "$(cells)" = "openmp@2 epoll@2 epoll@3 sequential@1 epoll@7" ]
}

@test "what is excluded and is not there is told" {
	suite 'strategy: [openmp, epoll]' 'concurrency: [2, 3]' 'exclude:' \
		'  - {strategy: openmp, concurrency: 4}' '  - concurrency: 3'
	dry s.yaml
	[ "$status" -eq 0 ]
	[ "$(grep warning <<<"$output")" = "warning: s.yaml:4:5: exclude\
 'strategy=openmp concurrency=4' matches no cell, so nothing is left out" ]
	# the same cells twice are no mistake, and each was there
	dry --strategy openmp,epoll --exclude strategy=epoll \
		--exclude strategy=epoll --exclude strategy=null
	[ "$status" -eq 0 ]
	[ "$(grep warning <<<"$output")" = \
		"warning: --exclude 'strategy=null' matches no cell, so nothing is left out" ]
}

@test "a latency has a name, and its values keep their commas" {
	suite 'latency-name: {wan: "uniform:1ms,3ms"}' 'strategy: epoll' \
		'latency: [wan, 5ms]' 'include:' '  - latency: wan' \
		'    fault: "503:5%,reset:1%"'
	dry s.yaml
	[ "$status" -eq 0 ]
	[ "$(grep -c 'latency uniform:1ms,3ms,' <<<"$output")" -eq 2 ]
	[ "$(grep -c 'latency 5ms' <<<"$output")" -eq 1 ]
	[ "$(grep -c 'faults 503:5%,reset:1%' <<<"$output")" -eq 1 ]
}

@test "a name that is none, or names no latency, is refused though unused" {
	refused 1:21: "latency '5', column 2: a unit is missing" 'latency-name: {wan: 5}'
	refused 1:21: "5ms is a latency itself" 'latency-name: {5ms: 6ms}'
	dry --strategy null --latency-name 5ms=6ms
	[ "$status" -eq 2 ]
	[[ "$output" == *"--latency-name '5ms=6ms': 5ms is a latency itself"* ]]
	dry --strategy null --latency-name wan=nothing:5ms
	[ "$status" -eq 2 ]
	[[ "$output" == *"--latency-name: latency 'nothing:5ms'"* ]]
}

@test "an option overrides the suite, whose silence is the headline's" {
	suite 'strategy: epoll' 'concurrency: [2, 3]' 'blocks: 4'
	dry s.yaml --concurrency 9
	[ "$(cells)" = "epoll@9" ]
	[[ "$output" == *" 20 requests, latency 50ms"* ]]
	[[ "$output" == *"s: 1 cell, 4 blocks and 1 of warm-up: 5 trials"* ]]
	dry s.yaml --blocks 7
	[[ "$output" == *"2 cells, 7 blocks"* ]]
}

@test "run.json keeps the suite, its text and every setting" {
	suite '# my question' 'strategy: epoll' 'blocks: 1' 'warmup: 0' \
		'latency: 1ms'
	run "$FLAGRACE" run s.yaml --out run --quiet
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv suite)" = s ]
	python3 - <<-END
		import json
		run = json.load(open("run/run.json"))
		assert run["suite"] == "s", run
		assert run["suite_text"] == open("s.yaml").read()
		s = run["settings"]
		assert s["strategy"] == ["epoll"] and s["blocks"] == 1
		assert s["timeout"] == ["10s"]
	END
}

@test "merge keys add what a mapping lacks" {
	suite 'x-base: &base {latency: 2ms, requests: 7}' \
		'x-more: &more {<<: *base, requests: 9, timeout: 3s}' \
		'<<: *base' 'strategy: epoll' 'include:' \
		'  - {<<: *more, strategy: sequential, concurrency: 1}' \
		'  - <<: [*base, *more]' '    strategy: "null"' \
		'latency-name: {<<: {far: 5ms}, near: 1ms}'
	dry s.yaml
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"epoll@7 "*" 7 requests, latency 2ms, timeout 10 s"* ]]
	[[ "$output" == *"sequential@1 "*" 9 requests, latency 2ms, timeout 3 s"* ]]
	[[ "$output" == *"null@1 "*" 7 requests, latency 2ms, timeout 3 s"* ]]
	[[ "$output" == *"s: 3 cells"* ]]
	refused 1:5: "<< takes a mapping" '<<: 5ms'
	refused 1:6: "merges" 'x-a: &a {<<: *a, seed: 1}' '<<: *a'
	# merges of merges end
	{
		echo 'x-0: &m0 {a: b}'
		for i in 1 2 3 4; do
			echo "x-$i: &m$i {<<: [$(printf "*m$((i - 1)),%.0s" {1..400})]}"
		done
		echo '<<: *m4'
	} >s.yaml
	run timeout 60 "$FLAGRACE" run --dry-run ./s.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *merges* ]]
}

@test "sizes have units, and a comma that YAML takes is told" {
	suite 'strategy: epoll' 'payload: [30kB, 1500, 0.5MB, 64KiB]'
	dry s.yaml
	for size in 30000 1500 500000 65536; do
		[[ "$output" == *", $size bytes each"* ]]
	done
	refused 1:10: "payload '30kb': must be a size from 0 to 10000000 bytes, such as 30000, 30kB or 64KiB" \
		'payload: 30kb'
	refused 1:11: "quote a value that has one, as in" \
		'latency: [normal:120ms,40ms]'
	refused 3:15: "quote a value that has one, as in" 'include:' \
		'  - strategy: epoll' '    latency: [lognormal:p50=1ms,p99=2ms]'
	refused 2:45: "quote a value that has one, as in" 'include:' \
		'  - {strategy: epoll, latency: normal:120ms,40ms}'
	refused 1:29: "quote a value that has one, as in" \
		'latency-name: {a: normal:1s,2s}'
	suite 'strategy: epoll' 'latency: ["normal:120ms,40ms", 40ms, exponential:5ms, 6ms]'
	dry s.yaml
	[[ "$output" == *"s: 4 cells"* ]]
}

@test "what is wrong with a suite is said with its line and column" {
	refused 1:1: "no such setting; did you mean latency?" 'latencey: 5ms'
	refused 2:17: "concurrency 'x': must be a whole number" \
		'strategy: epoll' 'concurrency: [1,x]'
	refused 1:19: "did you mean openmp?" 'strategy: [epoll, opemnp]'
	refused 1:1: "expected one value" 'blocks: [1, 2]'
	refused 1:9: "blocks 'many'" 'blocks: many'
	refused 2:1: "this key appears twice" 'seed: 1' 'seed: 2'
	refused 1:9: "format 'xml': must be one of table, csv, json, markdown" \
		'format: xml'
	refused 1:8: "clock 'wall': must be one of" 'clock: wall'
	refused 2:1: "resume: is for the command line alone" 'seed: 1' \
		'resume: run'
	refused 1:1: "expected a list of mappings" 'include: {strategy: epoll}'
	refused 2:5: "strateg: no such setting; did you mean strategy?" \
		'exclude:' '  - strateg: epoll'
	refused 2:5: "is the same for all cells" 'exclude:' '  - blocks: 4'
	refused 3:5: "include: latencey: no such setting; did you mean latency?" \
		'include:' '  - strategy: epoll' '    latencey: 5ms'
	refused 3:23: "include: concurrency 'x': must be a whole number" \
		'include:' '  - {strategy: [openmp, epoll],' \
		'     concurrency: [1, x]}'
	refused 2:23: "did you mean openmp?" \
		'exclude:' '  - strategy: [epoll, opemnp]'
	refused 3:12: "fault 'gremlins:1%'" \
		'include:' '  - strategy: epoll' '    fault: gremlins:1%'
	refused 2:5: "expected the name of a setting" 'include:' '  - [x]: y'
	refused 1:12: "expected text or a number" 'latency: [ [1ms] ]'
	refused 1:10: "an empty list" 'latency: []'
	refused 1:1: "expected lines like" 'a list'
	refused 1:16: "latency '5 parsecs'" 'latency: [1ms, 5 parsecs]'
	refused 1:8: "fault 'gremlins:1%'" 'fault: gremlins:1%'
	refused 2:1: "a second document" 'seed: 1' '---' 'seed: 2'
	refused 2:1: "this is not YAML" 'seed: ['
	refused "" "holds no settings" ''
}

@test "a suite that means harm gets a line and no more" {
	refused 1:7: "nested too deeply" "a: $(head -c 200000 /dev/zero | tr '\0' '[')"
	refused 1:10: "expected text" 'latency: "\x1b[31m"'
	refused 1:10: "expected text" 'latency: "50ms\0"'
	printf 'latency: a\0b' >s.yaml
	run "$FLAGRACE" run s.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *"control characters are not allowed"* ]]
	head -c 10000000 /dev/zero | tr '\0' x >s.yaml
	run "$FLAGRACE" run s.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *"longer than 1 MiB"* ]]
	# what aliases would make of it
	refused 1:7: "expected text" 'exec: &a ["x=y", "z=y"]' \
		'latency: [ *a, *a ]'
	refused 2: "values of the suite are too long" 'include:' \
		"  - &z {strategy: [$(yes epoll, | head -n 5000 | tr -d '\n')]}" \
		"$(yes '  - *z' | head -n 50000)"
	refused 65:1: "too many keys" "$(seq -f 'k%g: 1' 5000)"
}

@test "a product of ten million cells is refused at once" {
	suite "concurrency: [$(seq -s, 1 200)]" "timeout: [$(seq -s, -f %gs 1 500)]" \
		"requests: [$(seq -s, 1000 1099)]" 'strategy: epoll'
	run "$FLAGRACE" run s.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *"more than 1000 cells; sweep fewer values at once"* ]]
	suite 'strategy: epoll' "timeout: [$(seq -s, -f %gs 1 3000)]" \
		"requests: [$(seq -s, 1000 4999)]" 'exclude:' '  - strategy: epoll'
	run "$FLAGRACE" run s.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *"a product of more than 100000 cells"* ]]
}

@test "a suite of no cell is told so" {
	dry --strategy epoll,openmp --exclude strategy=all
	[ "$status" -eq 2 ]
	[[ "$output" == *"no cell is left: all 2 are excluded"* ]]
	dry --exclude strategy=epol
	[[ "$output" == *"did you mean epoll?"* ]]
}

@test "a suite that is not there: the nearest ready one, or the path" {
	dry headlin
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean headline?"* && "$output" == *"./headlin.yaml"* ]]
	dry ./none.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *"cannot read the suite ./none.yaml: No such file"* ]]
	dry "$BATS_TEST_TMPDIR"
	[ "$status" -eq 2 ]
}

@test "every ready suite is listed with its question, and can be planned" {
	for file in "$ROOT"/suites/*.yaml; do
		name=$(basename "$file" .yaml)
		question=$(head -n 1 "$file" | sed 's/^# //')
		"$FLAGRACE" list | grep -F "$question" | grep -q "^$name "
		grep -qE '^# Takes about [0-9]+ (s|minutes?) on two cores' "$file"
		dry "$name"
		# Quotas may be refused here.
		[ "$status" -ne 4 ] || [[ "$output" != *"cpus '"* ]] || continue
		[ "$status" -eq 0 ]
		[[ "$output" == *"$name: "*" trials, about "* ]]
	done
	run "$FLAGRACE" run --dry-run
	[[ "$output" == *"headline: "* ]]
}

@test "a forecast waits for an open loop's arrivals" {
	dry "$BATS_TEST_DIRNAME/../../suites/lesson.yaml" --strategy epoll --latency 1ms \
		--requests 1000 --arrivals constant:100/s --blocks 1 --warmup 0
	[ "$status" -eq 0 ]
	[[ "$output" == *"1 trial, about 10 s"* ]]
}

@test "a comma in a list is told, and how to quote the value" {
	local value
	for value in 200/s,burst=20 3,backoff=1ms..2ms uniform:1ms,2ms \
		cpu:lognormal:p50=1ms,p99=10ms lognormal:mu=-3,sigma=1; do
		refused 2:9: "within [ ]; quote a value that has one, as in [\"$value\"]" \
			'strategy: null' "limit: [$value]"
	done
}

@test "what the server refuses in a suite is named once" {
	refused 2:8: "2:8: limit '1e9/s', column 1: a rate is from" \
		'strategy: epoll' 'limit: 1e9/s'
	refused 2:19: "2:19: include: limit '1e9/s', column 1" \
		'strategy: epoll' 'include: [{limit: 1e9/s}]'
}

@test "one of a thing is told in the singular" {
	dry --strategy null --requests 1 --blocks 1 --warmup 0
	[[ "$output" == *" 1 request, "*": 1 cell, 1 block and 0 of warm-up: 1 trial, "* ]]
}

@test "blocks: auto stops when every median is known, or at the cap" {
	run "$FLAGRACE" run --out known --quiet --blocks auto --precision 100 \
		--blocks-min 7 --strategy epoll,sequential --latency 20ms \
		--requests 4 --seed 5
	[ "$status" -eq 0 ]
	[[ "$output" == *" blocks (of 7 to 100): the widest interval is "*"the goal of 100 % was reached"* ]]
	[ "$(column known/trials.csv block | sort -n | tail -n 1)" -ge 7 ]
	# how far seven blocks agree is the machine's: these do, to the ns
	awk -F, -v OFS=, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR > 1 { $at["setup_ns"] = $at["elapsed_ns"] = $at["teardown_ns"] = $at["total_ns"] = 1000 }
		NR <= 17' known/trials.csv >agree.csv
	mv agree.csv known/trials.csv
	# five trials make no interval, however well they agree
	run "$FLAGRACE" run --out cap --quiet --blocks auto --blocks-min 1 \
		--blocks-max 5 --strategy epoll,sequential --latency 1ms --seed 5
	[ "$status" -eq 0 ]
	[[ "$output" == *"5 blocks (of 1 to 5): "*"has no interval"*"was not reached"* ]]
	# a run that is gone on with stops there, and has nothing left to do
	run "$FLAGRACE" run --resume known --quiet
	[ "$status" -eq 0 ]
	[[ "$output" == *"7 blocks (of 7 to 100): the widest interval is 0 %"* ]]
	[ "$(column known/trials.csv trial | wc -l)" -eq 16 ]
	# and the order is the seed's
	[ "$(column cap/trials.csv strategy)" = \
		"$(column known/trials.csv strategy | head -n 12)" ]
	run "$FLAGRACE" run --blocks auto --blocks-min 9 --blocks-max 8
	[ "$status" -eq 2 ]
}

@test "the commands and the example of docs/SUITES.md work" {
	sed -n '/^```yaml$/,/^```$/p' "$ROOT/docs/SUITES.md" | sed '/^```/d' >s.yaml
	dry ./s.yaml
	[ "$status" -eq 0 ]
	# 2 x 3 x 2, less pthread-map@40 twice, and sequential
	[[ "$output" == *"s: 11 cells, 10 blocks"* ]]
	"$FLAGRACE" serve --port 0 >serve.out 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F serve.out 2>/dev/null | grep -m 1 -q listening
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	count=0
	while read -r line; do
		line=${line//http:\/\/127.0.0.1:8080/$(sed 's/.* //' serve.out)}
		case $line in
		"flagrace run"*) line="$line --dry-run" ;;
		esac
		echo "$line"
		PATH=$PWD/bin:$PATH bash -c "$line" </dev/null
		count=$((count + 1))
	done < <(sed -n '/^```sh$/,/^```$/p' "$ROOT/docs/SUITES.md" |
		sed '/^```/d; s/ *#.*//; /^$/d')
	kill "$pid"
	[ "$count" -eq 5 ]
	# every key of the table is told, and there is no other; --color is no key
	diff <("$FLAGRACE" run --help | grep -oE '^ {6}--[a-z-]+|^  -., --[a-z-]+' |
		sed 's/.*--//' | grep -vxE 'help|color' | sort) \
		<(sed -nE 's/^- (`[^:]*):.*/\1/p; s/^\|([^|]*)\|.*/\1/p' "$ROOT/docs/SUITES.md" |
			grep -oE '`[a-z-]+`' | tr -d '`' | sort)
}
