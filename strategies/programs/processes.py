# SPDX-License-Identifier: GPL-3.0-or-later
"""ProcessPoolExecutor.map: python3 processes.py WAY [WORK_NS]"""

import multiprocessing
from concurrent import futures

from resident import done, download_one, ready, told


def begin(barrier):
    global ALL_THERE
    ALL_THERE = barrier


def wait(_):
    ALL_THERE.wait()


def main():
    urls, concurrency = told()
    context = multiprocessing.get_context("fork")
    all_there = context.Barrier(concurrency)
    with futures.ProcessPoolExecutor(
        concurrency, context, begin, (all_there,)
    ) as executor:
        # Each process waits for all others, so all have started.
        list(executor.map(wait, range(concurrency)))
        ready()
        list(executor.map(download_one, urls))
        done()


if __name__ == "__main__":
    main()
