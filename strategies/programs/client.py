# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio and aiohttp: python3 client.py WAY [WORK_NS]"""

import asyncio
from resident import done, ready, told, work

import aiohttp


async def download_one(session, url):
    """Downloads one flag; its size in bytes, or None if it failed."""
    try:
        async with session.get(url) as answer:
            body = await answer.read()
    except (OSError, aiohttp.ClientError):
        return None
    work()
    return len(body)


async def main():
    urls, concurrency = told()
    # The connector lets so many requests be in flight, and keeps connections.
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(
        connector=connector, headers={"Accept-Encoding": "identity"}
    ) as session:
        ready()
        to_do = [download_one(session, url) for url in urls]
        for size in asyncio.as_completed(to_do):
            await size
        done()


if __name__ == "__main__":
    asyncio.run(main())
