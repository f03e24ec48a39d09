# SPDX-License-Identifier: GPL-3.0-or-later
"""One flag after another: python3 sequential.py URLS CONCURRENCY [WORK_NS]"""

from lesson import download_one, main


def download_many(urls, _concurrency):
    return [download_one(url) for url in urls]


if __name__ == "__main__":
    main(download_many)
