"""The statistics of evidence."""
