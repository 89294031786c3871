"""The pictures of evidence."""
