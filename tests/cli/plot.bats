#!/usr/bin/env bats
# flagrace plot, and the plots at the end of a run.

load common

ROOT=$BATS_TEST_DIRNAME/../..

RUN=$BATS_TEST_DIRNAME/../fixtures/run

teardown() {
	[ -z "${mounted-}" ] || umount "$mounted"
}

@test "a run is drawn as SVG and PNG when it ends" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 1ms --strategy sequential,openmp
	[ "$status" -eq 0 ]
	for name in elapsed gantt completion in-flight; do
		[[ "$(file -b run/plots/$name.png)" == PNG\ image* ]]
		[[ "$(file -b run/plots/$name.svg)" == SVG* ]]
	done
}

@test "a completion curve goes from nothing at the start to all items" {
	cp -r "$RUN" run
	run "$FLAGRACE" plot run --format png
	[ "$status" -eq 0 ]
	awk -F, '
		NR == 1 { next }
		$1 != curve { curve = $1; curves++; starts += $5 == 0 && $6 == 0 }
		$6 == 100 { ends++ }
		$6 < last[$1] { falls++ }
		{ last[$1] = $6 }
		END { exit !(curves > 1 && starts == curves && ends == curves && !falls) }
	' run/plots/completion.csv
}

@test "swept settings are drawn: where cells lose, and a map of the fastest" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 1ms,2ms,3ms --work none,cpu:100us --requests 20 \
		--strategy multi-poll,pthread-map
	echo "$output"
	[ "$status" -eq 0 ]
	for name in crossover winners; do
		[[ "$(file -b run/plots/$name.png)" == PNG\ image* ]]
		[[ "$(file -b run/plots/$name.svg)" == SVG* ]]
	done
	grep -q ">From how much latency on does .* beat the others?<" \
		run/plots/crossover.svg
	grep -q "the first of 2 sweeps" run/plots/crossover.svg
	[ "$(column run/plots/crossing.csv level | sort -u | xargs)" = "1 2 3" ]
	# Of one block nothing is certain.
	[ "$(column run/plots/winners.csv tied | xargs)" = "1 1 1 1 1 1" ]
	grep -q ">or \(multi-poll\|pthread-map\)@20<" run/plots/winners.svg
	run "$FLAGRACE" plot run --format term
	[[ "$output" == *"Which is fastest, at which latency and work?"* ]]
}

@test "a run without sweeps has no pictures of them" {
	cp -r "$RUN" run
	"$FLAGRACE" plot run --format svg
	[ -s run/plots/in-flight.svg ]
	[ ! -e run/plots/crossover.svg ] && [ ! -e run/plots/crossing.csv ]
	[ ! -e run/plots/winners.svg ] && [ ! -e run/plots/winners.csv ]
}

@test "curves that coincide are one band with all their names" {
	cp -r "$RUN" run
	run "$FLAGRACE" plot run --format svg
	[ "$status" -eq 0 ]
	# Of the six cells of the fixture four take all requests at once.
	[ "$(sort -t, -k7,7n -u run/plots/completion.csv | wc -l)" -eq 4 ]
	grep -q ">4 cells, done after [0-9.]* to [0-9.]* ms<" \
		run/plots/completion.svg
	for cell in $(column run/plots/completion.csv cell | sort -u); do
		[ "$(grep -c ">$cell<" run/plots/completion.svg)" -eq 1 ]
	done
}

@test "six telling cells have a panel, or those that are asked for" {
	cp -r "$ROOT/results/reference" run
	"$FLAGRACE" plot run --format svg --out out
	[ "$(column out/panels.csv cell | xargs)" = "sequential@1 \
pthread-as-completed@3 fork-per-request@20 pthread-map@20 process-pool@20 \
pipelining@20" ]
	[ ! -e run/plots ]
	"$FLAGRACE" plot run --format svg --out out --cells openmp,sequential@1
	[ "$(column out/panels.csv cell | xargs)" = "sequential@1 openmp@20" ]
	[ "$(column out/in-flight.csv cell | uniq | xargs)" = \
		"openmp@20 sequential@1" ]
	run "$FLAGRACE" plot run --out none --cells openmp,nosuch
	[ "$status" -eq 2 ]
	[[ "$output" == *"--cells: the run has no figure of 'nosuch'" ]]
	[ ! -e none ]
}

@test "the word latest is the newest run in results" {
	for run in old new; do
		mkdir -p results/$run && cp "$RUN"/*.csv results/$run
		echo '{"started_at": "2026-01-0'$([ $run = old ]; echo $?)T12:00:00Z'"}' \
			>results/$run/run.json
	done
	mkdir results/empty
	touch -d tomorrow results/old/*
	run "$FLAGRACE" plot latest --format svg
	[ "$status" -eq 0 ]
	[ "$output" = results/new/plots ]
	run "$FLAGRACE" compare results/old latest
	[ "$status" -eq 0 ]
	run "$FLAGRACE" summary latest
	[ "$status" -eq 0 ]
	run "$FLAGRACE" history latest
	[ "$status" -eq 0 ]
	run "$FLAGRACE" run --resume latest
	[[ "$output" == *results/new* ]]
	rm -r results
	run "$FLAGRACE" plot latest
	[ "$status" -eq 2 ]
	[ "$output" = "flagrace plot: latest: the folder results holds no run" ]
}

@test "a run that cannot be read gets no folder of plots" {
	cp -r "$RUN" run
	sed -i 's/,valid,/,invalid,/' run/trials.csv
	run "$FLAGRACE" plot run
	[ "$status" -eq 4 ]
	[[ "$output" == *"there is nothing to draw" ]]
	[ ! -e run/plots ]
}

@test "a terminal that gnuplot lacks costs that format only" {
	mkdir bin
	cat >bin/gnuplot <<-END
		#!/usr/bin/python3
		# It may start no other process, and write no file (confine.h).
		import os, sys
		script = os.memfd_create("script")
		os.write(script, sys.stdin.buffer.read().replace(
		    b"terminal pngcairo", b"terminal nosuch"))
		os.lseek(script, 0, os.SEEK_SET)
		os.dup2(script, 0)
		os.execv("$(command -v gnuplot)", ["gnuplot", "-d"])
	END
	chmod +x bin/gnuplot
	cp -r "$RUN" run
	PATH=$PWD/bin:$PATH run "$FLAGRACE" plot run
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"elapsed.png: this gnuplot has no terminal for it" ]]
	[ -s run/plots/elapsed.svg ] && [ -s run/plots/in-flight.svg ]
	[ -z "$(find run -name '*.png')" ]
}

# lanes_of OPTION..: races a strategy whose 20 requests must not overlap in a lane
lanes_of() {
	rm -rf run
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 1ms --requests 20 --concurrency 2 "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	paste -d' ' <(column run/plots/gantt.csv worker) \
		<(column run/plots/gantt.csv start_ms) \
		<(column run/plots/gantt.csv end_ms) | sort -n -k1,1 -k2,2 >bars
	[ "$(wc -l <bars)" -eq 20 ]
	awk '
		$3 <= $2 || ($1 == worker && $2 < end) { bad++ }
		{ worker = $1; end = $3 }
		END { exit bad > 0 }
	' bars
}

@test "requests do not overlap in a lane, whoever had the place before" {
	lanes_of --strategy multi-offload --work cpu:4ms
	lanes_of --strategy multi-poll --fault 503:40% \
		--retry 20,backoff=5ms..50ms,after=0s
}

@test "without a delay there is a picture, and cells say how they differ" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 0ms --strategy epoll,multi-poll --payload 1000,2000 \
		--fault none --fault 503:10%
	echo "$output"
	[[ "$output" != *"plots skipped"* ]]
	[[ "$(file -b run/plots/elapsed.svg)" == SVG* ]]
	grep -q "no ideal to be above" run/plots/elapsed.svg
	column run/plots/elapsed.csv cell | sort -u >cells
	[ "$(wc -l <cells)" -eq 8 ]
	grep -qx "epoll@20; 2000 bytes each; faults 503:10%" cells
	[ "$(column run/plots/elapsed.csv work | sort -u)" = \
		"--requests 20 --latency 0ms" ]
}

@test "a folder that is no run's is named, and nothing is made in it" {
	mkdir none
	run "$FLAGRACE" plot none
	[ "$status" -eq 2 ]
	[[ "$output" == "flagrace plot: none is not a run folder: it has no trials.csv" ]]
	[ -z "$(ls -A none)" ]
	run "$FLAGRACE" plot nosuch
	[ "$status" -eq 2 ]
	[[ "$output" == "flagrace plot: nosuch: No such file or directory; name the folder of a run" ]]
	[ ! -e nosuch ]
}

@test "long names are broken between settings, and whole in every format" {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 \
		--latency 'lognormal:p50=4ms,p99=9ms' --latency 1ms \
		--strategy epoll,multi-poll --requests 20,40 --payload 1000,2000
	[ "$status" -eq 0 ]
	"$FLAGRACE" plot run --format svg --cells epoll
	for line in 'epoll@20; 20 requests;' \
		'latency lognormal:p50=4ms,p99=9ms;' '1000 bytes each'; do
		grep -q ">$line<" run/plots/elapsed.svg
		grep -q ">$line<" run/plots/gantt.svg
	done
	# Below the curves, not beside them where it would leave them no room.
	name='>epoll@20; 20 requests; latency lognormal:p50=4ms,p99=9ms; 1000 bytes each<'
	at=$(grep -B1 "$name" run/plots/completion.svg | grep -o 'translate([0-9]*')
	[ "${at#*(}" -lt 100 ]
	run "$FLAGRACE" plot run --format term
	[[ "$output" == *"epoll@20; 20 requests; lat"* ]]
}

@test "without gnuplot a run succeeds and says what is missing" {
	# A path with everything but gnuplot.
	mkdir bin
	run env PATH="$PWD/bin" "$FLAGRACE" run --out run --warmup 0 \
		--blocks 1 --latency 1ms --strategy sequential
	[ "$status" -eq 0 ]
	[[ "$output" == *"plots skipped: "*gnuplot* ]]
	[ -s run/trials.csv ]
}

@test "a finished run is drawn anew, in the format asked for" {
	cp -r "$RUN" run
	run "$FLAGRACE" plot run --format pdf
	[ "$status" -eq 0 ]
	[[ "$(file -b run/plots/elapsed.pdf)" == PDF* ]]
	run "$FLAGRACE" plot run --format term
	[ "$status" -eq 0 ]
	[[ "$output" == "How long does it take?"* ]]
}

@test "characters fit the terminal, and need neither gnuplot nor a folder" {
	cp -r "$RUN" run
	mkdir bin
	for width in 60 80 140; do
		PATH=$PWD/bin COLUMNS=$width run "$FLAGRACE" plot run --format term
		[ "$status" -eq 0 ]
		# The widest line is one of a full bar.
		[ "$(printf '%s\n' "$output" | LC_ALL=C.UTF-8 python3 -c '
import sys
print(max(len(line.rstrip("\n")) for line in sys.stdin))')" -le $width ]
	done
	[ ! -e run/plots ]
	line=$(grep -m 1 "^sequential@1 " <<<"$output")
	[[ "$line" =~ █{50,}.*\ [0-9]+\ ms$ ]]
	[[ "$output" == *"--requests 20 --latency 50ms"* ]]
	[[ "$output" != *$'\e['* ]]
}

@test "a full disk is an error, and keeps the pictures that were there" {
	mkdir disk
	mount -t tmpfs -o size=600k none disk 2>/dev/null || skip "may not mount"
	mounted=disk
	cp -r "$RUN" disk/run
	mkdir -p disk/run/plots
	echo old | tee disk/run/plots/{elapsed,gantt,completion,in-flight}.png
	# Room for the data and no picture.
	dd if=/dev/zero of=disk/ballast bs=4k 2>/dev/null || true
	truncate -s -144K disk/ballast
	run "$FLAGRACE" plot disk/run --format png
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"elapsed.png: No space left on device" ]]
	[ "$(cat disk/run/plots/elapsed.png)" = old ]
	[ -z "$(find disk -name '*.part')" ]
	rm -r disk/run/plots
	dd if=/dev/zero of=disk/more bs=4k 2>/dev/null || true
	run "$FLAGRACE" history "$RUN" --plot disk/h.png
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *"h.png"*": No space left on device" ]]
	[ "$(ls -A disk | xargs)" = "ballast more run" ]
}

@test "a terminal that takes nothing is an error" {
	cp -r "$RUN" run
	run bash -c "'$FLAGRACE' plot run --format term >/dev/full"
	[ "$status" -eq 4 ]
	[[ "$output" == *"standard output: No space left on device" ]]
}

@test "names that look like gnuplot commands are only text" {
	mkdir run
	sed 's/process-pool/`touch gotcha`/; s/openmp/"; system("touch gotcha")/' \
		"$RUN/trials.csv" >run/trials.csv
	sed 's/process-pool/`touch gotcha`/' "$RUN/requests.csv" >run/requests.csv
	run "$FLAGRACE" plot run
	[ ! -e gotcha ] && [ ! -e run/gotcha ] && [ ! -e run/plots/gotcha ]
}

@test "no run, two runs, a folder that holds none, an unknown format" {
	run "$FLAGRACE" plot
	[ "$status" -eq 2 ]
	[[ "$output" == *"a run's folder"* ]]
	run "$FLAGRACE" plot one two
	[ "$status" -eq 2 ]
	mkdir empty
	run "$FLAGRACE" plot empty
	[ "$status" -ne 0 ]
	[[ "$output" == *"empty is not a run folder"* ]]
	run "$FLAGRACE" plot "$RUN" --format jpeg
	[ "$status" -eq 2 ]
	[[ "$output" == *"svg, png, pdf, term"* ]]
}

# texts FILE..: prints the texts of SVG pictures as a reader sees them
texts() {
	python3 - "$@" <<-'EOS'
		import html, re, sys
		for name in sys.argv[1:]:
		    for text in re.findall("<text>(.*?)</text>", open(name).read()):
		        print(html.unescape(re.sub("<[^>]*>", "", text)))
	EOS
}

@test "no text of an SVG picture is cut off or stands on another" {
	"$FLAGRACE" plot "$ROOT/results/reference" --out drawn --format svg
	python3 - drawn/*.svg <<-'EOS'
		import html, re, sys
		WORDS = re.compile(
		    r'<g transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*'
		    r'font-size="([\d.]+)"\s+text-anchor="(\w+)">\s*'
		    r'<text>(.*?)</text>', re.S)
		for name in sys.argv[1:]:
		    svg = open(name).read()
		    wide, high = map(float, re.search(
		        r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
		    boxes = []
		    for x, y, size, anchor, text in WORDS.findall(svg):
		        text = html.unescape(re.sub("<[^>]*>", "", text)).strip()
		        x, y, size = float(x), float(y), float(size)
		        # Narrower than it is: a touch is none.
		        width = 0.45 * size * len(text)
		        x -= {"start": 0, "middle": 0.5, "end": 1}[anchor] * width
		        assert y < high - 2 and y > size, (name, text, y)
		        assert x >= -1 and x + width <= wide + 1, (name, text, x)
		        for x2, y2, width2, size2, text2 in boxes:
		            assert (x + width <= x2 or x2 + width2 <= x or
		                    abs(y - y2) >= 0.6 * min(size, size2) or
		                    not text or not text2), (name, text, text2)
		        boxes.append((x, y, width, size, text))
		    assert len(boxes) > 10, name
	EOS
}

@test "quotes and backslashes of a name are drawn as they are" {
	mkdir run
	for file in trials requests; do
		sed 's/,openmp,/,"say ""hi"" \\n",/' "$RUN/$file.csv" >run/$file.csv
	done
	"$FLAGRACE" plot run --format svg
	for name in elapsed cost gantt completion in-flight latency; do
		echo "$name"
		texts run/plots/$name.svg | grep -F 'say "hi" \n@20'
	done
	"$FLAGRACE" plot run --format term | grep -F 'say "hi" \n@20'
}

@test "a caption can be pasted back as options, commas included" {
	"$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 --requests 12 \
		--latency uniform:1ms,3ms --fault 503:5%,reset:5% \
		--retry '2,backoff=1ms..2ms,on=5xx+reset' --limit 5000/s,burst=50 \
		--concurrency 1,2,4 --strategy multi-poll,openmp || [ $? -eq 4 ]
	"$FLAGRACE" plot run --format svg
	count=0
	for file in run/plots/*.svg; do
		options=$(texts "$file" | grep '^--[a-z]' | xargs -d '\n')
		echo "$file: $options"
		eval "'$FLAGRACE' run --dry-run $options" >plan
		grep -q "uniform:1ms,3ms" plan
		eval "words=($options)"
		[[ " ${words[*]} " == *" 503:5%,reset:5% "* ]]
		[[ " ${words[*]} " == *" 2,backoff=1ms..2ms,on=5xx+reset "* ]]
		[[ " ${words[*]} " == *" 5000/s,burst=50 "* ]]
		count=$((count + 1))
	done
	[ "$count" -ge 7 ]
}

@test "a history shows no invalid trial" {
	for i in 1 2; do
		mkdir run$i
		sed "s/,2026-11-22T18:/,2026-11-2${i}T18:/; /,openmp,/s/,valid,/,invalid,/" \
			"$RUN/trials.csv" >run$i/trials.csv
	done
	"$FLAGRACE" history run1 run2 --plot history.svg
	texts history.svg >drawn
	grep -q "pthread-map@20" drawn
	! grep -q openmp drawn
	! grep -q openmp history.svg
}

@test "an interrupt ends gnuplot, too, and leaves no half a picture" {
	cp -r "$RUN" run
	mkdir bin
	printf '#!/bin/sh\nexec sleep 1000\n' >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH "$FLAGRACE" plot run --format svg 2>said 3>&- &
	plot=$!
	local gnuplot
	until gnuplot=$(pgrep -P $plot -x sleep); do kill -0 $plot; done
	kill -TERM $plot # a shell starts jobs that ignore SIGINT
	status=0
	wait $plot || status=$?
	[ "$status" -eq 130 ]
	[ ! -e "/proc/$gnuplot" ]
	[ -z "$(find run/plots -name '*.svg' -o -name '*.part')" ]
}
