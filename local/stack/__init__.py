"""The whole system on one machine: database, broker, simulators and services as child processes."""

from local.stack.options import Endpoints, StackOptions
from local.stack.stack import Stack

__all__ = ["Endpoints", "Stack", "StackOptions"]
