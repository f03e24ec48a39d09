# SPDX-License-Identifier: GPL-3.0-or-later
"""The lesson's ways: python3 threads.py WAY [WORK_NS]

WAY is sequential, map (executor.map) or as-completed (submit, as_completed).
"""

import sys
import threading
from concurrent import futures

from resident import done, download_one, ready, told


def sequential(_executor, urls):
    return [download_one(url) for url in urls]


def in_order(executor, urls):
    return list(executor.map(download_one, urls))


def as_completed(executor, urls):
    to_do = [executor.submit(download_one, url) for url in urls]
    return [future.result() for future in futures.as_completed(to_do)]


def main():
    ways = {"sequential": sequential, "map": in_order, "as-completed": as_completed}
    download_many = ways[sys.argv[1]]
    urls, concurrency = told()
    all_there = threading.Barrier(concurrency)
    with futures.ThreadPoolExecutor(concurrency) as executor:
        # Each thread waits for all others, so all have started.
        list(executor.map(lambda _: all_there.wait(), range(concurrency)))
        ready()
        download_many(executor, urls)
        done()


if __name__ == "__main__":
    main()
