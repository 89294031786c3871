"""Parses and writes the subset of CQL, SRU's query language, that the catalogue answers. Knows no SRU and no table.

Own code: `cql-parser` 1.0.2 (November 2023) calls its prefixes unfinished, drops `sortby`, raises RecursionError for a chain of
1,500 booleans, logs to standard error and yields a tree without types; the other parsers for Python are GPL.
"""

from shared.formats.cql.diagnostics import Code, Diagnostic
from shared.formats.cql.names import INDEXES, SETS
from shared.formats.cql.parser import DEEPEST, LONGEST, MOST_WORDS, parse, write
from shared.formats.cql.terms import RELATIONS, SHORTEST_MASKED
from shared.formats.cql.tree import Clause, Index, Joined, Operator, Query, Relation, Word

__all__ = [
    "DEEPEST",
    "INDEXES",
    "LONGEST",
    "MOST_WORDS",
    "RELATIONS",
    "SETS",
    "SHORTEST_MASKED",
    "Clause",
    "Code",
    "Diagnostic",
    "Index",
    "Joined",
    "Operator",
    "Query",
    "Relation",
    "Word",
    "parse",
    "write",
]
