#!/usr/bin/env bats
# What is installed beside the program: man pages and completions say what the
# program says. BUILD is the build folder.

load common

setup_file() {
	cmake --install "$BUILD" --prefix "$BATS_FILE_TMPDIR/usr" \
		--component flagrace >/dev/null
	cmake --install "$BUILD" --prefix "$BATS_FILE_TMPDIR/usr" \
		--component futures >/dev/null
}

# page NAME: the text of an installed man page, on one line, without hyphens
page() {
	mandoc -T ascii "$BATS_FILE_TMPDIR"/usr/share/man/man?/"$1" |
		sed 's/.\x08//g' | tr -s ' \n' ' '
}

# help_commands: the commands that the help names
help_commands() {
	"$FLAGRACE" --help | sed -nE '/^commands:/,/^$/s/^  ([a-z]+) .*/\1/p'
}

# help_options COMMAND: the options that its help names
help_options() {
	"$FLAGRACE" "$1" --help | sed -nE 's/^  (-., |    )(--[a-z-]+).*/\2/p'
}

@test "mandoc and groff find no fault in the man pages" {
	for file in "$BATS_FILE_TMPDIR"/usr/share/man/man?/*; do
		mandoc -T lint -W warning "$file"
		run groff -man -Tutf8 -ww -z "$file"
		echo "$file: $output"
		[ -z "$output" ]
	done
}

@test "each command and each of its options stands in a man page" {
	[ "$(help_commands | wc -l)" -ge 15 ]
	main=$(page flagrace.1)
	for command in $(help_commands); do
		[[ "$main" == *" $command "* ]]
		text=$(page "flagrace-$command.1")
		[[ "$text" == *"NAME flagrace-$command - "* ]]
		for option in $(help_options "$command"); do
			echo "$command $option"
			[[ "$text" == *" $option "* ]]
		done
	done
}

@test "flagrace-suite(5) has the keys, flagrace-csv(5) the columns of a run" {
	text=$(page flagrace-suite.5)
	for option in $(help_options run); do
		case $option in --resume | --shard | --help | --color) continue ;; esac
		echo "$option"
		[[ "$text" == *" ${option#--} "* ]]
	done
	text=$(page flagrace-csv.5)
	for file in trials requests; do
		for name in $(head -n 1 "$BATS_TEST_DIRNAME/../../results/reference/$file.csv" |
			tr , ' '); do
			echo "$name"
			[[ "$text" == *" $name "* ]]
		done
	done
}

@test "--version tells the commit, the libraries and what is left out" {
	run "$FLAGRACE" --version
	echo "$output"
	[[ "${lines[0]}" =~ ^flagrace\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[[ "${lines[1]}" =~ ^commit:\ [0-9a-f]{40}\ \([-0-9]{10}\)$ ]]
	[[ "${lines[2]}" == "libraries: libcurl "*", OpenSSL "* ]]
	[ "${lines[3]}" = "left out: nothing" ]
}

@test "list says what is missing, and why" {
	run "$FLAGRACE" list
	[[ "$output" != *Missing* ]]
	PATH=/nowhere run "$FLAGRACE" list
	[[ "$output" == *"Missing: the pictures of runs, because gnuplot is"* ]]
}

# A shell whose completion of flagrace is asked for as bash asks: the words, of
# which the last is completed.
in_bash() {
	printf '%s\n' \
		". '$BATS_FILE_TMPDIR/usr/share/bash-completion/completions/flagrace'" \
		'compopt() { :; }' \
		'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))' \
		'function=$(complete -p flagrace)' \
		'function=${function#*-F } function=${function%% *}' \
		'$function' \
		'printf "%s\n" "${COMPREPLY[@]}"' >drive
	# As bash itself, which shows a word once
	bash --norc drive "$FLAGRACE" "$@" | awk '!shown[$0]++'
}

@test "bash completes commands, options, strategies, suites, columns and runs" {
	mkdir -p results/one results/none
	touch results/one/run.json mine.yaml
	[ "$(in_bash '' | head -n 3 | xargs)" = "run tune advise" ]
	[ "$(in_bash hist)" = history ]
	[ "$(in_bash run --blocks-m | xargs)" = "--blocks-min --blocks-max" ]
	[ "$(in_bash run -s seq)" = sequential ]
	[ "$(in_bash run --strategy sequential,pipe)" = sequential,pipelining ]
	[ "$(in_bash run --strategy = pipe)" = pipelining ]
	[ "$(in_bash run --format = | xargs)" = "table csv json markdown" ]
	[ "$(in_bash run --tls '' | xargs)" = "full resume none" ]
	[ "$(in_bash run les)" = lesson ]
	[ "$(in_bash run ./mi)" = ./mine.yaml ]
	[ "$(in_bash summary latest --metric ideal)" = ideal_ns ]
	[ "$(in_bash summary latest --group-by verd)" = verdict ]
	[ "$(in_bash summary --metric verd)" = "" ]
	[ "$(in_bash check --gate elapsed:5%,conn)" = "elapsed:5%,connections" ]
	[ "$(in_bash compare la)" = latest ]
	[ "$(in_bash compare latest results/o)" = results/one ]
	[ "$(in_bash run --resume results/o)" = results/one ]
	[ "$(in_bash link --link sate)" = satellite ]
	[[ "$(in_bash link -- bas)" == *bash* ]]
	[ -z "$(in_bash no-such-command '')" ]
	# All strategies of the list, and the word for them
	[ "$(in_bash run --strategy '' | sort)" = "$({ echo all &&
		"$FLAGRACE" list | sed '1d; /^$/,$d; s/ .*//'; } | sort)" ]
}

@test "fish and zsh complete, where they are" {
	data=$BATS_FILE_TMPDIR/usr/share
	PATH=$(dirname "$FLAGRACE"):$PATH
	if command -v fish >/dev/null; then
		run env HOME="$PWD" fish -c "
			source $data/fish/vendor_completions.d/flagrace.fish
			complete -C 'flagrace hist'
			complete -C 'flagrace run --strategy=pipe'"
		echo "$output"
		[[ "$output" == *"history"*"--strategy=pipelining"* ]]
	fi
	if command -v zsh >/dev/null; then
		zsh -n "$data/zsh/site-functions/_flagrace"
		# What the function offers, by stand-ins for zsh's own
		run zsh -f -c "
			_describe() { print -l -- \$described; }
			words=(flagrace run --strategy=pipe) CURRENT=3
			eval \"\$(<$data/zsh/site-functions/_flagrace)\""
		echo "$output"
		[[ "$output" == "--strategy=pipelining:several requests"* ]]
	fi
}

@test "SECURITY.md is installed with the documents" {
	[ -s "$BATS_FILE_TMPDIR/usr/share/doc/flagrace/SECURITY.md" ]
}

@test "the installed program is hardened" {
	local build=sanitized
	if "$FLAGRACE" doctor | grep -qE 'sanitizers +none'; then build=; fi
	"$BATS_TEST_DIRNAME/../unit/test_hardening" \
		"$BATS_FILE_TMPDIR/usr/bin/flagrace" $build
}
