#!/usr/bin/env bats
# flagrace doctor: prints a line for each thing that could spoil a measurement.

load common

@test "each check is a line: its state, and what to do when it warns" {
	run "$FLAGRACE" doctor
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 21 ]
	for line in "${lines[@]:0:20}"; do
		[[ "$line" =~ ^(ok|unknown)\ |^warns\ .*:\ .+\;\ .+$ ]]
	done
	[[ "${lines[20]}" =~ ^"All good"|^"Mend these before you measure" ]]
	[[ "$output" == *"virtual machine"*"descriptors"*"sanitizers"* ]]
}

@test "what it finds out depends on where it runs" {
	run bash -c "ulimit -n 100; '$FLAGRACE' doctor"
	[ "$status" -eq 0 ]
	[[ "$output" == *"warns    descriptors      100 at most: "*"; raise the hard limit"* ]]
}

@test "as JSON: the findings, and the facts they are made of" {
	"$FLAGRACE" doctor --format json | python3 -c '
import json, sys
told = json.load(sys.stdin)
assert len(told["findings"]) == 20
for finding in told["findings"]:
    assert finding["state"] in ("ok", "warns", "unknown")
    assert finding["makes_untrue"] in (True, False)
    assert finding["check"] and finding["spoils"] and finding["remedy"]
assert told["host"]["cpus"] >= 1
assert len(told["host"]["binary_xxh3"]) == 16'
	run "$FLAGRACE" doctor --format xml
	[ "$status" -eq 2 ]
	[[ "$output" == *"table, json"* ]]
}

@test "findings that cannot be printed are an error" {
	run bash -c "'$FLAGRACE' doctor >/dev/full"
	[ "$status" -eq 4 ]
	[[ "$output" == *"cannot write the findings"* ]]
}

@test "the last line and --strict tell what would make figures untrue" {
	run "$FLAGRACE" doctor --strict
	case ${lines[20]} in
	"Mend these before you measure"*) [ "$status" -eq 4 ] ;;
	"All good"*) [ "$status" -eq 0 ] ;;
	*) false ;;
	esac
}
