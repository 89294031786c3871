"""Splits a CQL query into tokens. Knows the spelling of the language, and neither its grammar nor its indexes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from shared.formats.cql.diagnostics import Code, Diagnostic


class Kind(Enum):
    """What a token is. A word is unquoted text, a symbol a parenthesis, slash or comparison."""

    WORD = auto()
    QUOTED = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token; the text of a quoted one is without its quotes, its escapes unresolved."""

    kind: Kind
    text: str


class Refused(Exception):
    """The query is refused. It never leaves this package."""

    def __init__(self, code: Code, details: str = "") -> None:
        super().__init__(details)
        self.diagnostic = Diagnostic(code, details)


END = Token(Kind.END, "")

# CQL 1.2, charString1 and charString2: a word ends at white space, parentheses, comparisons, quotes and slashes.
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<symbol>==|<=|>=|<>|[()=<>/])|(?P<word>[^\s()=<>"/]+)|(?P<open>")""",
    re.DOTALL,
)


def tokens(query: str) -> list[Token]:
    """Returns the query's tokens, END last. Raises Refused for a quote that is not closed."""
    found: list[Token] = []
    for match in _TOKEN.finditer(query):
        if match["quoted"] is not None:
            found.append(Token(Kind.QUOTED, match["quoted"][1:-1]))
        elif match["symbol"] is not None:
            found.append(Token(Kind.SYMBOL, match["symbol"]))
        elif match["word"] is not None:
            found.append(Token(Kind.WORD, match["word"]))
        else:
            raise Refused(Code.QUOTES, "a quote is not closed")
    return [*found, END]
