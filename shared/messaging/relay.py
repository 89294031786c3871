"""The relay: sends the outbox to Kafka, in order per key. Per shard, only the process that holds its lock sends.

A row that can never be sent becomes a dead letter, and the rows after it are sent, also those of its own key. Their waiting
would stop an order, or a whole title, until a person acts; consumers pass over a message they cannot handle in the same way,
and take what is replayed later than its successors.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Sequence
from datetime import timedelta

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.backoff import Backoff
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.db.listening import Driver, driver_of, listening
from shared.db.locks import try_lock
from shared.messaging import metrics
from shared.messaging.cluster import Cluster
from shared.messaging.dead_letters.telling import Tell, tell_nobody
from shared.messaging.dead_letters.unsent import OUTBOX, Refusal, count_waiting, set_aside
from shared.messaging.outbox import CHANNEL
from shared.messaging.producer import Outgoing, Producer, is_refusal
from shared.messaging.settings import KafkaSettings, RelayLimits
from shared.messaging.status import PartState, PartStatus
from shared.messaging.topic_ids import Identity
from shared.wording import counted

# The space of the locks on shards.
_LOCK_SPACE = 0x6F75_7462
_QUERY_SECONDS = 30.0
_BROKER_PAUSE_SECONDS = 0.2
_MEASURE_SECONDS = 5.0
_RUN_BATCHES = 20

# One statement, so that the database does both, with the fsync, while a batch is being built; between two statements it
# would wait for the event loop. No marked row is after $5, so both parts may see the same state of the table.
_MARK_AND_READ = """WITH marked AS (
        UPDATE outbox SET sent_at = $1, sent_cluster = coalesce($3::jsonb ->> topic, $2) WHERE seq = ANY($4::bigint[]))
    SELECT seq, topic, key, headers::text, data FROM outbox
    WHERE sent_at IS NULL AND seq > $5 AND shard = ANY($6::smallint[]) ORDER BY seq LIMIT $7"""
# The cluster's id alone is what releases marked that did not know the ids of topics, and is as good as it was.
_SENT_ELSEWHERE = """UPDATE outbox SET sent_at = NULL, sent_cluster = NULL
    WHERE sent_at IS NOT NULL AND shard = ANY($1::smallint[])
    AND sent_cluster IS DISTINCT FROM $2 AND sent_cluster IS DISTINCT FROM $3::jsonb ->> topic"""
_CLEAN = """DELETE FROM outbox WHERE sent_at < $1 AND seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT $2)"""
_GAUGES = """SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
    FROM outbox WHERE sent_at IS NULL"""

log = structlog.get_logger(__name__)


class Relay:
    """Sends the unsent events of the given shards while `run` runs."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        kafka: KafkaSettings,
        cluster: Cluster,
        clock: Clock,
        shards: Sequence[int],
        limits: RelayLimits,
        tell: Tell = tell_nobody,
    ) -> None:
        self._engine = engine
        self._tell = tell
        self._kafka = kafka
        self._cluster = cluster
        self._clock = clock
        self._shards = tuple(shards)
        self._limits = limits
        self._service = kafka.client_id
        self.status = PartStatus(f"relay {','.join(map(str, self._shards))}", clock)
        self._producer: Producer | None = None
        self._checked: dict[int, Identity] = {}
        self._held: set[int] = set()
        # What Kafka acknowledged and the database could not note: noted before anything is sent, which would else be sent again.
        self._unnoted: tuple[Identity | None, list[int]] = (None, [])
        # How many rows to send one by one, to find the one that is refused.
        self._alone = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self._next_lock_try = 0.0
        self._next_cleaning = 0.0
        self._next_measure = 0.0
        self._endings: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Asks the relay to send what is unsent now and then end."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Relays until stopped. After a lost database connection, connects again and takes the locks again."""
        pause = Backoff(0.1, 5.0)
        while not self._stopping:
            try:
                await self._connect_and_relay(pause)
            except DATABASE_ERRORS as error:
                self.status.enter(PartState.DATABASE_AWAY, repr(error))
                await self._sleep(pause.next())
        await self._drop_producer()
        await asyncio.gather(*self._endings, return_exceptions=True)
        self.status.enter(PartState.STOPPED)

    async def _connect_and_relay(self, pause: Backoff) -> None:
        async with listening(self._engine, CHANNEL, lambda _: self._wake.set()) as connection:
            raw = await driver_of(connection)
            try:
                while await self._turn(raw):
                    # Not sooner: a database with a full disk takes connections and answers queries.
                    pause.reset()
            finally:
                self._held.clear()

    async def _turn(self, raw: Driver) -> bool:
        """Does one round; returns False when the relay must end."""
        self._wake.clear()
        await self._take_locks(raw)
        await self._measure(raw)
        if not self._held:
            self.status.enter(PartState.STANDBY, "another process holds the locks")
            await self._sleep(self._limits.poll_seconds)
            return not self._stopping
        try:
            sent = await self._relay_batches(raw)
        except KafkaError as error:
            self.status.enter(PartState.BROKER_AWAY, repr(error))
            await self._drop_producer(abandon=True)
            await asyncio.sleep(_BROKER_PAUSE_SECONDS)
            return not self._stopping
        if sent:
            return True
        if self._stopping:
            return False
        await self._clean(raw)
        await self._sleep(self._limits.poll_seconds)
        return True

    async def _take_locks(self, raw: Driver) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._held) == len(self._shards) or now < self._next_lock_try:
            return
        self._next_lock_try = now + self._limits.poll_seconds
        for shard in set(self._shards) - self._held:
            if await try_lock(raw, _LOCK_SPACE, shard, seconds=_QUERY_SECONDS):
                self._held.add(shard)
                self._checked.pop(shard, None)

    def _note_broker(self) -> None:
        """Updates the status from the broker's, so that an idle relay too reports a broker that is away."""
        if self._cluster.trouble:
            self.status.enter(PartState.BROKER_AWAY, self._cluster.trouble)
        else:
            self.status.enter(PartState.RUNNING)
            self.status.progressed()

    async def _relay_batches(self, raw: Driver) -> int:
        """Sends a run of batches; returns the number of events, also of those to send again at once.

        While one batch is sent, marks the last one and reads the next.
        """
        identity = await self._cluster.identity()
        await self._unmark_lost(raw, identity)
        await self._note_left(raw, identity)
        rows = await self._mark_and_read(raw, [], identity, after=0)
        self._note_broker()
        sent: list[int] = []
        total, error = 0, None
        try:
            while rows and error is None and await self._cluster.identity() == identity:
                producer = await self._producer_for(identity)
                sending = asyncio.create_task(_send(producer, rows))
                try:
                    more = len(rows) == self._batch and total < _RUN_BATCHES * self._limits.batch
                    ahead = await self._mark_and_read(raw, sent, identity, after=rows[-1]["seq"] if more else None)
                    acknowledged, error = await sending
                finally:
                    sending.cancel()
                sent = [row["seq"] for row, done in zip(rows, acknowledged, strict=True) if done]
                unsent = [row for row, done in zip(rows, acknowledged, strict=True) if not done]
                total += len(sent)
                self._alone = max(0, self._alone - len(sent))
                rows = ahead
        finally:
            # Whatever ended the run: what Kafka acknowledged is not sent again.
            self._unnoted = identity, sent
            await self._note_left(raw, identity)
        if error is not None:
            await self._cut_short(raw, unsent, error)
            return total + len(unsent)
        return total

    async def _note_left(self, raw: Driver, identity: Identity) -> None:
        """Marks what was acknowledged by these logs and is not marked yet."""
        acknowledged_by, left = self._unnoted
        if acknowledged_by == identity:
            await self._mark_and_read(raw, left, identity)
        self._unnoted = None, []

    @property
    def _batch(self) -> int:
        return 1 if self._alone else self._limits.batch

    async def _cut_short(self, raw: Driver, unsent: Sequence[asyncpg.Record], error: Exception) -> None:
        """Sets the one row of a refused batch aside; has those of a larger one sent one by one. Raises for any other error."""
        if not is_refusal(error):
            raise KafkaError(f"{counted(len(unsent), 'event')} of a batch could not be sent: {error!r}")
        await self._drop_producer(abandon=True)
        self._alone = len(unsent)
        if self._alone > 1:
            return
        self._alone = 0
        row = unsent[0]
        refusal = Refusal(row["seq"], json.loads(row["headers"]), f"it cannot be sent: {error!r}", self._clock.now())
        await set_aside(raw, refusal, self._tell)
        self._next_measure = 0.0
        metrics.INBOX_EVENTS.labels(OUTBOX, "dead").inc()
        log.warning("event set aside", topic=row["topic"], key=row["key"], seq=row["seq"], error=repr(error))

    async def _mark_and_read(
        self, raw: Driver, sent: list[int], identity: Identity, *, after: int | None = None
    ) -> list[asyncpg.Record]:
        """Marks acknowledged rows as sent, and returns the next unsent rows after `after`; no rows if `after` is None."""
        if not sent and after is None:
            return []
        limit = 0 if after is None else self._batch
        arguments = (self._clock.now(), *_logs(identity), sent, after or 0, list(self._held), limit)
        rows = await raw.fetch(_MARK_AND_READ, *arguments, timeout=_QUERY_SECONDS)
        metrics.PUBLISHED.labels(self._service).inc(len(sent))
        return rows

    async def _unmark_lost(self, raw: Driver, identity: Identity) -> None:
        """Marks what another cluster, or another topic of the same name, acknowledged as unsent.

        Its `seq` is lower, so it is sent before new events.
        """
        unchecked = [shard for shard in self._held if self._checked.get(shard) != identity]
        if not unchecked:
            return
        if self._producer is not None and self._producer.identity != identity:
            await self._drop_producer(abandon=True)
        done = await raw.execute(_SENT_ELSEWHERE, unchecked, *_logs(identity), timeout=10 * _QUERY_SECONDS)
        log.info("outbox checked against the cluster", cluster=identity.cluster, again=done.removeprefix("UPDATE "))
        self._checked.update(dict.fromkeys(unchecked, identity))

    async def _producer_for(self, identity: Identity) -> Producer:
        if self._producer is None:
            producer = Producer(self._kafka, self._cluster, identity)
            try:
                await producer.start()
            except BaseException:
                self._end(producer.abandon())
                raise
            self._producer = producer
        return self._producer

    async def _drop_producer(self, *, abandon: bool = False) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        if abandon:
            metrics.PRODUCER_RECREATED.labels(self._service).inc()
            self._end(producer.abandon())
        else:
            await producer.stop()

    def _end(self, ending: Coroutine[None, None, None]) -> None:
        """Ends an abandoned producer in the background: it may take seconds, and only the relay's end waits for it."""
        task = asyncio.create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def _clean(self, raw: Driver) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_cleaning:
            return
        self._next_cleaning = now + self._limits.cleaning_seconds
        before = self._clock.now() - timedelta(days=self._limits.retention_days)
        done = ""
        while done != "DELETE 0":
            done = await raw.execute(_CLEAN, before, self._limits.cleaning_batch, timeout=_QUERY_SECONDS)

    async def _measure(self, raw: Driver) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_measure:
            return
        self._next_measure = now + _MEASURE_SECONDS
        unsent, oldest = await raw.fetchrow(_GAUGES, timeout=_QUERY_SECONDS) or (0, 0.0)
        self.status.lag = unsent
        waiting = await count_waiting(raw)
        self.status.trouble = (
            f"{counted(waiting, 'event')} could not be sent: see the dead letters of `outbox`" if waiting else ""
        )
        metrics.OUTBOX_UNSENT.labels(self._service).set(unsent)
        metrics.OUTBOX_OLDEST.labels(self._service).set(oldest)

    async def _sleep(self, seconds: float) -> None:
        """Waits for a NOTIFY, for a stop, or until the time is over."""
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return


def _logs(identity: Identity) -> tuple[str, str]:
    """Returns the id of the cluster, and those of the logs by topic as JSON, for `sent_cluster`."""
    return identity.cluster, json.dumps({topic: identity.log(topic) for topic in identity.topics})


async def _send(producer: Producer, rows: Sequence[asyncpg.Record]) -> tuple[list[bool], Exception | None]:
    """Sends the rows as `Producer.send` does. A row that is no record at all counts as refused."""
    try:
        records = _records(rows)
    except ValueError as error:
        return [False] * len(rows), error
    return await producer.send(records)


def _records(rows: Sequence[asyncpg.Record]) -> list[Outgoing]:
    """Returns the rows as records. Parses all headers as one text: one call per row costs more than the parsing itself."""
    headers = json.loads(f"[{','.join(row['headers'] for row in rows)}]")
    return [
        Outgoing(topic, key.encode(), data, [(name, value.encode()) for name, value in pairs.items()])
        for (_, topic, key, _, data), pairs in zip(rows, headers, strict=True)
    ]
