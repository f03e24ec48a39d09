"""Says what is wrong with what a command did after a call of it had failed."""
import csv
import glob
import json
import os
import signal
import sqlite3

from commands import MAKING, STEADY

# What ends with another status has crashed: docs of each command tell these.
STATUSES = {0, 1, 2, 3, 4}
# The dynamic linker's, which has no room for a library.
NOT_LOADED = 127


def children():
    """Processes that the command has left to us, which adopt them."""
    left = []
    for path in glob.glob("/proc/self/task/*/children"):
        with open(path) as file:
            left += [int(word) for word in file.read().split()]
    return left


def left_processes():
    """Waits for those that are ending; kills and names the others."""
    for _ in range(500):
        for pid in children():
            os.waitpid(pid, os.WNOHANG)
        if not children():
            return None
        # What is being torn down has no other sign of its end.
        signal.sigtimedwait([], 0.02)
    names = []
    for pid in children():
        try:
            with open(f"/proc/{pid}/comm") as file:
                names.append(file.read().strip())
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except OSError:
            pass
    return f"left the processes {' '.join(names)}"


def is_run(name):
    return name == "resume" or name.startswith("run-")


def run_folder(place, name):
    return os.path.join(place.work, "before" if name == "resume" else "made")


def rows(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def lies_of_trial(row, requests, connections):
    mine = [r for r in requests if r["trial"] == row["trial"]]
    if len(mine) != int(row["requests"]):
        return f"{len(mine)} requests of {row['requests']}"
    good = sum(r["status"] == "ok" for r in mine)
    if row["ok"] and row["samples"] == "client" and good != int(row["ok"]):
        return f"{row['ok']} good requests, {good} in requests.csv"
    count = sum(r["trial"] == row["trial"] for r in connections)
    if row["connections_accepted"] not in ("", str(count)):
        return f"{row['connections_accepted']} connections, {count} in the file"
    return None


def lies(folder, trials):
    """What a run of so many trials, which has ended well, says and should not."""
    try:
        told = rows(folder, "trials.csv")
        requests = rows(folder, "requests.csv")
        connections = rows(folder, "connections.csv")
    except OSError as missing:
        return f"exit status 0, and {missing}"
    if len(told) != trials:
        return f"exit status 0, and {len(told)} trials of {trials}"
    for row in told:
        wrong = lies_of_trial(row, requests, connections)
        if row["verdict"] != "valid":
            wrong = f"exit status 0 for a trial that is {row['verdict']}"
        if wrong:
            return wrong
    return None


def lies_of_agent(output):
    answers = [json.loads(line) for line in output.splitlines()]
    if len(answers) != 2 or not {"row", "error"} & set(answers[1]):
        return f"exit status 0, and this answer: {output[-200:]!r}"
    row = answers[1].get("row")
    if row and row["verdict"] == "valid" and \
            row["ok"] + row["net_error"] + row["timeout"] != row["requests"]:
        return f"{row['ok']} of {row['requests']} requests were good"
    return None


def lies_of_file(path, undisturbed):
    """Whether what was made is whole."""
    if not os.path.exists(path):
        return f"exit status 0, and no {os.path.basename(path)}"
    if path.endswith(".sqlite"):
        with sqlite3.connect(path) as base:
            told = [base.execute(f"SELECT count(*) FROM {table}").fetchone()
                    for table in ("trials", "requests")]
        base.close()
        return None if told == [(2,), (6,)] else f"exit status 0, and {told}"
    if os.path.isdir(path):
        return None if len(os.listdir(path)) == 3 else \
            f"exit status 0, and these files: {os.listdir(path)}"
    size = os.path.getsize(path)
    return None if abs(size - undisturbed) < 200 else \
        f"exit status 0, and a file of {size} bytes instead of {undisturbed}"


def misbehaves(outcome, expected):
    """What no command may do, whatever failed."""
    status, output, errors = outcome
    said = f"said: {errors[-400:]!r}"
    if status is None:
        return f"hangs; {said}"
    if status < 0:
        return f"died of {signal.Signals(-status).name}; {said}"
    if "Sanitizer" in errors or "runtime error" in errors:
        return f"a sanitizer: {errors[:2000]!r}"
    if status == NOT_LOADED and "shared libraries" in errors:
        return None
    if status not in STATUSES:
        return f"exit status {status}; {said}"
    if status != expected.status and not (errors + output).strip():
        return f"exit status {status} without a word"
    return None


def undisturbed_size(place, name):
    """The trials of a run, or the size of what a command has made."""
    if is_run(name):
        return len(rows(run_folder(place, name), "trials.csv"))
    made = MAKING.get(name, (None, None))[1]
    return os.path.getsize(os.path.join(place.work, made)) if made else 0


def lies_of(place, name, outcome, expected, undisturbed):
    """What a command claims by its exit status 0, and is not so."""
    # What cannot be had here is told, and left out of a list of what can.
    if name in STEADY and outcome.output != expected.output and \
            outcome.errors == expected.errors:
        return f"exit status 0 with another output: {outcome.output[:200]!r}"
    if is_run(name):
        return lies(run_folder(place, name), undisturbed)
    if name == "agent":
        return lies_of_agent(outcome.output)
    if name in MAKING and MAKING[name][1]:
        return lies_of_file(os.path.join(place.work, MAKING[name][1]),
                            undisturbed)
    return None


def left_files(place):
    left = os.listdir(place.temporary) + [
        path for path in os.listdir(place.work)
        if path not in ("before", "made", "results", "made.sqlite",
                        "made.html")]
    return f"left {left}" if left else None


def cannot_resume(place, name, trials):
    """A run that ended with an error goes on when nothing fails any more."""
    made = run_folder(place, name)
    if not os.path.exists(os.path.join(made, "run.json")):
        return None
    place.make_room()
    outcome = place.again(["run", "--quiet", "--resume", made])
    if outcome.status not in (0, 4):
        return f"cannot be resumed: {outcome.errors[-300:]!r}"
    told = rows(made, "trials.csv")
    if len(told) != trials:
        return f"{len(told)} trials of {trials} after it was resumed"
    requests, connections = rows(made, "requests.csv"), \
        rows(made, "connections.csv")
    wrong = [lies_of_trial(row, requests, connections) for row in told
             if row["verdict"] == "valid"]
    return next(filter(None, wrong), None)


def judge(place, name, outcome, expected, undisturbed):
    """Returns what is wrong, or None."""
    wrong = misbehaves(outcome, expected)
    if not wrong and outcome.status == 0:
        wrong = lies_of(place, name, outcome, expected, undisturbed)
    processes = left_processes()
    wrong = wrong or processes or left_files(place)
    if not wrong and outcome.status and \
            is_run(name):
        wrong = cannot_resume(place, name, undisturbed)
    return wrong
