"""What each service still lacks of the conventions of APIs, by rule; empty when all is done."""
