"""Which settings of a broker delete events sooner than a topic's spec."""

import pytest

from shared.messaging.topics import TopicSpec

_DAY = 86_400_000


@pytest.mark.parametrize(
    ("spec", "found", "worse"),
    [
        (TopicSpec("t"), {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}, []),
        (TopicSpec("t"), {"cleanup.policy": "delete", "retention.ms": str(7 * _DAY), "retention.bytes": "-1"}, ["retention.ms"]),
        (TopicSpec("t"), {"cleanup.policy": "compact,delete", "retention.ms": "-1"}, ["cleanup.policy"]),
        (TopicSpec("t", retention_days=14), {"retention.ms": str(14 * _DAY)}, []),
        (TopicSpec("t", retention_days=14), {"retention.ms": "-1"}, []),
        (TopicSpec("t", retention_days=14), {"retention.ms": str(14 * _DAY - 1)}, ["retention.ms"]),
        (TopicSpec("t", compacted=True), {"cleanup.policy": "compact", "retention.ms": str(7 * _DAY)}, []),
        (TopicSpec("t", compacted=True), {"cleanup.policy": "delete"}, ["cleanup.policy"]),
    ],
)
def test_a_setting_that_deletes_sooner_is_named(spec: TopicSpec, found: dict[str, str], worse: list[str]) -> None:
    assert [text.split()[0] for text in spec.shortfalls(found)] == worse
