# SPDX-License-Identifier: GPL-3.0-or-later
"""ThreadPoolExecutor.map: python3 threads.py URLS CONCURRENCY [WORK_NS]"""

from concurrent import futures

from lesson import download_one, main


def download_many(urls, concurrency):
    with futures.ThreadPoolExecutor(concurrency) as executor:
        return list(executor.map(download_one, urls))


if __name__ == "__main__":
    main(download_many)
