# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the lesson's scripts: downloads one flag, works on it; reads the
list of URLs.

Proxies of the environment are not used, as in every other strategy.
"""

import sys
import time
import urllib.request

# The CPU time to use for each flag. Worker processes read it anew.
WORK_NS = int(sys.argv[3]) if len(sys.argv) > 3 else 0

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download_one(url):
    """Downloads one flag over a connection of its own; its size in bytes."""
    with OPENER.open(url) as answer:
        body = answer.read()
    work()
    return len(body)


def work():
    """Uses that CPU time, by the clock of the calling thread."""
    end = time.thread_time_ns() + WORK_NS
    while time.thread_time_ns() < end:
        pass


def main(download_many):
    """Calls download_many(urls, concurrency) as the command line says."""
    path, concurrency = sys.argv[1:3]
    with open(path, encoding="ascii") as file:
        urls = file.read().split()
    print(sum(download_many(urls, int(concurrency))), "bytes")
