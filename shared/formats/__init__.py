"""Codecs of the trade's formats. They know no supplier, no framework, and do no input or output."""
