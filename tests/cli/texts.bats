#!/usr/bin/env bats
# Text files as editors and spreadsheets write them: a byte order mark, CRLF and a
# last line without an end are accepted; UTF-16 and UTF-32 are refused by name.

load common

# written FORM FILE: writes standard input as an editor with that form saves it
written() {
	case $1 in
	mark) { printf '\xef\xbb\xbf' && cat; } >"$2" ;;
	crlf) sed 's/$/\r/' >"$2" ;;
	endless) { head -c -1; } >"$2" ;;
	all) { printf '\xef\xbb\xbf' && sed 's/$/\r/' | head -c -1; } >"$2" ;;
	utf-16) { printf '\xff\xfe' && iconv -t utf-16le; } >"$2" ;;
	utf-16be) { printf '\xfe\xff' && iconv -t utf-16be; } >"$2" ;;
	bare) iconv -t utf-16le >"$2" ;;
	utf-32) { printf '\xff\xfe\0\0' && iconv -t utf-32le; } >"$2" ;;
	esac
}

# try FORM WORDS ARG..: the command accepts the file, or refuses it with the words
try() {
	run timeout 60 "$FLAGRACE" "${@:3}"
	echo "$1: $output"
	case $1 in
	utf-16* | bare)
		[ "$status" -eq 2 ]
		[[ "$output" == *"$2"*"UTF-16"*"save it as UTF-8"* ]]
		;;
	utf-32)
		[ "$status" -eq 2 ]
		[[ "$output" == *"$2"*"UTF-32; save it as UTF-8"* ]]
		;;
	*)
		[ "$status" -eq 0 ]
		;;
	esac
}

FORMS="mark crlf endless all utf-16 utf-16be bare utf-32"

@test "suites" {
	for form in $FORMS; do
		printf '%s\n' 'strategy: epoll' 'blocks: 3' 'latency: 1ms' |
			written $form s.yaml
		try $form "./s.yaml is" run ./s.yaml --dry-run
		case $form in
		utf* | bare) ;;
		*) [[ "$output" == *"latency 1ms"*"s: 1 cell, 3 blocks"* ]] ;;
		esac
	done
}

@test "templates of programs" {
	for form in $FORMS; do
		printf '%s\n' 'one=true {urls}' '# none' 'two=true {url}' |
			written $form templates
		try $form "templates is" run --dry-run --strategy null --exec @templates
		case $form in
		utf* | bare) ;;
		*) [[ "$output" == *one@20*two@20*"3 cells"* ]] ;;
		esac
	done
}

@test "lists of URLs" {
	for form in $FORMS; do
		printf '%s\n' 'http://127.0.0.1:9/a' '' 'http://127.0.0.1:9/b' |
			written $form urls
		try $form "urls is" run --dry-run --strategy epoll --urls urls
	done
	# a list of one short line is no UTF-16
	printf '\n' >urls
	run "$FLAGRACE" run --dry-run --strategy epoll --urls urls
	[[ "$output" == *"urls has no URL"* ]]
	: >urls
	run "$FLAGRACE" run --dry-run --strategy epoll --urls urls
	[[ "$output" == *"urls has no URL"* ]]
}

@test "traces of delays" {
	for form in $FORMS; do
		printf '%s\n' delay_ns 1000 3000 | written $form trace.csv
		try $form "trace:trace.csv" serve --explain-latency trace:trace.csv
		case $form in
		utf* | bare) ;;
		*) [[ "$output" == *3* ]] ;;
		esac
	done
}

@test "figures" {
	mkdir run
	for form in $FORMS; do
		[ $form != endless ] && [ $form != all ] || continue
		written $form run/trials.csv <"$BATS_TEST_DIRNAME/../fixtures/run/trials.csv"
		try $form "run/trials.csv is" summary run
	done
	# a last line without an end is what a killed run leaves: told, and no row
	head -c -1 "$BATS_TEST_DIRNAME/../fixtures/run/trials.csv" >run/trials.csv
	run "$FLAGRACE" summary run
	[ "$status" -eq 0 ]
}

@test "the settings of a run that goes on" {
	"$FLAGRACE" run --out run --quiet --blocks 1 --warmup 0 --latency 0ms \
		--strategy epoll --requests 1 >/dev/null
	cp run/run.json kept
	for form in $FORMS; do
		written $form run/run.json <kept
		try $form "run/run.json, line 1: is" run --resume run --dry-run
		case $form in
		utf* | bare) ;;
		*)
			# and its host's facts are read as well
			mkdir -p other && cp run/*.csv other/
			sed 's/"kernel": "[^"]*"/"kernel": "0.0.1"/' kept >other/run.json
			sed -i 's/^\([0-9]*\),run,/\1,other,/' other/trials.csv
			run "$FLAGRACE" compare run other
			[[ "$output" == *"on different hosts or builds: kernel"* ]]
			;;
		esac
	done
}
