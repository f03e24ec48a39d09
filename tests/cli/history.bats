#!/usr/bin/env bats
# flagrace history: the order of runs, ratios to each run's reference, runs that
# are left out, notes, and the picture.

bats_require_minimum_version 1.5.0
load common

RUN=$BATS_TEST_DIRNAME/../../results/reference

# day N SPEED OPENMP: makes a copy of the reference run as if it were measured on
# January the Nth, on a machine SPEED times as slow; openmp is slower by another
# factor of OPENMP.
day() {
	mkdir "day$1"
	cp "$RUN/run.json" "day$1/"
	awk -F, -v OFS=, -v day="$1" -v speed="$2" -v openmp="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
		$at["strategy"] !~ /^(sequential|openmp|null)$/ { next }
		{
			$at["run"] = "day" day
			sub(/^[^T]*/, sprintf("2026-01-%02d", day), $at["started_at"])
			factor = speed * ($at["strategy"] == "openmp" ? openmp : 1)
			$at["elapsed_ns"] = int($at["elapsed_ns"] * factor)
			print
		}' "$RUN/trials.csv" >"day$1/trials.csv"
}

history() {
	run --separate-stderr "$FLAGRACE" history --metric elapsed_ns "$@"
	echo "$output" "$stderr"
}

@test "runs come oldest first, a row for each strategy of a run" {
	day 2 1 1 && day 10 1 1 && day 9 1 1
	history day10 day9 day2 --format csv
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	echo "$output" >out.csv
	[ "$(column out.csv run | uniq -c | xargs)" = "3 day2 3 day9 3 day10" ]
	[ "$(column out.csv strategy | sort -u | xargs)" = "null openmp sequential" ]
}

@test "the machine's speed cancels, a strategy's own does not" {
	day 1 1 1 && day 2 2 1 && day 3 1.5 1.3
	history day1 day2 day3 --format csv
	[ "$status" -eq 0 ]
	printf '%s\n' "$output" >out.csv
	python3 - <<-'EOF'
		import csv
		rows = [r for r in csv.DictReader(open("out.csv"))
		    if r["strategy"] == "openmp"]
		change = [r["change"] for r in rows]
		assert change[0] == "", change
		assert abs(float(change[1])) < 1e-3, change
		assert abs(float(change[2]) - 0.3) < 1e-3, change
		for r in rows:
		    assert float(r["ratio_low"]) <= float(r["ratio"]) <= float(r["ratio_high"])
	EOF
	history day1 day2 day3
	[[ "$output" == *+30.0* ]]
}

@test "a ratio is what summary says of that run alone" {
	day 1 1 1 && day 2 1 1.2
	history day1 day2 --reference openmp@20 --format csv
	printf '%s\n' "$output" >out.csv
	"$FLAGRACE" summary day2 --group-by strategy,concurrency \
		--metric elapsed_ns --reference openmp@20 --format csv >day2.csv
	for name in median ratio ratio_low ratio_high trials; do
		diff <(column out.csv $name | tail -n 3) <(column day2.csv $name)
	done
}

@test "a run without the reference is named and left out" {
	day 1 1 1 && day 2 1 1 && day 3 1 2
	sed -i '/,sequential,/d' day2/trials.csv
	history day1 day2 day3 --format csv
	[ "$status" -eq 0 ]
	[ "$stderr" = "warning: day2 is left out: it has no valid trial of sequential" ]
	printf '%s\n' "$output" >out.csv
	[ "$(column out.csv run | uniq | xargs)" = "day1 day3" ]
	# The change is since the last run that is there.
	python3 -c 'import csv
assert any(abs(float(r["change"] or 0) - 1) < 1e-3 for r in csv.DictReader(open("out.csv")))'
	sed -i 's/,valid,/,invalid,/' day3/trials.csv
	history day1 day3
	[ "$status" -eq 0 ]
	[ "$stderr" = "warning: day3 is left out: it has no valid trial" ]
	history day2
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'sequential': no such strategy was run" ]]
	history day3
	[ "$status" -eq 4 ]
}

@test "another host or build is told in a line" {
	day 1 1 1 && day 2 1 1 && day 3 1 1
	sed -i 's/"cpus": [0-9]*/"cpus": 64/' day2/run.json day3/run.json
	history day1 day2 day3
	[ "$status" -eq 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ "$stderr" == *"day1 and day2 were measured on different hosts or builds: cpus ("*", 64)" ]]
}

@test "every format is read" {
	day 1 1 1 && day 2 1 1
	history day1 day2 --format json
	python3 -c 'import json, sys
assert len(json.load(sys.stdin)["rows"]) == 6' <<<"$output"
	history day1 day2 --format markdown
	[ "$(grep -c '^| day' <<<"$output")" -eq 6 ]
}

@test "it is drawn into the file that was named, and nothing else is left" {
	day 1 1 1 && day 2 1 1
	mkdir out
	for format in svg png pdf; do
		history day1 day2 --plot out/h.$format
		[ "$status" -eq 0 ]
	done
	[[ "$(file -b out/h.svg)" == SVG* ]]
	[[ "$(file -b out/h.png)" == PNG\ image* ]]
	[[ "$(file -b out/h.pdf)" == PDF* ]]
	[ "$(ls -A out | xargs)" = "h.pdf h.png h.svg" ]
	grep -q 'openmp@20' out/h.svg
	history day1 --plot out/one.svg
	[ "$status" -eq 0 ]
	sed -i '/,openmp,/d' day1/trials.csv
	history day1 --plot out/none.svg
	[ "$status" -eq 4 ]
	[[ "$stderr" == *"nothing to draw" ]]
	[ ! -e out/none.svg ]
}

@test "of very many cells the first are drawn, and the picture says so" {
	day 1 1 1
	# 30 strategies more; a trial's number is its own
	for i in $(seq 30); do
		sed -n "s/,openmp,/,copy$i,/p" day1/trials.csv
	done | awk -F, -v OFS=, -v header="$(head -n 1 day1/trials.csv)" '
		BEGIN { n = split(header, name); for (i = 1; i <= n; i++) at[name[i]] = i }
		{ $at["trial"] = 100000 + NR; print }' >copies
	cat copies >>day1/trials.csv
	history day1 --plot many.svg
	[ "$status" -eq 0 ]
	grep -q 'the first 28 of 31 cells' many.svg
}

@test "points without an interval are drawn, and within the picture" {
	few() { # DAY: of its run but three blocks, too few for an interval
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "block") at = i }
			NR == 1 || $at <= 3' "$1/trials.csv" >few && mv few "$1/trials.csv"
	}
	drawn() { # FILE: its points, and one of the key; no spots for the pointer
		grep -v "opacity='0.00'" "$1" | grep -o "#gpPt6'" | wc -l
	}
	day 1 1 9 && day 2 1 1 && few day1
	history day1 --plot few.svg
	[ "$status" -eq 0 ]
	[ "$(drawn few.svg)" -eq 2 ]
	history day1 day2 --plot mixed.svg
	[ "$status" -eq 0 ]
	[ "$(drawn mixed.svg)" -eq 3 ]
}

@test "names that look like gnuplot commands are only text" {
	day 1 1 1
	sed -i 's/,openmp,/,"""; system(""touch gotcha"") #",/
		s/2026-01-01T[0-9]/`touch gotcha`/' day1/trials.csv
	history day1 --plot h.svg
	[ "$status" -eq 0 ]
	grep -q 'system(' h.svg
	[ -z "$(find . -name gotcha)" ]
}

@test "runs of one name and one second are two, the older first" {
	for _ in $(seq 20); do
		for folder in 2 1; do
			rm -rf $folder && mkdir $folder
			"$FLAGRACE" run --strategy null --blocks 1 --warmup 0 \
				--latency 0ms --quiet --out $folder/x >/dev/null
		done
		seconds=$(column 1/x/trials.csv started_at | cut -c1-19)
		[[ "$(column 2/x/trials.csv started_at)" != "$seconds"* ]] || break
	done
	history 1/x 2/x --reference null --format csv
	[ "$status" -eq 0 ]
	echo "$output" >out.csv
	[ "$(column out.csv started_at | head -n 1)" = \
		"$(column 2/x/trials.csv started_at)" ]
	[ "$(column out.csv started_at | uniq | wc -l)" -eq 2 ]
	cp -r 1/x copy
	history 1/x copy --reference null
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"are the same run"* ]]
}

@test "folders that are no runs are left out of a history, with a word" {
	day 1 1 1
	day 2 1 1
	mkdir none
	run "$FLAGRACE" history day1 none day2
	[ "$status" -eq 0 ]
	[[ "$output" == *"warning: none is not a run folder: it has no trials.csv"* ]]
	[[ "$output" == *day1*day2* ]]
	run "$FLAGRACE" history none
	[ "$status" -eq 2 ]
	run "$FLAGRACE" history day1 nosuch
	[ "$status" -eq 2 ]
}

@test "what cannot be followed is told in a line" {
	day 1 1 1
	told() { # ARGS STATUS TEXT
		run "$FLAGRACE" history $1
		echo "$output"
		[ "$status" -eq "$2" ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$3"* ]]
	}
	told "" 2 "runs' folders"
	told "nowhere" 2 "nowhere: No such file or directory; name the folder of a run"
	told "day1 day1/" 2 "day1 and day1/ are the same run"
	told "day1 --metric elapsed" 2 "did you mean 'elapsed_ns'?"
	told "day1 --metric cpu_ns,total_ns" 2 "a single column"
	told "day1 --reference opnmp" 2 "did you mean 'openmp'?"
	told "day1 --format yaml" 2 "table, csv, json, markdown"
	told "day1 --plot h.jpg" 2 ".svg, .png or .pdf"
	cut -d, -f1,2,4- day1/trials.csv >rest && mv rest day1/trials.csv
	told "day1" 4 "started_at is unknown"
}
