"""The system as its users use it: real processes, commands, answers."""
