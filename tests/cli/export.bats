#!/usr/bin/env bats
# flagrace export. tests/readers/check reads an export with pandas and R, too.

load common

ROOT=$BATS_TEST_DIRNAME/../..
RUN=$BATS_TEST_DIRNAME/../fixtures/run
REFERENCE=$ROOT/results/reference

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	[[ "$("$FLAGRACE" export "$RUN" --out probe.sqlite 2>&1)" != \
		*"built without SQLite"* ]] || skip "this build has no SQLite"
	rm probe.sqlite
}

teardown() {
	[ -z "${mounted-}" ] || umount "$mounted"
}

# ask SQL: prints the answer of runs.sqlite
ask() {
	sqlite3 runs.sqlite "$1"
}

# refused TEXT: the export that `run` made failed and says TEXT
refused() {
	echo "$output"
	[ "$status" -ne 0 ]
	[[ "$output" == "flagrace export: "*"$1"* ]]
	[ "${#lines[@]}" -eq 1 ]
	[ -z "$(find . -name '*.part')" ]
}

@test "an export has each value of the CSV files, in the type of its column" {
	"$FLAGRACE" export "$REFERENCE" "$RUN" --out runs.sqlite
	python3 - "$REFERENCE" "$RUN" <<-'EOF'
		import csv, sqlite3, sys
		db = sqlite3.connect("runs.sqlite")
		classes = {"INTEGER": int, "REAL": float, "TEXT": str}
		for table in "trials", "requests":
		    types = {c[1]: classes[c[2]] for c in
		             db.execute(f"PRAGMA table_info({table})")}
		    rows = db.execute(f"SELECT * FROM {table} ORDER BY rowid")
		    names = [c[0] for c in rows.description]
		    for run in sys.argv[1:]:
		        for wanted in csv.DictReader(open(f"{run}/{table}.csv")):
		            found = dict(zip(names, next(rows)))
		            assert wanted.keys() <= found.keys()
		            for name, value in found.items():
		                if name.endswith("_id"):
		                    continue
		                kind = types[name]
		                text = wanted.get(name, "")
		                if text == "":
		                    assert value is None, (table, name, value)
		                else:
		                    assert type(value) is kind, (table, name)
		                    assert value == kind(text), (table, name)
		    assert next(rows, None) is None
	EOF
	[ "$(ask 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ]
}

@test "connections know their trials, and an older run has none" {
	"$FLAGRACE" run --out run --quiet --blocks 1 --latency 0s --requests 9 \
		--strategy sequential,pthread-map --connections reuse,fresh
	"$FLAGRACE" export run "$RUN" --out runs.sqlite
	ask "SELECT trial_id, connections_accepted FROM trials
		WHERE run_id = 1" >trials
	ask "SELECT trial_id, count(*) FROM connections GROUP BY trial_id" |
		diff trials -
	[ "$(ask 'SELECT count(*) FROM connections')" = \
		"$(column run/connections.csv trial | wc -l)" ]
	[ "$(ask 'SELECT sum(requests) FROM connections')" = \
		"$(column run/requests.csv item | wc -l)" ]
}

@test "cells are what the summary has, and know their trials" {
	"$FLAGRACE" export "$REFERENCE" --out runs.sqlite
	"$FLAGRACE" summary "$REFERENCE" --format csv >summary.csv
	python3 - <<-'EOF'
		import csv, sqlite3
		db = sqlite3.connect("runs.sqlite")
		db.row_factory = sqlite3.Row
		cells = db.execute("SELECT * FROM cells ORDER BY cell_id").fetchall()
		rows = list(csv.DictReader(open("summary.csv")))
		assert len(cells) == len(rows) > 10
		for cell, row in zip(cells, rows):
		    for name, text in row.items():
		        value = cell[name]
		        if text == "":
		            assert value is None, name
		        elif isinstance(value, str):
		            assert value == text, name
		        else:
		            assert abs(value - float(text)) <= 1e-8 * abs(value), name
		    good = db.execute("SELECT count(*) FROM good_trials "
		                      "WHERE cell_id = ?", [cell["cell_id"]])
		    assert good.fetchone()[0] == cell["valid"] + cell["unwitnessed"]
	EOF
	[ "$(ask 'SELECT count(*) FROM trials WHERE cell_id IS NULL')" -eq 0 ]
	[ "$(ask 'SELECT count(*) FROM trials JOIN cells USING (cell_id)
		WHERE trials.strategy != cells.strategy')" -eq 0 ]
}

@test "the table runs has the name, the host and the settings of each run" {
	"$FLAGRACE" export "$REFERENCE" "$RUN" --out runs.sqlite
	[ "$(ask "SELECT run_id, run, started_at, cpu_model, typeof(cpus),
		json_extract(settings, '\$.blocks'),
		json_extract(command_line, '\$[1]'), typeof(cpu_governor)
		FROM runs WHERE run_id = 1")" = \
		"1|reference|2026-11-30T06:21:35.534868Z|AMD EPYC|integer|20|run|null" ]
	# A run without a run.json is only named.
	[ "$(ask "SELECT folder = '$RUN', run, settings, cpus FROM runs
		WHERE run_id = 2")" = "1|2026-11-22T184500Z-headline||" ]
}

@test "the queries of docs/EXPORT.md answer" {
	sed 's/"started_at": "2026-11-30/"started_at": "2026-12-01/' \
		"$REFERENCE/run.json" >run.json
	mkdir second && mv run.json second
	sed 's/,2026-11-30T/,2026-12-01T/' "$REFERENCE/trials.csv" >second/trials.csv
	cp "$REFERENCE/requests.csv" second
	"$FLAGRACE" export "$REFERENCE" second --out runs.sqlite
	awk '/^```sql$/ { n++; on = 1; next } /^```$/ { on = 0 }
		on { print >"query" n ".sql" }' "$ROOT/docs/EXPORT.md"
	[ "$(ls query*.sql | wc -l)" -eq 5 ]
	for query in query*.sql; do
		echo "$query"
		sqlite3 -bail runs.sqlite <"$query" >answer
		[ "$(wc -l <answer)" -ge 2 ]
	done
	[ "$(sqlite3 runs.sqlite <query1.sql | wc -l)" -eq 6 ]
	[ "$(sqlite3 runs.sqlite <query5.sql | cut -d'|' -f5 | sort -u)" = 0.0 ]
	# The percentile is the one that the summary has.
	"$FLAGRACE" summary "$REFERENCE" second --requests --group-by strategy \
		--format csv >summary.csv
	python3 - <<-'EOF'
		import csv, subprocess
		answer = subprocess.run(["sqlite3", "runs.sqlite"], text=True,
		    stdin=open("query2.sql"), capture_output=True).stdout
		ours = {r["strategy"]: float(r["p99"]) / 1e6
		        for r in csv.DictReader(open("summary.csv"))}
		rows = [line.split("|") for line in answer.splitlines()]
		assert len(rows) == len(ours)
		for strategy, _, p99 in rows:
		    assert abs(float(p99) / ours[strategy] - 1) < 0.01, strategy
	EOF
}

@test "each view answers, and docs/EXPORT.md names each" {
	cp -r "$RUN" run
	sed -i '1s/$/,cause/; 2,$s/$/,reset/' run/requests.csv
	"$FLAGRACE" export run --out runs.sqlite
	views=$(ask "SELECT name FROM sqlite_schema WHERE type = 'view'")
	[ "$(sort <<<"$views")" = "$(sed -n '/^| view/,/^$/s/^| `\([a-z_]*\)` .*/\1/p' \
		"$ROOT/docs/EXPORT.md" | sort)" ]
	for view in $views; do
		ask "SELECT * FROM $view" >answer
		echo "$view: $(wc -l <answer)"
		[ -s answer ]
	done
	[ "$(ask "SELECT sum(requests) FROM causes WHERE cause = 'reset'")" = \
		"$(ask "SELECT count(*) FROM latencies")" ]
	[ "$(ask "SELECT DISTINCT verdict FROM invalid_trials" | sort | xargs)" = \
		"$(column "$RUN/trials.csv" verdict | grep -vx 'valid\|unwitnessed' |
			sort -u | xargs)" ]
}

@test "texts are kept as they are" {
	cp -r "$RUN" run
	sed -i "2,\$s/,openmp,/,\"x'; DROP TABLE runs; --\"\"\\\\\",/" run/trials.csv
	"$FLAGRACE" export run --out runs.sqlite
	[ "$(ask "SELECT DISTINCT strategy FROM trials
		WHERE strategy LIKE 'x%'")" = "x'; DROP TABLE runs; --\"\\" ]
	[ "$(ask "SELECT count(*) FROM trials WHERE cell_id IS NULL")" -eq 0 ]
}

@test "two runs of the same name stay apart" {
	cp -r "$RUN" other
	sed -i 's/,2026-11-22T18:/,2026-11-23T18:/' other/trials.csv
	"$FLAGRACE" export "$RUN" other --out runs.sqlite
	[ "$(ask 'SELECT count(DISTINCT run), count(*) FROM runs')" = "1|2" ]
	[ "$(ask 'SELECT run_id, count(*), count(DISTINCT trial_id)
		FROM requests JOIN trials USING (trial_id) GROUP BY run_id' |
		cut -d'|' -f2- | uniq | wc -l)" -eq 1 ]
	run "$FLAGRACE" export "$RUN" "$RUN" --out twice.sqlite
	refused "are the same run"
}

@test "requests of a trial that was cut off are left out" {
	cp -r "$RUN" run
	tail -n 1 run/requests.csv | sed 's/^\([^,]*\),[^,]*,/\1,none,/' >>run/requests.csv
	run "$FLAGRACE" export run --out runs.sqlite
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "warning: 1 request left out: the trial was cut off" ]
	[ "$(ask "SELECT count(*) FROM requests WHERE trial = 'none'")" -eq 0 ]
}

@test "only an earlier export and an empty file are replaced" {
	"$FLAGRACE" export "$RUN" --out runs.sqlite
	"$FLAGRACE" export "$REFERENCE" --out runs.sqlite
	[ "$(ask 'SELECT run FROM runs')" = reference ]
	: >empty
	"$FLAGRACE" export "$RUN" --out empty
	sqlite3 other.sqlite 'CREATE TABLE mine (a)'
	run "$FLAGRACE" export "$RUN" --out other.sqlite
	refused "other.sqlite exists and no export made it: choose another --out, or replace it with --force"
	[ "$(sqlite3 other.sqlite .tables)" = mine ]
	"$FLAGRACE" export "$RUN" --out other.sqlite --force
	[ "$(sqlite3 other.sqlite 'SELECT count(*) FROM runs')" -eq 1 ]
	echo text >notes.txt
	run "$FLAGRACE" export "$RUN" --out notes.txt
	refused "notes.txt exists"
	[ "$(cat notes.txt)" = text ]
	# A link stays a link.
	ln -s runs.sqlite link
	"$FLAGRACE" export "$RUN" --out link
	[ -L link ]
	[ "$(ask 'SELECT run FROM runs')" != reference ]
	mkdir folder
	run "$FLAGRACE" export "$RUN" --out folder --force
	refused "folder: Is a directory"
	run "$FLAGRACE" export "$RUN" --out /dev/null --force
	refused "/dev/null: it is not a regular file"
	run "$FLAGRACE" export "$RUN" --out none/runs.sqlite
	refused "none/runs.sqlite: No such file or directory"
	# A journal would be applied to the new database.
	: >runs.sqlite-wal
	run "$FLAGRACE" export "$RUN" --out runs.sqlite --force
	refused "runs.sqlite-wal exists: another program writes to the database"
}

@test "the umask says who may read an export" {
	umask 027
	"$FLAGRACE" export "$RUN" --out runs.sqlite
	[ "$(stat -c %a runs.sqlite)" = 640 ]
}

@test "what is wrong with a run is said, and the file stays as it was" {
	"$FLAGRACE" export "$REFERENCE" --out runs.sqlite
	cksum runs.sqlite >before
	run "$FLAGRACE" export --out runs.sqlite
	refused "expected a run's folder"
	run "$FLAGRACE" export "$RUN"
	refused "expected --out FILE"
	run "$FLAGRACE" export latest --out runs.sqlite
	refused "latest: the folder results holds no run"
	run "$FLAGRACE" export none --out runs.sqlite
	refused "none: No such file or directory"
	run "$FLAGRACE" export "$BATS_TEST_DIRNAME" --out runs.sqlite
	refused "is not a run folder: it has no trials.csv"
	cp -r "$RUN" run
	rm run/requests.csv
	run "$FLAGRACE" export run --out runs.sqlite
	refused "run/requests.csv: No such file or directory"
	head -c 3000 "$RUN/requests.csv" >run/requests.csv
	echo nonsense >>run/requests.csv
	run "$FLAGRACE" export run --out runs.sqlite
	refused "run/requests.csv:"
	cp "$RUN/requests.csv" run
	echo '{"host": [' >run/run.json
	run "$FLAGRACE" export run --out runs.sqlite
	refused "run/run.json:"
	echo '{"host": {"cpus": "two"}}' >run/run.json
	run "$FLAGRACE" export run --out runs.sqlite
	refused "run/run.json: row: cpus must be a whole number"
	rm run/run.json
	sed -i '2s/^1,/2,/' run/trials.csv
	run "$FLAGRACE" export run --out runs.sqlite
	refused "written by a newer flagrace"
	[ "$(cksum runs.sqlite)" = "$(cat before)" ]
}

@test "latest is the newest run" {
	mkdir results
	cp -r "$REFERENCE" results/a
	"$FLAGRACE" export latest --out runs.sqlite
	[ "$(ask 'SELECT folder FROM runs')" = results/a ]
}

@test "a full disk is an error, and keeps the export that was there" {
	mkdir disk
	mount -t tmpfs -o size=600k none disk 2>/dev/null || skip "may not mount"
	mounted=disk
	"$FLAGRACE" export "$RUN" --out disk/runs.sqlite
	cksum disk/runs.sqlite >before
	run "$FLAGRACE" export "$REFERENCE" --out disk/runs.sqlite
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *": No space left on device" ]]
	[ "$(cksum disk/runs.sqlite)" = "$(cat before)" ]
	[ "$(ls disk)" = runs.sqlite ]
}

@test "an interrupt leaves nothing" {
	cp -r "$RUN" run
	row=$(tail -n 1 run/requests.csv)
	rm run/requests.csv
	mkfifo run/requests.csv
	{ head -n 1 "$RUN/requests.csv"; yes "$row"; } 2>/dev/null >run/requests.csv &
	"$FLAGRACE" export run --out runs.sqlite 2>said &
	export=$!
	until [ -e runs.sqlite.$export.part ]; do :; done
	kill -TERM $export # a shell starts jobs that ignore SIGINT
	status=0
	wait $export || status=$?
	[ "$status" -eq 130 ]
	[ -z "$(find . -name 'runs.sqlite*')" ]
}

@test "pandas and R read an export" {
	cp -r "$RUN" run
	"$FLAGRACE" export run --out runs.sqlite
	run "$ROOT/tests/readers/sqlite" runs.sqlite run
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" != *"skipped"*"skipped"* ]] || skip "$output"
}
