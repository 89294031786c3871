"""What suppliers propose to order in MARC files."""
