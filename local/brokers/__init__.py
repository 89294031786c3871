"""Kafka-protocol brokers for one machine: an embedded one from a wheel and Apache Kafka. They know no topic of ours."""
