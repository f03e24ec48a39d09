"""The commands that tests/faults tries: their words, and what they make. Each runs
in a folder that has a finished run, `before`; PATH leads nowhere, so gnuplot is
not drawn into it."""
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGRACE = os.path.abspath(os.environ.get("FLAGRACE", "build/dev/flagrace"))
RUN = ["run", "--quiet", "--blocks", "1", "--warmup", "0", "--requests", "3",
       "--latency", "1ms", "--out", "made"]
ORDER = {"trial": "1", "strategy": "multi-epoll", "concurrency": 3,
         "requests": 3, "latency": "1ms", "timeout": "1s", "seed": 7}
# A strategy of each family.
FAMILIES = ["sequential", "thread-per-request", "pthread-map", "openmp",
            "process-pool", "fork-per-request", "multi-poll", "multi-epoll",
            "coroutine", "reactors", "process-offload", "epoll",
            "epoll-offload", "io-uring", "http2", "pipelining"]
CURL = "curl=/usr/bin/curl -q -s --parallel-max {concurrency} --config {urls_curl}"
RESIDENT = f"py=/usr/bin/python3 {HERE}/../../strategies/programs/threads.py map"
# Runs of other kinds.
KINDS = {
    "exec": ["--strategy", "null", "--exec", CURL],
    "program": ["--strategy", "null", "--program", RESIDENT],
    "tls": ["--strategy", "multi-poll", "--tls", "full"],
    "tls-http2": ["--strategy", "http2", "--tls", "full"],
    "tls-multi-h2": ["--strategy", "multi-h2", "--tls", "resume"],
    "link": ["--strategy", "epoll", "--link", "rtt=1ms"],
    "save": ["--strategy", "epoll", "--work", "save"],
    "retry": ["--strategy", "multi-poll", "--fault", "503:50%", "--retry",
              "3,backoff=1ms..2ms"],
    "rate": ["--strategy", "epoll", "--arrivals", "constant:1000/s"],
}
# Commands that print the same each time, from the run in `before`.
STEADY = {
    "version": ["--version"],
    "list": ["list"],
    "help": ["run", "--help"],
    "dry-run": RUN + ["--dry-run"],
    "summary": ["summary", "before"],
    "summary-json": ["summary", "--format", "json", "before"],
    "summary-requests": ["summary", "--requests", "before"],
    "compare": ["compare", "before", "before"],
    "history": ["history", "before"],
}
# Commands that make something, and what they make.
MAKING = {
    "export": (["export", "before", "--out", "made.sqlite"], "made.sqlite"),
    "report": (["report", "before", "--out", "made.html"], "made.html"),
    "download": (["download", "--latency", "1ms", "--save", "made", "CN", "IN", "US"],
                 "made"),
    "doctor": (["doctor"], None),
    "agent": (["agent"], None),
    "resume": (["run", "--quiet", "--resume", "before"], None),
    "link": (["link", "--rtt", "1ms", "--", "/bin/true"], None),
}
# What a command reads from its standard input.
INPUT = {"agent": json.dumps(ORDER) + "\n"}


def commands():
    table = {f"run-{name}": RUN + ["--strategy", name] for name in FAMILIES}
    table.update({f"run-{name}": RUN + words for name, words in KINDS.items()})
    table.update(STEADY)
    table.update({name: words for name, (words, _) in MAKING.items()})
    return table
