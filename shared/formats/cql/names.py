"""The names by which a query may call an index, and a relation. Names are compared without regard to case."""

from __future__ import annotations

from shared.formats.cql.diagnostics import Code
from shared.formats.cql.lexer import Refused
from shared.formats.cql.tree import Index, Relation

SETS = {
    "cql": "info:srw/cql-context-set/1/cql-v1.2",
    "dc": "info:srw/cql-context-set/1/dc-v1.1",
    "bath": "http://zing.z3950.org/cql/bath/2.0/",
    "rec": "info:srw/cql-context-set/2/rec-1.1",
}
"""The context sets, with their identifiers."""

INDEXES = {
    "cql.serverChoice": Index.ANYWHERE,
    "cql.anywhere": Index.ANYWHERE,
    "cql.keywords": Index.ANYWHERE,
    "dc.title": Index.TITLE,
    "dc.creator": Index.AUTHOR,
    "dc.contributor": Index.AUTHOR,
    "dc.author": Index.AUTHOR,
    "dc.identifier": Index.ISBN,
    "dc.subject": Index.SUBJECT,
    "dc.publisher": Index.PUBLISHER,
    "dc.date": Index.DATE,
    "dc.language": Index.LANGUAGE,
    "bath.any": Index.ANYWHERE,
    "bath.title": Index.TITLE,
    "bath.author": Index.AUTHOR,
    "bath.name": Index.AUTHOR,
    "bath.isbn": Index.ISBN,
    "bath.subject": Index.SUBJECT,
    "bath.publisher": Index.PUBLISHER,
    # The catalogue has one record for each ISBN.
    "rec.identifier": Index.ISBN,
}

# A name without its context set. No two sets give one name two meanings.
_SHORT = {name.partition(".")[2].casefold(): index for name, index in INDEXES.items()}
_FULL = {name.casefold(): index for name, index in INDEXES.items()}
_RELATIONS = {
    **{relation.value: relation for relation in Relation},
    "exact": Relation.EXACT,  # CQL 1.1's name of ==
    "scr": Relation.EQUAL,  # CQL 1.1's name of the server's choice
}


def index_named(name: str) -> Index:
    """Returns the index. Raises Refused for one, or for a context set, that is not supported."""
    folded = name.casefold()
    prefix, dot, _ = folded.partition(".")
    found = (_FULL if dot else _SHORT).get(folded)
    if found is None and dot and prefix not in SETS:
        raise Refused(Code.CONTEXT_SET, prefix)
    if found is None:
        raise Refused(Code.INDEX, name)
    return found


def relation_named(name: str) -> Relation:
    """Returns the relation, by its name or symbol, in the set cql or none. Raises Refused for any other."""
    found = _RELATIONS.get(name.casefold().removeprefix("cql."))
    if found is None:
        raise Refused(Code.RELATION, name)
    return found
