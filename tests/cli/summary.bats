#!/usr/bin/env bats
# flagrace summary: figures of finished runs, by any of their columns.

load common

RUN=$BATS_TEST_DIRNAME/../fixtures/run

@test "without options it is the table that the run printed" {
	"$FLAGRACE" summary "$RUN" >table
	diff table "$BATS_TEST_DIRNAME/../fixtures/run-table.txt"
	"$FLAGRACE" run --out run --quiet --warmup 0 --blocks 2 --latency 1ms \
		--strategy sequential,openmp 2>/dev/null >printed
	"$FLAGRACE" summary run >read
	diff printed read
}

@test "every view has every format" {
	for view in "" "--group-by strategy --metric cpu_ns,elapsed_ns" \
		"--requests"; do
		for format in table csv json markdown; do
			"$FLAGRACE" summary "$RUN" $view --format $format >out
			[ -s out ]
			case $format in
			json) python3 -m json.tool out >/dev/null ;;
			csv) python3 -c 'import csv; rows = list(csv.reader(open("out")))
assert len(rows) > 1 and len({len(r) for r in rows}) == 1' ;;
			markdown) grep -q '^| ' out ;;
			esac
		done
	done
}

@test "two runs are one: twice the trials, narrower or equal intervals" {
	cp -r "$RUN" again
	sed -i 's/T18:/T19:/' again/trials.csv
	"$FLAGRACE" summary "$RUN" again --format csv >both.csv
	"$FLAGRACE" summary "$RUN" --format csv >one.csv
	paste <(column one.csv trials) <(column both.csv trials) |
		while read -r one both; do [ "$both" -eq $((2 * one)) ]; done
	[ "$(column both.csv rank)" = "$(column one.csv rank)" ]
}

@test "a run, or its copy, does not count twice" {
	cp -r "$RUN" copy
	for view in "" "--group-by strategy" "--requests" "--fit usl"; do
		run "$FLAGRACE" summary "$RUN" copy $view
		[ "$status" -eq 2 ]
		[ "$output" = "flagrace summary: $RUN and copy are the same run" ]
	done
}

@test "speed-up is over the reference that was named" {
	"$FLAGRACE" summary "$RUN" --reference openmp --format csv >out.csv
	paste -d, <(column out.csv strategy) <(column out.csv speed_up) |
		grep -qx 'openmp,1'
	run "$FLAGRACE" summary "$RUN" --reference opnmp
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'openmp'?"* ]]
}

@test "quantiles of requests are those that counting gives" {
	"$FLAGRACE" summary "$RUN" --requests --group-by strategy,concurrency \
		--format csv >out.csv
	python3 - "$RUN" <<-'EOF'
		import csv, math, sys
		run = sys.argv[1]
		read = lambda name: csv.DictReader(open(name))
		cell = {t["trial"]: (t["strategy"], t["concurrency"])
		    for t in read(run + "/trials.csv")
		    if t["verdict"] == "valid" and int(t["block"]) >= 1}
		times = {}
		for r in read(run + "/requests.csv"):
		    if r["trial"] in cell and r["end_ns"]:
		        times.setdefault(cell[r["trial"]], []).append(
		            int(r["end_ns"]) - int(r["start_ns"]))
		rows = list(read("out.csv"))
		assert len(rows) == len(times)
		for row in rows:
		    all = sorted(times[row["strategy"], row["concurrency"]])
		    assert len(all) == int(row["requests"])
		    assert all[0] == float(row["least"])
		    assert all[-1] == float(row["most"])
		    for name, p in ("p50", .5), ("p90", .9), ("p99", .99):
		        if p == .99 and len(all) < 100:
		            assert row[name] == ""
		            continue
		        exact = all[math.ceil(p * len(all)) - 1]
		        assert abs(float(row[name]) / exact - 1) < 5e-4
	EOF
}

@test "a sweep is fitted and drawn" {
	"$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 --latency 2ms \
		--requests 32 --strategy multi-poll --concurrency 1,2,4,8
	"$FLAGRACE" summary run --fit usl >out
	grep -q 'sigma (contention)' out
	grep -q 'as measured' out
	[[ "$(file -b run/plots/scaling.png)" == PNG\ image* ]]
	[[ "$(file -b run/plots/scaling.svg)" == SVG* ]]
	"$FLAGRACE" summary run --fit usl --format csv >points.csv
	[ "$(column points.csv concurrency | tr '\n' ' ')" = "1 2 4 8 " ]
	"$FLAGRACE" summary run --fit usl --format json | python3 -m json.tool
}

@test "what cannot be summarized is told in a line" {
	table() { # ARGS STATUS TEXT
		run "$FLAGRACE" summary $1
		echo "$output"
		[ "$status" -eq "$2" ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$3"* ]]
	}
	table "" 2 "a run's folder"
	table "nowhere" 2 "nowhere: No such file or directory; name the folder of a run"
	table . 2 ". is not a run folder: it has no trials.csv"
	table "$RUN --group-by stratgy" 2 "did you mean 'strategy'?"
	table "$RUN --metric elapsed" 2 "did you mean 'elapsed_ns'?"
	table "$RUN --requests --metric latency" 2 "mean 'latency_ns'?"
	table "$RUN --format yaml" 2 "table, csv, json, markdown"
	table "$RUN --clock wall" 2 "total, elapsed"
	table "$RUN --fit amdahl" 2 "must be usl"
	table "$RUN --fit usl" 3 "4 or more concurrencies"
	table "$RUN --fit usl --requests" 2 "leave out"
	mkdir newer
	sed '2,$s/^1,/9,/' "$RUN/trials.csv" >newer/trials.csv
	table "newer" 2 "written by a newer flagrace: schema_version is 9"
	head -n 1 "$RUN/trials.csv" >newer/trials.csv
	table "newer" 4 "no trial outside warm-up"
}
