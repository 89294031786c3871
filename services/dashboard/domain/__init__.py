"""What operations staff are shown: figures, troubles, and what needs a person. Pure."""
