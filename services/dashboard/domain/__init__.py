"""The content of the overview: figures, troubles, and what needs a person. Pure."""
