"""The system as its users meet it: real processes, commands, answers."""
