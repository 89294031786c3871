"""The events that services publish to each other. Must not know any service, database or Kafka client."""
