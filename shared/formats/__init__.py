"""Codecs of the book trade's formats. They know no supplier and no framework, and do no input or output."""
