"""Empties the topics and the read models of a stack at rest, and rebuilds them as their guide says."""

from __future__ import annotations

from dataclasses import replace

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from local.machine.processes import run_to_end
from local.stack.programs import module
from shared.bus import TOPICS
from tests.faults.play import Play
from tests.services.read_model import DASHBOARD, EVIDENCE, LMS, Rows, rows_of

_EVERYTHING = -1
_MODELS = {"dashboard": DASHBOARD, "evidence": EVIDENCE, "lms": LMS}
# A feed that was built again has other places, and not what others took the place of. The checker looks at what it tells.
_PLACED = {"feed", "change"}
# A timer may fill these at any moment of a test.
_TIMED = {"duplication", "cataloguing"}
# Nothing need have gone wrong in a test, and nobody need have compared or cancelled anything, or asked for a record.
_QUIET = {
    "dashboard": {
        "day_change",
        "feed",
        "supplier_reach",
        "claimed",
        "held_file",
        "invoice",
        "quarantined",
        "discrepancy",
        "work",
        "work_count",
    },
    "evidence": {
        *("cancellation", "decided_line", "other_charge", "discrepancy"),
        *("handled_message", "held_message", "reconciliation", "record_request", "switch"),
    },
    "lms": {"attention", "waiting"},
}
_OWNERS = {
    "orders": "services.orders",
    "delivery": "services.delivery",
    "catalogue": "services.catalogue",
    "lms": "services.lms",
    "supplier-consortium": "services.suppliers",
    "supplier-national": "services.suppliers",
}


async def read_models_of(play: Play) -> dict[str, Rows]:
    """Returns every row of the read models, without counts that the catalogue tells every five minutes, and without feeds."""
    return {name: await _rows(play, name) for name in _MODELS}


async def _rows(play: Play, name: str) -> Rows:
    async with play.databases.engine(name).connect() as connection:
        rows = await rows_of(connection, _MODELS[name].tables)
    return {name: of_table for name, of_table in rows.items() if name not in _TIMED | _PLACED}


async def trim_topics(play: Play) -> None:
    """Deletes every record of every topic from which Kafka lets records be deleted; it does not from a compacted one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=play.stack.broker.bootstrap)
    await admin.start()
    try:
        trimmed = [topic.name for topic in TOPICS if not topic.compacted]
        places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics(trimmed)
            for partition in topic["partitions"]
        ]
        await admin.delete_records({place: RecordsToDelete(_EVERYTHING) for place in places})
    finally:
        await admin.close()


async def empty_read_models(play: Play) -> None:
    """Runs the command of each read model."""
    for process, kind in _MODELS.items():
        await _run(play, process, f"{kind.package}.rebuild")


async def republish(play: Play, *arguments: str) -> None:
    """Runs the command of every owner."""
    for process, package in _OWNERS.items():
        await _run(play, process, f"{package}.republish", *arguments)


def missing(models: dict[str, Rows]) -> set[str]:
    """Returns the tables without rows among those that orders from placing to receipt fill."""
    return {
        f"{name}.{table.name}"
        for name, kind in _MODELS.items()
        for table in kind.tables.sorted_tables
        if table.name not in _QUIET[name] | _TIMED | _PLACED | models[name].keys()
    }


async def _run(play: Play, process: str, command: str, *arguments: str) -> None:
    program = play.stack.processes[process].program
    log = program.log_file.with_name(f"{process}-command.log")
    await run_to_end(replace(program, name=command, command=module(command, *arguments), log_file=log))
