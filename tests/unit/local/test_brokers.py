"""Checks running brokers with a Kafka client, and the messages where Java is missing or too old."""

from pathlib import Path

import psutil
import pytest

from local.brokers import jars
from local.brokers.apache import ApacheKafka, new_cluster_id
from local.brokers.broker import Broker, brokers_known
from local.brokers.tansu import Tansu
from local.machine.ports import free_port
from tests.messaging.client import admin, create, producer, read, topics


@pytest.mark.processes
async def test_what_is_produced_is_read(broker: Broker, topic: str) -> None:
    await create(broker, topic)
    async with producer(broker) as client:
        for number in range(5):
            await client.send_and_wait(topic, b"book %d" % number, key=b"shelf")

    assert await read(broker, topic, count=5) == [b"book 0", b"book 1", b"book 2", b"book 3", b"book 4"]


def test_a_cluster_id_never_looks_like_an_option() -> None:
    ids = [new_cluster_id() for _ in range(2_000)]
    assert not [identity for identity in ids if identity.startswith("-")]
    assert len(set(ids)) == 2_000
    assert {len(identity) for identity in ids} == {22}


@pytest.mark.processes
async def test_every_start_of_the_embedded_broker_has_a_new_cluster_id(own_tansu: Tansu) -> None:
    async with admin(own_tansu) as client:
        before = (await client.describe_cluster())["cluster_id"]
    await own_tansu.restart()
    async with admin(own_tansu) as client:
        after = (await client.describe_cluster())["cluster_id"]

    assert before != after


@pytest.mark.processes
async def test_the_embedded_broker_listens_on_the_loopback_address_alone(own_tansu: Tansu) -> None:
    listening = [c.laddr for c in psutil.Process(own_tansu.pid).net_connections() if c.status == psutil.CONN_LISTEN]

    assert listening == [("127.0.0.1", own_tansu.port)]


async def test_nothing_listening_is_no_broker() -> None:
    assert await brokers_known(free_port()) == 0


@pytest.mark.processes
@pytest.mark.kafka
async def test_an_unknown_topic_is_not_created_by_asking_for_it(apache_kafka: ApacheKafka, topic: str) -> None:
    async with admin(apache_kafka) as client:
        await client.describe_topics([topic])

    assert topic not in await topics(apache_kafka)


async def test_a_machine_without_java_learns_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "install `java` on the PATH" in (jars.apache_unavailable() or "")


@pytest.mark.processes
async def test_a_machine_with_an_old_java_learns_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "is Java 11" in (jars.apache_unavailable() or "")
