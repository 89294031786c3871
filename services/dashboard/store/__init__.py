"""The dashboard's tables, writing events into them, and reading the overview from them. Built from events alone."""
