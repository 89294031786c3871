"""Shows a message as a tree for people: segments, elements or fields, each with its findings. Pure. Knows no supplier."""

from services.suppliers.trees.nodes import Node, Tree, Window
from services.suppliers.trees.planting import tree_of

__all__ = ["Node", "Tree", "Window", "tree_of"]
