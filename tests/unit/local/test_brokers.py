"""Brokers start, stop and restart as documented, checked with a Kafka client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.brokers import jars
from local.brokers.apache import ApacheKafka, new_cluster_id
from local.brokers.broker import Broker, brokers_known
from local.brokers.tansu import Tansu
from local.machine.ports import free_port


@pytest.fixture
def topic() -> str:
    """A name no other test uses."""
    return f"topic-{uuid4()}"


@asynccontextmanager
async def admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def create(broker: Broker, topic: str, *, copies: int = 1) -> None:
    async with admin(broker) as client:
        answer = await client.create_topics([NewTopic(topic, 2, copies)])
    assert answer.topic_errors[0][1] == 0


async def topics(broker: Broker) -> set[str]:
    async with admin(broker) as client:
        return set(await client.list_topics())


@asynccontextmanager
async def producer(broker: Broker) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=broker.idempotent)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def read(broker: Broker, topic: str, *, count: int) -> list[bytes]:
    client = AIOKafkaConsumer(topic, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    await client.start()
    try:
        async with asyncio.timeout(60):
            return [(await client.getone()).value for _ in range(count)]
    finally:
        await client.stop()


@pytest.mark.processes
async def test_what_is_produced_is_read(broker: Broker, topic: str) -> None:
    await create(broker, topic)
    async with producer(broker) as client:
        for number in range(5):
            await client.send_and_wait(topic, b"book %d" % number, key=b"shelf")

    assert await read(broker, topic, count=5) == [b"book 0", b"book 1", b"book 2", b"book 3", b"book 4"]


@pytest.mark.processes
@pytest.mark.parametrize("end", [lambda broker: broker.stop(), lambda broker: broker.kill()], ids=["stop", "kill"])
async def test_a_stopped_broker_does_not_answer_and_restarts_at_its_address(
    own_broker: Broker, end: Callable[[Broker], Awaitable[None]]
) -> None:
    port = int(own_broker.bootstrap.split(":")[1])
    await end(own_broker)
    assert await brokers_known(port) == 0

    await own_broker.start()
    assert await brokers_known(port) == 1


@pytest.mark.processes
async def test_a_restart_keeps_topics_where_the_broker_says_so(own_broker: Broker, topic: str) -> None:
    await create(own_broker, topic)
    await own_broker.restart()

    assert (topic in await topics(own_broker)) is own_broker.keeps_data


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


@pytest.mark.processes
@pytest.mark.kafka
async def test_acknowledged_records_outlive_the_kill_of_the_only_broker(own_apache_kafka: ApacheKafka, topic: str) -> None:
    await create(own_apache_kafka, topic)
    async with producer(own_apache_kafka) as client:
        await client.send_and_wait(topic, b"before", key=b"shelf")
        await own_apache_kafka.restart()
        await client.send_and_wait(topic, b"after", key=b"shelf")

    assert await read(own_apache_kafka, topic, count=2) == [b"before", b"after"]


@pytest.mark.processes
@pytest.mark.kafka
@pytest.mark.slow
async def test_three_brokers_acknowledge_and_serve_while_any_one_is_dead(apache_cluster: ApacheKafka, topic: str) -> None:
    await create(apache_cluster, topic, copies=3)
    wanted = []
    async with producer(apache_cluster) as client:
        for number, victim in enumerate(apache_cluster.nodes):
            wanted += [b"before %d" % number, b"during %d" % number]
            await client.send_and_wait(topic, wanted[-2], key=b"shelf")
            await victim.kill()
            async with asyncio.timeout(60):
                await client.send_and_wait(topic, wanted[-1], key=b"shelf")
            assert await read(apache_cluster, topic, count=len(wanted)) == wanted
            await victim.start(known=3)


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
