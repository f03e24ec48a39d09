# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the lesson's scripts: downloads one flag; reads the list of URLs.

Proxies of the environment are not used, as in every other strategy.
"""

import sys
import urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download_one(url):
    """Downloads one flag over a connection of its own; its size in bytes."""
    with OPENER.open(url) as answer:
        return len(answer.read())


def main(download_many):
    """Calls download_many(urls, concurrency) as the command line says."""
    path, concurrency = sys.argv[1:]
    with open(path, encoding="ascii") as file:
        urls = file.read().split()
    print(sum(download_many(urls, int(concurrency))), "bytes")
