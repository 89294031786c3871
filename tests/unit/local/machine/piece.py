"""Runs a piece of Python as a module. Not imported by tests."""

import sys

exec(sys.argv[1])
