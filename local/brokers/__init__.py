"""Kafka-protocol brokers for one machine: an embedded one from a wheel, and Apache Kafka. Must not know our topics."""
