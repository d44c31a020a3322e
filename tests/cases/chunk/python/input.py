#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Fetches feeds and keeps what is new."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import (
    Callable,
    Iterator,
)

LOG = logging.getLogger(__name__)
TIMEOUT: float = 30.0
user, password = "anonymous", ""

Parser = Callable[[bytes], "Feed"]


class FeedError(Exception):
    """Something is wrong with a feed."""


# Kept apart from Feed: an item outlives the feed that it came from.
@dataclass(frozen=True, order=True)
class Item:
    """One entry of a feed."""

    title: str
    link: str
    tags: list[str] = field(default_factory=list)

    @property
    def is_tagged(self) -> bool:
        return bool(self.tags)


class Feed:
    """A feed with its items.

    Items are in the order of the source, newest first.
    """

    max_items = 500

    class Meta:
        ordering = ("title",)

    def __init__(self, url: str, *, parser: Parser | None = None) -> None:
        self.url = url
        self.parser = parser or parse_rss
        self.items: list[Item] = []
        self._seen: set[str] = set()

    # Not a property: it can take a while.
    def fresh(self) -> Iterator[Item]:
        for item in self.items:
            if item.link not in self._seen:
                self._seen.add(item.link)
                yield item

    async def fetch(self, session, retries: int = 3) -> int:
        """Reads the feed again; returns the number of new items."""

        def wait(attempt: int) -> float:
            return min(2.0**attempt, TIMEOUT)

        for attempt in range(retries):
            try:
                async with session.get(self.url, timeout=TIMEOUT) as response:
                    body = await response.read()
            except asyncio.TimeoutError:
                LOG.warning("%s: no answer, attempt %d", self.url, attempt)
                await asyncio.sleep(wait(attempt))
                continue
            if response.status == 304:
                return 0
            if response.status >= 400:
                raise FeedError(f"{self.url}: {response.status}")
            parsed = self.parser(body)
            known = {item.link for item in self.items}
            new = [item for item in parsed.items if item.link not in known]
            self.items = (new + self.items)[: self.max_items]
            return len(new)
        raise FeedError(f"{self.url}: gave up after {retries} attempts")

    @staticmethod
    def empty() -> "Feed":
        return Feed("about:blank")

    key = lambda self: self.url  # noqa: E731


def parse_rss(body: bytes) -> Feed:
    feed = Feed.empty()
    feed.items = [Item(part.decode(), "") for part in body.split(b"<item>")]
    return feed


async def main(urls: list[str]) -> None:
    async with Session() as session:
        counts = await asyncio.gather(*(Feed(url).fetch(session) for url in urls))
    for url, count in zip(urls, counts):
        print(f"{url}: {count} new")


if __name__ == "__main__":
    import sys

    asyncio.run(main(sys.argv[1:]))
