"""Races flagrace's strategies against hostile servers (hostile_answers)."""
import csv
import os
import ssl
import subprocess
import time

from hostile_answers import H2_KINDS, KINDS, Host

H2_STRATEGIES = ("http2", "multi-h2")
REQUESTS, CONCURRENCY, TIMEOUT_S = 20, 10, .3
# flagrace's own limit of a trial, start and end included, and what a child may hold.
TRIAL_S = TIMEOUT_S * REQUESTS / CONCURRENCY + 5 + 10
CHILD_MAX = 64 << 20


def strategies(flagrace):
    listed = subprocess.run([flagrace, "list"], capture_output=True, text=True,
                            check=True).stdout.split("\n\n")[0].splitlines()[1:]
    return [line.split()[0] for line in listed if line.split()[0] != "null"]


def certified(folder):
    """What a server of HTTP/2 needs; clients take its certificate by --insecure."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def left(mark):
    """Processes that have the mark in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                if mark.encode() in environ.read():
                    found.append(pid)
        except OSError:
            pass
    return found


def race(flagrace, host, names, folder, number):
    """Runs one trial of each strategy. Returns the rows and the time it took."""
    mark = f"FLAGRACE_MARK=hostile-{os.getpid()}-{number}"
    out = f"{folder}/{number}"
    begun = time.monotonic()
    subprocess.run(
        [flagrace, "run", "--url",
         f"{'https' if host.tls else 'http'}://127.0.0.1:{host.port}", "--insecure",
         "--strategy",
         ",".join(names), "--requests", str(REQUESTS), "--concurrency", str(CONCURRENCY),
         "--timeout", f"{TIMEOUT_S * 1000:.0f}ms", "--warmup", "0", "--blocks", "1", "--quiet",
         "--seed", str(number + 1), "--out", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        timeout=TRIAL_S * len(names) + 30,
        env={**os.environ, "FLAGRACE_MARK": mark.split("=")[1]})
    took = time.monotonic() - begun
    if left(mark):
        raise OSError(f"processes are left: {left(mark)}")
    with open(f"{out}/trials.csv", encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows)), took


def faults_of(rows, names):
    """What is wrong with the trials of one run."""
    faults = []
    if len(rows) != len(names):
        faults.append(f"{len(rows)} rows of {len(names)}")
    for row in rows:
        who = row["strategy"]
        if row["verdict"] == "valid":
            faults.append(f"{who}: valid")
        if row["verdict"] in ("crashed", "failed", "invalid") and not row["reason"]:
            faults.append(f"{who}: no reason")
        if row["verdict"] == "unwitnessed" and int(row["ok"] or 0) < REQUESTS and not row["failures"]:
            faults.append(f"{who}: failures without a cause")
        if row["verdict"] == "crashed":
            faults.append(f"{who}: {row['reason']}")
        if int(row["peak_rss_bytes"] or 0) > CHILD_MAX:
            faults.append(f"{who}: holds {int(row['peak_rss_bytes']) / 1e6:.1f} MB")
    return faults


def causes(rows, counts):
    for row in rows:
        what = row["failures"] or ("ok" if row["verdict"] == "unwitnessed"
                                   else row["reason"])
        for part in what.split("; "):
            word = part.split(" ", 1)[-1] if part[:1].isdigit() else part
            counts[word] = counts.get(word, 0) + 1


def drill(name, flagrace, folder, inputs, smoke, seed):
    """Returns whether all is well, and prints a line."""
    is_h2 = name in H2_KINDS
    script = (H2_KINDS if is_h2 else KINDS)[name]
    names = [each for each in strategies(flagrace)
             if (each in H2_STRATEGIES) == is_h2]
    if smoke:
        names = names[seed % 3::3] if not is_h2 else names
    host = Host(script, seed, certified(folder) if is_h2 else None)
    faults, words, memory, longest, number = [], {}, 0, 0, 0
    try:
        while number == 0 or (host.count < inputs and number < 60):
            rows, took = race(flagrace, host, names, f"{folder}", number)
            number += 1
            faults += faults_of(rows, names)
            causes(rows, words)
            memory = max([memory] + [int(row["peak_rss_bytes"] or 0) for row in rows])
            longest = max([longest] + [int(row["elapsed_ns"] or 0) / 1e9
                                       for row in rows])
    except (OSError, subprocess.TimeoutExpired) as error:
        faults.append(str(error))
    host.close()
    said = ", ".join(sorted(words, key=words.get, reverse=True)[:4])
    print(f"{name:26} {host.count:7} {longest:9.2f} {memory / 1e6:7.1f}  "
          f"{'; '.join(dict.fromkeys(faults)) or said}", flush=True)
    return not faults
