"""The identity of topics in what a broker answers."""

from uuid import UUID

from aiokafka.protocol.metadata import MetadataRequest_v5, MetadataResponse_v5

from shared.messaging.topic_ids import Identity, IdentityRequest, identity_in


def test_a_broker_without_ids_of_topics_gives_each_the_identity_of_its_cluster() -> None:
    """Such a broker does not show that a topic was deleted and created again."""
    assert isinstance(IdentityRequest(["there"]).prepare({3: (0, 8)}), MetadataRequest_v5)
    topics: list[tuple[int, str, bool, list[int]]] = [
        (0, "there", False, []),
        (5, "without a leader yet", False, []),
        (3, "not there", False, []),
    ]
    identity = identity_in(MetadataResponse_v5(0, [], "a-cluster", 1, topics))
    assert identity == Identity("a-cluster", {"there": "", "without a leader yet": ""})
    assert {identity.log("there"), identity.log("not there")} == {"a-cluster"}


def test_a_topic_that_was_created_again_has_another_log() -> None:
    before, after = (Identity("a-cluster", {"orders": str(UUID(int=number))}) for number in (1, 2))
    assert before.log("orders") != after.log("orders")
    assert before.log("orders") != Identity("b-cluster", before.topics).log("orders")
