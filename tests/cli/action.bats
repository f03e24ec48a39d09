#!/usr/bin/env bats
# The GitHub Action of action.yml, in a job that is not GitHub's: tests/cli/run_action runs
# its steps, tests/cli/fake_github is the API. No verdict depends on how fast this machine
# is: the judged figure is the number of connections.

load common

here=$BATS_TEST_DIRNAME
sources=$here/../..

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	mkdir bin temp cat
	ln -s "$FLAGRACE" bin/flagrace
	export PATH=$PWD/bin:$PATH GIT_CONFIG_GLOBAL=/dev/null no_proxy=127.0.0.1
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a \
		GIT_COMMITTER_EMAIL=a@b
	export GITHUB_WORKSPACE=$PWD/cat RUNNER_TEMP=$PWD/temp \
		GITHUB_EVENT_PATH=$PWD/event.json GITHUB_REPOSITORY=octo/cat \
		GITHUB_HEAD_REF=topic GITHUB_BASE_REF=main GITHUB_WORKFLOW=w \
		GITHUB_JOB=j TOKEN=secret
	commit "exec curl -q --no-progress-meter --config \"\$1\""
	base=$(git -C cat rev-parse HEAD)
	echo "{\"pull_request\": {\"number\": 7, \"base\": {\"sha\": \"$base\"}}}" \
		>event.json
}

teardown() {
	[ -z "${server:-}" ] || kill "$server"
}

# commit COMMAND: commits the program that does this
commit() {
	[ -d cat/.git ] || git init -q -b main cat
	printf '%s\n' '#!/bin/sh' "$1" >cat/client
	chmod +x cat/client
	git -C cat add client
	git -C cat commit -q -m "$1"
}

# commit_slow: one more connection for each request
commit_slow() {
	commit "exec curl -q --no-progress-meter -H Connection:close --config \"\$1\""
}

# act NAME=VALUE ..: runs the action with few requests, and these inputs
act() {
	run "$here/run_action" version=installed compare=exec \
		target='mine={tree}/client {urls_curl}' threshold=connections \
		options=$'--requests=3\n--latency=1ms\n\n--concurrency=1\n--pressure=100\n--blocks-max=5' \
		"$@"
	echo "$output"
	cat summary outputs
}

# serve [STATUS]: starts the API, with the comments of comments.json
serve() {
	rm -f url
	[ -e comments.json ] || echo '[]' >comments.json
	"$here/fake_github" comments.json "$@" >url 3>&- &
	server=$!
	GITHUB_API_URL=$(tail -s 0.1 -n +1 -F url 2>/dev/null | head -n 1)
	export GITHUB_API_URL
}

# bodies: those of all comments, as JSON's texts
bodies() {
	python3 -c 'import json
for comment in json.load(open("comments.json")): print(json.dumps(comment["body"]))'
}

# gave VERDICT STATUS: the action's outputs and its status; no worktree is left
gave() {
	[ "$(<outputs)" = "verdict=$1"$'\n'"status=$2" ]
	[ "$status" -eq "$2" ]
	[ -z "$(ls temp)" ]
	[ "$(git -C cat worktree list | wc -l)" -eq 1 ]
}

@test "action.yml is what GitHub expects, and no text of others is in a command" {
	python3 - "$sources" <<-'END'
		import os, re, sys, yaml
		root = sys.argv[1]
		action = yaml.safe_load(open(os.path.join(root, "action.yml")))
		assert action["name"] and action["description"]
		for name, entry in action["inputs"].items():
		    assert entry["description"], name
		    assert entry.get("required") or isinstance(entry["default"], str), name
		runs = action["runs"]
		assert runs["using"] == "composite"
		for step in runs["steps"]:
		    assert set(step) <= {"name", "id", "if", "shell", "run", "env"}, step
		    assert step["shell"] == "bash"
		    match = re.fullmatch(
		        r'"\$GITHUB_ACTION_PATH/(packaging/action/[a-z]+)"', step["run"])
		    assert match, step["run"]
		    assert os.access(os.path.join(root, match[1]), os.X_OK), match[1]
		    # What a step is given is what its script asks for.
		    script = open(os.path.join(root, match[1])).read()
		    asked = set(re.findall(r"\bINPUT_[A-Z]+\b", script))
		    assert asked == set(step["env"]), asked ^ set(step["env"])
		    for variable, value in step["env"].items():
		        name = variable.removeprefix("INPUT_").lower()
		        assert value == "${{ inputs.%s }}" % name, variable
		used = set(re.findall(r"\binputs\.([a-z]+)", yaml.dump(runs)))
		assert used == set(action["inputs"]), used ^ set(action["inputs"])
		ids = {step.get("id") for step in runs["steps"]}
		for entry in action["outputs"].values():
		    name = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.\w+ \}\}",
		                        entry["value"])[1]
		    assert name in ids, name
	END
}

@test "docs/CI.md shows the action's inputs, and their defaults" {
	python3 - "$sources" <<-'END'
		import re, sys, yaml
		action = yaml.safe_load(open(sys.argv[1] + "/action.yml"))
		page = open(sys.argv[1] + "/docs/CI.md").read()
		[section] = re.findall(r"^## GitHub: the action\n(.*?)^## ", page, re.M | re.S)
		[block] = re.findall(r"^```yaml\n(.*?)^```$", section, re.M | re.S)
		[step] = [step for step in yaml.safe_load(block)["jobs"]["check"]["steps"]
		          if step["uses"] == "OWNER/flagrace@VERSION"]
		assert set(step["with"]) <= set(action["inputs"])
		rows = re.findall(r"^\| (`.*?) \| .* \|(.*)\|$", section, re.M)
		names = [name for row in rows for name in re.findall("`(.*?)`", row[0])]
		assert set(names) == set(action["inputs"]) and len(names) == len(set(names))
		for row in rows:
		    [name, *_] = re.findall("`(.*?)`", row[0])
		    default = action["inputs"][name].get("default", "")
		    shown = re.findall("`(.*?)`", row[1])
		    assert shown == ([default] if default else []), name
	END
}

@test "a head that is not slower passes; reports are in the folder" {
	commit "exec curl -q --no-progress-meter  --config \"\$1\""
	act folder=out
	gave PASS 0
	grep -q '^### flagrace check: PASS' summary
	grep -qF "Head \`topic@$(git -C cat rev-parse --short HEAD)\` against base \`main@$(git -C cat rev-parse --short "$base")\`" summary
	diff summary cat/out/check.md
	for file in check.json check.xml trials.csv build-base.log build-head.log; do
		[ -e "cat/out/$file" ]
	done
}

@test "a head that is slower fails, and its comment is replaced" {
	commit_slow
	serve
	act comment=true
	gave REGRESSED 1
	[[ "$output" == *"::error title=REGRESSED mine::connections"* ]]
	[[ "$output" == *"The comment was written."* ]]
	[[ "$(bodies)" == '"<!-- flagrace check '*'-->\n### flagrace check: REGRESSED'* ]]
	git -C cat checkout -q --detach "$base"
	act comment=true
	gave PASS 0
	[[ "$output" == *"The comment was replaced."* ]]
	[ "$(bodies | wc -l)" -eq 1 ]
	[[ "$(bodies)" == *"### flagrace check: PASS"* ]]
	# Another check of the pull request has a comment of its own.
	act comment=true threshold=connections,failures suite=ci \
		options=$'--strategy=null\n--requests=3\n--latency=1ms\n--concurrency=1\n--pressure=100\n--blocks-max=5'
	[ "$(bodies | wc -l)" -eq 2 ]
}

@test "the comment is found behind many others, and no stranger's is replaced" {
	serve
	act comment=true
	python3 - <<-'END'
		import json
		[ours] = json.load(open("comments.json"))
		stranger = dict(ours, user={"type": "User"}, author_association="NONE")
		quoted = dict(ours, body="> " + ours["body"])
		comments = [dict(c, id=i) for i, c in
		            enumerate([stranger, quoted] * 60 + [ours])]
		json.dump(comments, open("comments.json", "w"))
	END
	cp comments.json before.json
	commit_slow
	act comment=true
	[[ "$output" == *"The comment was replaced."* ]]
	python3 - <<-'END'
		import json
		before, after = (json.load(open(name))
		                 for name in ("before.json", "comments.json"))
		assert before[:-1] == after[:-1] and len(before) == len(after)
		assert "REGRESSED" in after[-1]["body"]
	END
}

@test "a check that cannot tell passes, unless the inputs say otherwise" {
	commit_slow
	act threshold=elapsed options=$'--requests=3\n--latency=1ms\n--concurrency=1\n--pressure=100\n--blocks-max=4'
	gave INCONCLUSIVE 0
	act threshold=elapsed inconclusive=fail options=$'--requests=3\n--latency=1ms\n--concurrency=1\n--pressure=100\n--blocks-max=4'
	gave INCONCLUSIVE 3
}

@test "a build that fails is named, and its last lines are text" {
	commit 'echo "::error::injected"; echo "<b>&\`\`\`"; exit 7'
	serve
	act build=./client base=HEAD head=main comment=true
	gave INVALID 4
	grep -qF 'The build of base (`HEAD@' summary
	grep -qF 'exit status 7' summary
	grep -qxF '    ::error::injected' summary
	[ "$(bodies | grep -c 'exit status 7')" -eq 1 ]
	# GitHub is told to obey nothing between these lines.
	stop=$(sed -n 's/^::stop-commands::\([0-9a-f]\{32\}\)$/\1/p' <<<"$output")
	[ -n "$stop" ]
	[[ "$output" == *"::stop-commands::$stop"*$'\n::error::injected\n'*$'\n'"::$stop::"* ]]
	# base builds, head does not
	act build='[ "$(git rev-parse HEAD)" != "'"$(git -C cat rev-parse HEAD)"'" ]'
	gave INVALID 4
	grep -qF 'The build of head (`topic@' summary
}

@test "the build runs in each tree, and may have several lines" {
	git -C cat mv client client.in
	git -C cat commit -q -m moved
	base=HEAD
	act base=HEAD build=$'cp client.in client\nfalse | cat || true\necho built'
	gave PASS 0
	[ "$(<cat/flagrace-check/build-head.log)" = built ]
	act base=HEAD build=$'false\ncp client.in client'
	gave INVALID 4
}

@test "names of branches are text, whatever they are" {
	hostile='a"b$(touch${IFS}pwned)`touch${IFS}pwned`;touch${IFS}pwned;'"'"'c|d&e<img>'
	git -C cat branch "$hostile"
	export GITHUB_HEAD_REF=$hostile GITHUB_BASE_REF=$hostile
	serve
	act comment=true
	gave PASS 0
	act base="$hostile" head="$hostile" comment=true
	gave PASS 0
	[ -z "$(find . -name '*pwned*' ! -path './cat/.git/*')" ]
	# A line of such a name is no command to GitHub, and no output of the step.
	for name in $'x\n::error::y' $'x\r::error::y' $'x\nverdict=PASS' --help \
		--since=2020 ''\''; touch pwned; '\'''; do
		act base="$name"
		gave "" 2
		grep -qF 'There is no commit `' summary
		[[ "$output" != *[$'\r\n']"::error::y"* ]]
	done
	[ -z "$(find . -name pwned ! -path './cat/.git/*')" ]
}

@test "base is of the event: a pull request, a push, a merge queue, or none" {
	commit_slow
	export GITHUB_HEAD_REF= GITHUB_BASE_REF= GITHUB_REF_NAME=main
	for event in "{\"before\": \"$base\"}" \
		"{\"merge_group\": {\"base_sha\": \"$base\"}}"; do
		echo "$event" >event.json
		act
		gave REGRESSED 1
		grep -qF "against base \`$(git -C cat rev-parse --short "$base")\`" \
			summary
	done
	for event in '{}' '{"before": "0000000000000000000000000000000000000000"}'; do
		echo "$event" >event.json
		act
		gave "" 2
		grep -qF 'This event names no base.' summary
	done
}

@test "a branch that only origin has is found" {
	git clone -q cat clone
	git -C cat checkout -q -b other
	commit_slow
	git -C clone fetch -q
	GITHUB_WORKSPACE=$PWD/clone act base=main head=other
	[ "$(<outputs)" = "verdict=REGRESSED"$'\n'"status=1" ]
	[ "$status" -eq 1 ]
}

# comment: runs the action's last step alone, for a report that is there
comment() {
	run env INPUT_TOKEN="$TOKEN" INPUT_FOLDER="$PWD" \
		"$sources/packaging/action/comment"
	echo "$output"
}

@test "without a comment the verdict stands, and a warning says why" {
	commit_slow
	warning='::warning title=flagrace check::No comment was written: '
	serve 403
	act comment=true
	gave REGRESSED 1
	[[ "$output" == *"${warning}GitHub answered 403 "*"pull-requests: write"* ]]
	kill "$server"
	# Of the other troubles the step alone is enough: none makes it fail.
	comment
	[[ "$output" == "${warning}there is no report" ]] && [ "$status" -eq 0 ]
	echo report >check.md
	comment
	[[ "$output" == "${warning}URLError: "*refused* ]] && [ "$status" -eq 0 ]
	for answer in 404 500 302; do
		serve "$answer"
		comment
		kill "$server"
		[[ "$output" == "${warning}GitHub answered $answer "* ]]
		[ "$status" -eq 0 ]
	done
	serve
	TOKEN=wrong comment
	[[ "$output" == "${warning}GitHub answered 401 "* ]] && [ "$status" -eq 0 ]
	TOKEN='' comment
	[[ "$output" == "${warning}the input token is empty" ]]
	[ "$status" -eq 0 ]
	echo '{"message": "no list"}' >comments.json
	comment
	[[ "$output" == "$warning"* ]] && [ "$status" -eq 0 ]
	echo "{\"before\": \"$base\"}" >event.json
	comment
	[[ "$output" == "${warning}the event is not one of a pull request" ]]
	[ "$status" -eq 0 ]
}

@test "a report that is too long for a comment is cut between lines" {
	serve
	yes 'a line of 23 characters' | head -n 5000 >check.md
	comment
	[ "$output" = "The comment was written." ]
	python3 - <<-'END'
		import json
		[comment] = json.load(open("comments.json"))
		mark, *lines, end = comment["body"].rstrip("\n").split("\n")
		assert len(comment["body"]) < 65536
		assert set(lines) == {"a line of 23 characters", ""}
		assert end == "The rest is in the job's summary."
	END
}

@test "wrong inputs are told" {
	act compare=everything
	gave "" 2
	grep -qF 'The input compare is `everything`' summary
	act threshold=elapsd
	gave "" 2
	[[ "$output" == *"did you mean elapsed?"* ]]
	grep -qF 'ended with exit status 2 and no report' summary
	act version=newest
	[ "$status" -eq 2 ]
	[[ "$output" == *"version is 'newest'"* ]]
	[ "$(<outputs)" = $'verdict=\nstatus=' ]
	act version=./no-such.deb
	[ "$status" -eq 1 ]
	[[ "$output" == "realpath: ./no-such.deb: "* ]]
}

@test "flagrace is built from the action's sources, outside of them" {
	mkdir elsewhere
	cat >elsewhere/cmake <<-END
		#!/bin/sh
		echo "\$PWD" "\$@" >>"$PWD/said"
		case \$1 in
		--preset) mkdir -p "\$4" && cp -P "$PWD/bin/flagrace" "\$4" ;;
		esac
	END
	chmod +x elsewhere/cmake
	PATH=$PWD/elsewhere:${PATH#*:} act version=source
	[ "$status" -eq 0 ]
	[ "$(<outputs)" = $'verdict=PASS\nstatus=0' ]
	root=$(cd "$sources" && pwd)
	[ "$(<said)" = "$root --preset release -B $PWD/temp/flagrace-build -DBUILD_TESTING=OFF
$root --build $PWD/temp/flagrace-build -- --quiet" ]
}
