#!/usr/bin/env bats
# The flagrace and curl commands that the documents show in sh blocks. suites.bats
# runs those of docs/SUITES.md, debugging.bats those of docs/DEBUGGING.md.

load common

ROOT=$BATS_TEST_DIRNAME/../..

# shown FILE: prints the commands of its sh blocks, without comments
shown() {
	sed -n '/^```sh$/,/^```$/p' "$1" | sed '/^```/d; s/[ ]*#.*//' | sed '/^$/d'
}

# obey COMMAND: runs it as it is written, but with a single block, and with the
# test's own server and run folder.
obey() {
	command=$1
	case $command in
	"flagrace run"*) command="$command --blocks 1 --warmup 0 --quiet" ;;
	"flagrace advise"*)
		command="$command --strategy multi-poll,pthread-map --blocks 1 --quiet" ;;
	"flagrace tune"*)
		command="$command --requests 20 --latency 1ms --trials 20 --quiet" ;;
	"flagrace plot results/"* | "flagrace summary results/"*)
		read -r _ verb _ rest <<<"$command"
		command="flagrace $verb $(echo results/*/ | cut -d' ' -f1) $rest" ;;
	"flagrace check ci "*) # little work, and a figure that no load changes
		mkdir -p old new
		ln -sf "$FLAGRACE" old/flagrace && ln -sf "$FLAGRACE" new/flagrace
		command="$command --requests 20 --latency 2ms --pressure 100 --gate connections --quiet" ;;
	"flagrace compare results/"*)
		run=$(echo results/*/ | cut -d' ' -f1)
		command="flagrace compare $run $run" ;;
	curl*) command=${command//http:\/\/127.0.0.1:8001/$url} ;;
	esac
	echo "$command"
	case $command in
	*" --link "*) # a busy machine makes a link late, and its trials invalid
		flagrace link -- true 2>/dev/null || return 0
		bash -c "$command" || [ $? -eq 4 ] ;;
	"flagrace tune"*) # 3: so few trials may not be enough
		bash -c "$command" || [ $? -eq 3 ] ;;
	*) bash -c "$command" ;;
	esac
}

commands_work() {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	flagrace serve --port 0 --latency uniform:20ms,200ms >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on }
	count=0
	while read -r line; do
		case $line in
		script/*) ;; # script/test is what runs this
		"flagrace serve"*) ;; # it runs; the curl line below asks it
		*) obey "$line" </dev/null; count=$((count + 1)) ;;
		esac
	done < <(shown "$1")
	kill "$server"
	wait "$server"
	[ "$count" -ge 6 ]
	[[ "$(file -b cn.gif)" == GIF\ image* ]]
}

@test "the commands of README.md work" {
	commands_work "$ROOT/README.md"
}

@test "the command of SECURITY.md works" {
	[ "$(shown "$ROOT/SECURITY.md")" = "flagrace doctor | grep confinement" ]
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH bash -c "$(shown "$ROOT/SECURITY.md")"
}

# can_be_followed PAGE..: does what the pages say, in their order, in a folder like
# a clone that has been built, with little work and a port of the test's own
can_be_followed() {
	mkdir -p clone/build/release/undrawn clone/script && cd clone
	ln -s "$ROOT/tests/cli/hasty" build/release/flagrace
	for command in script/bench apt-get build/release/undrawn/gnuplot; do
		ln -s /bin/true "$command"
	done
	ln -s "$ROOT/include" . && mkdir results && ln -s "$ROOT/results/reference" results
	PATH=$PWD/build/release:$PWD:$PATH
	port=$(python3 -c 'import socket
with socket.socket() as s: s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	for page; do
		sed "s/127.0.0.1:8001/127.0.0.1:$port/g; s/--port 8001/--port $port/" \
			"$ROOT/docs/$page" >"$page"
		"$ROOT/tests/drills/follow" --run-only "$page" 3>&-
	done
}

@test "docs/TUTORIAL.md can be followed" {
	can_be_followed TUTORIAL.md
	[[ "$(file -b pictures/gantt.png)" == PNG\ image* ]]
	[[ "$(file -b lesson.html)" == HTML* ]]
}

@test "docs/GALLERY.md can be followed, and shows all pictures there are" {
	can_be_followed GALLERY.md
	[[ "$(file -b history.svg)" == SVG* ]] && [ -s pictures/forest.svg ]
	cd "$ROOT/docs"
	diff <(grep -oE '\(images/[a-z.-]*\.(svg|png)' GALLERY.md | sort) \
		<(printf '(%s\n' images/*.svg images/*.png | sort)
	# A page of pictures has to load quickly, too.
	[ "$(cat images/*.svg images/*.png | wc -c)" -le 1500000 ]
}

@test "docs/OWN-STRATEGY.md, OWN-CLIENT.md and GLOSSARY.md can be followed" {
	can_be_followed OWN-STRATEGY.md OWN-CLIENT.md GLOSSARY.md
}

@test "docs/HOSTS.md can be followed" {
	mkdir bin
	# Both run one after the other here; tests/drills/slurm has a real sbatch.
	cat >bin/sbatch <<-'END'
		#!/bin/bash
		for SLURM_ARRAY_TASK_ID in 1 2 3; do
			export SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT=3
			sh "${@: -1}" || exit
		done
	END
	cat >bin/parallel <<-'END'
		#!/bin/bash
		all=$*
		words=${all#*--return * }
		for k in ${all#*:::}; do
			one=${words%:::*}
			${one//\{\}/$k} || exit
		done
	END
	chmod +x bin/*
	PATH=$PWD/bin:$PATH
	can_be_followed HOSTS.md
	[[ "$(file -b lesson.html)" == HTML* ]]
}

@test "the commands of docs/CI.md work" {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	shown "$ROOT/docs/CI.md" >commands
	[ -s commands ]
	mkdir results && cp -r "$ROOT/results/reference" results/run
	while read -r line; do
		case $line in
		# Little work, and a figure that no load changes.
		"flagrace check"*) line="$line --requests 20 --latency 2ms --pressure 100 --gate connections" ;;
		esac
		bash -c "$line" </dev/null
	done <commands
	[[ "$(file -b history.svg)" == SVG* ]]
}

@test "docs/CI.md lists the metrics that check knows, in their order" {
	known=$("$FLAGRACE" check --help | tr -s ' \n' ' ' |
		grep -oE 'connections,failures\)\. Known: [a-z0-9 -]+' | sed 's/.*: //')
	[ -n "$known" ]
	[ "$(sed -n '/^## The metrics$/,/^## This/s/^| `\([a-z0-9-]*\)` .*/\1/p' \
		"$ROOT/docs/CI.md" | xargs)" = "$(xargs <<<"$known")" ]
}

@test "the commands of docs/STRATEGIES.md work" {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	ln -s "$ROOT/strategies" strategies
	count=0
	while read -r line; do
		case $line in
		gcc* | *./mine.so*) continue ;; # package.bats runs these
		"flagrace run loss"* | "flagrace run network"*) # takes long
			line="${line%%#*} --dry-run" ;;
		esac
		obey "$line" </dev/null
		count=$((count + 1))
	done < <(shown "$ROOT/docs/STRATEGIES.md")
	[ "$count" -eq 4 ]
}

@test "the commands of docs/LINK.md work" {
	mkdir bin && ln -s "$FLAGRACE" bin/flagrace
	PATH=$PWD/bin:$PATH
	flagrace link -- true 2>why || skip "$(cat why)"
	flagrace serve --port 0 >ready 3>&- &
	server=$!
	url=$(tail -s 0.1 -n +1 -F ready 2>/dev/null | head -n 1)
	url=${url#listening on http://}
	count=0
	while read -r line; do
		line=${line//127.0.0.1:8001/$url}
		[[ "$line" != *--to* ]] || line=${line//2:8001/2:${url#*:}}
		echo "$line"
		bash -c "$line" </dev/null
		count=$((count + 1))
	done < <(shown "$ROOT/docs/LINK.md")
	kill "$server"
	wait "$server"
	[ "$count" -eq 4 ]
	[[ "$(file -b us.gif)" == GIF\ image* ]]
}

@test "docs/LINK.md lists the named links as they are" {
	grep -E '^[[:space:]]*[{]"' "$ROOT/link/names.c" |
		sed 's/^[[:space:]]*{"\([^"]*\)", "\([^"]*\)".*/\1 \2/' >names
	[ "$(wc -l <names)" -eq 5 ]
	diff names <(sed -n 's/^| `\([a-z0-9]*\)` | \(rtt=[^ ]*\) |.*/\1 \2/p' \
		"$ROOT/docs/LINK.md")
}

@test "README.zh-CN.md shows the same commands" {
	diff <(shown "$ROOT/README.md") <(shown "$ROOT/README.zh-CN.md")
}

@test "both READMEs show the same picture" {
	diff <(grep -oE 'docs/images/[a-z.]*' "$ROOT/README.md") \
		<(grep -oE 'docs/images/[a-z.]*' "$ROOT/README.zh-CN.md")
}

@test "docs/TUTORIAL.zh-CN.md shows the same commands and outputs" {
	cd "$ROOT/docs"
	diff <(sed -n '/^```/,/^```$/p' TUTORIAL.md) \
		<(sed -n '/^```/,/^```$/p' TUTORIAL.zh-CN.md)
}

@test "every link of the documents leads somewhere" {
	cd "$ROOT"
	for readme in README.md README.zh-CN.md CONTRIBUTING.md CHANGELOG.md SECURITY.md \
		results/README.md futures/README.md docs/*.md; do
		dir=$(dirname "$readme")
		while read -r link; do
			[ -e "$dir/$link" ] || { echo "$readme: $link"; return 1; }
		done < <(grep -oE '\]\([^)#:]+\)' "$ROOT/$readme" | sed 's/^](//; s/)$//')
	done
}

@test "files and functions that the documents name are there" {
	cd "$ROOT"
	folders='harness|mock_server|link|futures|strategies|tests|script|include|suites'
	for page in CONTRIBUTING.md SECURITY.md docs/*.md; do
		while read -r file; do
			[ -e "$file" ] || compgen -G "$file" >/dev/null ||
				{ echo "$page: $file"; return 1; }
		done < <(grep -oE "\`($folders)/[][A-Za-z0-9_./*-]*" "$page" | tr -d '`' |
			grep -v NAME)
	done
	while read -r name; do
		git grep -qw "$name" -- '*.[ch]' || { echo "no $name"; return 1; }
	done < <(grep -oE '`[a-z0-9]+_[a-z0-9_]+`' docs/ARCHITECTURE.md | tr -d '`')
}

@test "the workflow for GitHub runs script/test with each of its presets" {
	workflow=$ROOT/.github/workflows/test.yml
	presets=$(sed -n 's/.*|| set -- //p' "$ROOT/script/test")
	[ -n "$presets" ]
	[ "$(sed -n 's/.*preset: \[\(.*\)\]/\1/p' "$workflow" | tr -d ,)" = "$presets" ]
	grep -qF 'run: script/test ${{ matrix.preset }}' "$workflow"
}
