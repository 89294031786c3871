"""Shows a message as a tree for people: segments, elements or fields, each with its findings. Pure. Knows no supplier."""

from shared.trees.nodes import Node, Tree, Window
from shared.trees.planting import tree_of

__all__ = ["Node", "Tree", "Window", "tree_of"]
