"""The audit trail: what people did through a service's API, written in the transaction of the change."""
