"""The dashboard's tables, how events are written into them, and what the overview reads. Built from events alone."""
