"""A message as a tree for people: segments, elements or fields, and what was found in each. Pure; knows no supplier."""

from services.suppliers.trees.nodes import Node, Tree, Window
from services.suppliers.trees.planting import tree_of

__all__ = ["Node", "Tree", "Window", "tree_of"]
