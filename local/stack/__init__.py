"""The whole system on one machine: database, broker, simulators and services as child processes."""

from local.stack.options import Endpoints, ExtraSupplier, Simulator, StackOptions
from local.stack.stack import Stack

__all__ = ["Endpoints", "ExtraSupplier", "Simulator", "Stack", "StackOptions"]
