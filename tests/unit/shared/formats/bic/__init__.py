"""JSON in the style of BIC's web services."""
