#!/usr/bin/env bats
# flagrace report: one HTML file of runs and of a check. browser.bats looks at the
# page as its readers do.

load common

RUN=$BATS_TEST_DIRNAME/../fixtures/run
CHECK=$BATS_TEST_DIRNAME/../fixtures/check.json

teardown() {
	[ -z "${mounted-}" ] || umount "$mounted"
}

@test "a run becomes one file that names nothing outside of itself" {
	cp -r "$RUN" run
	run "$FLAGRACE" report run
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" = run/report.html ]
	[ "$(ls run | xargs)" = "report.html requests.csv trials.csv" ]
	! grep -qE '(src|href)="?(https?:)?//|@import|url\(.?http' run/report.html
	grep -q "default-src 'none'" run/report.html
	# The answer, and the order of the table, are those of the summary.
	answer=$("$FLAGRACE" summary run | grep " was fastest")
	grep -qF "<h1>$answer</h1>" run/report.html
	"$FLAGRACE" summary run --format csv >summary.csv
	[ "$(sed '/What was not valid/q' run/report.html |
		grep -oP '(?<=<th scope="row">)[^<]+@[0-9]+' | xargs)" = \
		"$(paste -d@ <(column summary.csv strategy) \
			<(column summary.csv concurrency) | xargs)" ]
	[ "$(grep -c '<figure class="picture">' run/report.html)" -eq \
		"$(cp -r "$RUN" drawn && "$FLAGRACE" plot drawn --format svg >/dev/null && ls drawn/plots/*.svg | wc -l)" ]
}

@test "several runs stand beside each other, and a check before them" {
	cp -r "$RUN" one && cp -r "$RUN" two
	sed -i 's/^1,[^,]*,/1,other,/' two/trials.csv
	sed -i 's/^[^,]*,/other,/;1s/^other/run/' two/requests.csv
	run "$FLAGRACE" report one two "$CHECK" --out all.html
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" = all.html ]
	grep -q "<h1>2 runs beside each other</h1>" all.html
	grep -q 'class="verdict REGRESSED">REGRESSED</span></h2>' all.html
	grep -q "Did head become slower than base?" all.html
	run "$FLAGRACE" report one one
	[ "$status" -eq 2 ]
	cp "$CHECK" check.json
	run "$FLAGRACE" report check.json
	[ "$status" -eq 0 ]
	[ "$output" = report.html ]
}

@test "what cannot be read makes no page, and replaces none" {
	cp -r "$RUN" run
	echo mine >page.html
	for lack in none.json "" nosuch; do
		run "$FLAGRACE" report ${lack:+"$lack"} --out page.html
		[ "$status" -eq 2 ]
		[[ "$output" == "flagrace report: "* ]]
	done
	echo '{"rows": [{"verdict": "NO"}]}' >check.json
	run "$FLAGRACE" report run check.json --out page.html
	[ "$status" -eq 2 ]
	[[ "$output" == "flagrace report: check.json: "* ]]
	echo '{' >check.json
	run "$FLAGRACE" report run check.json --out page.html
	[[ "$output" == *"check.json is neither a run's folder nor a check's report in JSON" ]]
	run "$FLAGRACE" report run check.json check.json
	[[ "$output" == *"a report takes one check" ]]
	sed -i '3s/,/;/g' run/trials.csv
	run "$FLAGRACE" report run --out page.html
	[ "$status" -eq 2 ]
	[[ "$output" == *"run/trials.csv:3: column schema_version"* ]]
	[ "$(cat page.html)" = mine ]
	run "$FLAGRACE" report "$RUN" --out nosuch/page.html
	[[ "$output" == *"nosuch/page.html: No such file or directory" ]]
}

@test "without gnuplot the page has all but the pictures, and says so" {
	cp -r "$RUN" run
	mkdir bin
	PATH=$PWD/bin run "$FLAGRACE" report run
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"warning: gnuplot, which draws the plots, is not installed"* ]]
	grep -q "Not all pictures could be drawn: gnuplot, which draws" run/report.html
	grep -q "<h1>.* was fastest" run/report.html
}

@test "a full disk costs neither the page that was there nor the run" {
	mkdir disk
	mount -t tmpfs -o size=300k none disk 2>/dev/null || skip "may not mount"
	mounted=disk
	echo mine >disk/page.html
	run "$FLAGRACE" report "$BATS_TEST_DIRNAME/../../results/reference" \
		--out disk/page.html
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"disk/page.html: No space left on device" ]]
	[ "$(cat disk/page.html)" = mine ]
	[ "$(ls disk)" = page.html ]
}

@test "latest is the newest run" {
	mkdir -p results/new && cp "$RUN"/*.csv results/new
	echo '{"started_at": "2026-01-01T12:00:00Z"}' >results/new/run.json
	run "$FLAGRACE" report latest
	[ "$output" = results/new/report.html ]
}
