"""Events all services agree on. Knows no service, no database and no Kafka client."""
