"""The use cases of the dashboard: apply events, and read the overview."""
