# SPDX-License-Identifier: GPL-3.0-or-later
"""ProcessPoolExecutor.map: python3 processes.py URLS CONCURRENCY [WORK_NS]"""

from concurrent import futures

from lesson import download_one, main


def download_many(urls, concurrency):
    with futures.ProcessPoolExecutor(concurrency) as executor:
        return list(executor.map(download_one, urls))


if __name__ == "__main__":
    main(download_many)
