"""Parses a CQL query into a tree, within limits. Knows no index but through `names`.

Grammar: CQL 1.2 (OASIS searchRetrieve part 5), of which CQL 1.1 is a part. Booleans have no precedence; they join from the left.
"""

from __future__ import annotations

from shared.formats.cql.diagnostics import Code, Diagnostic
from shared.formats.cql.lexer import Kind, Refused, Token, tokens
from shared.formats.cql.names import index_named, relation_named
from shared.formats.cql.terms import raw_of, words_of
from shared.formats.cql.tree import Clause, Index, Joined, Operator, Query, Relation
from shared.texts import composed, has_nul

LONGEST = 4_000
"""Characters of a query."""
DEEPEST = 20
"""Parentheses within each other."""
MOST_WORDS = 100
"""Words of all terms together: enough for a page of ISBNs."""

_OPERATORS = {operator.value: operator for operator in Operator}
_PROXIMITY = "prox"
_SORTING = "sortby"
_AFTER_CLAUSE = frozenset({*_OPERATORS, _PROXIMITY, _SORTING})


def parse(text: str) -> Query | Diagnostic:
    """Returns the query's tree, or why it is not searched. Never raises: any text gives one of the two."""
    try:
        return _parsed(text)
    except Refused as refused:
        return refused.diagnostic


def write(query: Query) -> str:
    """Returns the query as CQL. Parsing it gives the same tree, unless the tree is beyond the parser's limits."""
    if isinstance(query, Clause):
        return f'{query.index} {query.relation} "{raw_of(query.words)}"'
    right = f"({write(query.right)})" if isinstance(query.right, Joined) else write(query.right)
    return f"{write(query.left)} {query.operator} {right}"


def _parsed(text: str) -> Query:
    if len(text) > LONGEST:
        raise Refused(Code.QUERY_TOO_LONG, str(LONGEST))
    if has_nul(text):
        raise Refused(Code.SYNTAX, "the query contains a NUL character")
    reader = _Reader(tokens(composed(text)))
    found = reader.query(depth=0)
    reader.expect_end()
    return found


class _Reader:
    """Reads the grammar's parts from the tokens, one after another."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._place = 0
        self._words = 0

    def query(self, depth: int) -> Query:
        """Reads clauses joined by booleans."""
        left = self._clause(depth)
        while (operator := self._operator()) is not None:
            left = Joined(operator, left, self._clause(depth))
        return left

    def expect_end(self) -> None:
        """Refuses the next token, whatever it is, unless the query is at its end."""
        token = self._next()
        if token.text.casefold() == _SORTING and token.kind is Kind.WORD:
            raise Refused(Code.SORTING)
        if token == Token(Kind.SYMBOL, ")"):
            raise Refused(Code.PARENTHESES, "a parenthesis is closed that was not opened")
        if token.kind is not Kind.END:
            raise Refused(Code.SYNTAX, f"{token.text!r} is not expected here; put several words between double quotes")

    def _clause(self, depth: int) -> Query:
        token = self._next()
        if token == Token(Kind.SYMBOL, "("):
            return self._group(depth + 1)
        if token == Token(Kind.SYMBOL, ">"):
            raise Refused(Code.UNSUPPORTED_FEATURE, "assignment of a prefix")
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            raise Refused(Code.SYNTAX, f"{token.text!r} in place of a term" if token.text else "a term is missing")
        if not self._relation_follows():
            return self._compared(Index.ANYWHERE, Relation.EQUAL, token.text)
        name = self._next().text
        if self._peek() == Token(Kind.SYMBOL, "/"):
            raise Refused(Code.RELATION_MODIFIER, self._after_slash())
        term = self._next()
        if term.kind not in (Kind.WORD, Kind.QUOTED):
            raise Refused(Code.SYNTAX, f"a term is missing after {token.text} {name}; put several words between double quotes")
        return self._compared(index_named(token.text), relation_named(name), term.text)

    def _group(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise Refused(Code.PARENTHESES, f"more than {DEEPEST} within each other")
        found = self.query(depth)
        if self._peek().kind is Kind.END:
            raise Refused(Code.PARENTHESES, "a parenthesis is not closed")
        if self._peek() != Token(Kind.SYMBOL, ")"):
            self.expect_end()
        self._place += 1
        return found

    def _compared(self, index: Index, relation: Relation, term: str) -> Clause:
        words = words_of(term, index, relation)
        self._words += len(words)
        if self._words > MOST_WORDS:
            raise Refused(Code.TOO_MANY_BOOLEANS, f"more than {MOST_WORDS} words")
        return Clause(index, relation, words)

    def _relation_follows(self) -> bool:
        token = self._peek()
        if token.kind is Kind.SYMBOL:
            return token.text not in "()/"
        return token.kind is Kind.WORD and token.text.casefold() not in _AFTER_CLAUSE

    def _operator(self) -> Operator | None:
        """Reads a boolean operator, if one follows."""
        token = self._peek()
        name = token.text.casefold()
        if token.kind is not Kind.WORD or name not in _AFTER_CLAUSE or name == _SORTING:
            return None
        self._place += 1
        if name == _PROXIMITY:
            raise Refused(Code.PROXIMITY)
        if self._peek() == Token(Kind.SYMBOL, "/"):
            raise Refused(Code.BOOLEAN_MODIFIER, self._after_slash())
        return _OPERATORS[name]

    def _after_slash(self) -> str:
        self._place += 1
        return self._next().text

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._peek()
        if token.kind is not Kind.END:
            self._place += 1
        return token
