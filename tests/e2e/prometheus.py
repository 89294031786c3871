"""A Prometheus that scrapes a running system, with our own rules; on the loopback address, and ended with the test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from local.machine.ports import free_port
from tests.architecture.observability import ALERTS
from tests.waiting import until

needs_prometheus = pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs prometheus, of the Debian package")
DESK = "https://desk.example"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus."""

    client: httpx.AsyncClient

    async def get(self, path: str, **query: str) -> Any:
        """Returns the data that it answers. Raises AssertionError with its error."""
        answer = await self.client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def series(self, query: str) -> Sequence[Any]:
        """Returns the series that a query has now. Raises AssertionError where it is no query."""
        found: Sequence[Any] = (await self.get("query", query=query))["result"]
        return found


@asynccontextmanager
async def prometheus(folder: Path, urls: Sequence[str]) -> AsyncIterator[Prometheus]:
    """Yields a Prometheus that has scraped all of these services at least once, and does so each second."""
    targets = [urlsplit(url).netloc for url in urls]
    scraping = {"job_name": "stockbridge", "static_configs": [{"targets": targets}]}
    times = {"scrape_interval": "1s", "evaluation_interval": "1s", "external_labels": {"desk": DESK}}
    (folder / "prometheus.yaml").write_text(
        yaml.safe_dump({"global": times, "rule_files": [str(ALERTS)], "scrape_configs": [scraping]})
    )
    port = free_port()
    options = (f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data")
    log = (folder / "prometheus.log").open("wb")
    listen = f"--web.listen-address=127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec("prometheus", *options, listen, stdout=log, stderr=log)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            running = Prometheus(client)

            async def scraped() -> bool:
                try:
                    return len(await running.series("up == 1")) == len(targets)
                except (httpx.TransportError, AssertionError):
                    return False

            await until(scraped)
            yield running
    finally:
        process.terminate()
        await process.wait()
        log.close()
