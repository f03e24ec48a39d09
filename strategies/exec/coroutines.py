# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio.gather and a semaphore: python3 coroutines.py URLS CONCURRENCY [WORK_NS]

asyncio has no HTTP client, so this script has as much of one as it needs.
"""

import asyncio
from urllib.parse import urlsplit

from lesson import main, work


async def download_one(url):
    """Downloads one flag over a connection of its own; its size in bytes."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port, ssl=parts.scheme == "https" or None
    )
    writer.write(
        f"GET {parts.path}?{parts.query} HTTP/1.0\r\n"
        f"Host: {parts.netloc}\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    if not head.startswith(b"HTTP/1.1 200"):
        raise OSError(head.decode("latin-1"))
    work()
    return len(body)


async def supervise(urls, concurrency):
    semaphore = asyncio.Semaphore(concurrency)

    async def download_when_allowed(url):
        async with semaphore:
            return await download_one(url)

    return await asyncio.gather(*map(download_when_allowed, urls))


def download_many(urls, concurrency):
    return asyncio.run(supervise(urls, concurrency))


if __name__ == "__main__":
    main(download_many)
