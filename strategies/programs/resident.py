# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the Python programs: the protocol of docs/PROGRAMS.md, and one
download over a connection that its thread keeps.

Command line: python3 PROGRAM WAY [WORK_NS]
"""

import http.client
import sys
import threading
import time
from urllib.parse import urlsplit

# The CPU time to use for each flag. Worker processes read it anew.
WORK_NS = int(sys.argv[2]) if len(sys.argv) > 2 else 0

HERE = threading.local()


def told():
    """The job: its URLs, and the most requests in flight."""
    _job, path, _n, concurrency, *_ = sys.stdin.readline().split()
    with open(path, encoding="ascii") as file:
        return file.read().split(), int(concurrency)


def ready():
    """Returns when the clock has started."""
    print("READY", flush=True)
    sys.stdin.readline()


def done():
    print("DONE", flush=True)


def work():
    """Uses that CPU time, by the clock of the calling thread."""
    end = time.thread_time_ns() + WORK_NS
    while time.thread_time_ns() < end:
        pass


def download_one(url):
    """Downloads one flag; its size in bytes, or None if it failed."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    if not hasattr(HERE, "connection"):
        HERE.connection = connect(parts.netloc)
    try:
        HERE.connection.request("GET", f"{parts.path}?{parts.query}")
        body = HERE.connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        HERE.connection.close()  # the next request connects again
        return None
    work()
    return len(body)
