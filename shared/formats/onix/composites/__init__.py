"""Reads and writes each composite of ONIX, both ways side by side. A reader returns False for what the table does not carry."""
