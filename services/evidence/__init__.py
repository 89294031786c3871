"""Evidence: a read model of what each copy, record and message took and cost. It decides nothing and publishes nothing."""
