# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio's streams: python3 streams.py WAY [WORK_NS]

asyncio has no HTTP client, so this program has as much of one as it needs. A
coroutine for each place takes one URL after the other, and keeps its connection.
"""

import asyncio
from urllib.parse import urlsplit

from resident import done, ready, told, work


async def receive(reader):
    """Reads an answer; its size in bytes."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return len(await reader.readexactly(int(value)))
    raise OSError("an answer without a length")


async def download_next(urls):
    """Downloads flags until there is none left; their sizes."""
    sizes, writer = [], None
    for url in urls:
        parts = urlsplit(url)
        try:
            if writer is None or reader.at_eof():
                reader, writer = await asyncio.open_connection(
                    parts.hostname, parts.port, ssl=parts.scheme == "https" or None
                )
            writer.write(
                f"GET {parts.path}?{parts.query} HTTP/1.1\r\n"
                f"Host: {parts.netloc}\r\n\r\n".encode()
            )
            sizes.append(await receive(reader))
            work()
        except (OSError, EOFError):
            if writer:
                writer.close()
            writer = None
    if writer:
        writer.close()
    return sizes


async def supervise(urls, concurrency):
    queue = iter(urls)  # shared: each coroutine takes the next one
    return await asyncio.gather(*(download_next(queue) for _ in range(concurrency)))


def main():
    urls, concurrency = told()
    ready()
    asyncio.run(supervise(urls, concurrency))
    done()


if __name__ == "__main__":
    main()
