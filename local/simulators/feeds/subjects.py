"""What books are about: one row per subject, with its codes in the schemes that booksellers and libraries use."""

from __future__ import annotations

from dataclasses import dataclass

from local.simulators.feeds.chance import skewed


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: Thema, BIC 2.1, BISAC and Dewey codes, and the heading of the Library of Congress; "" where it has none."""

    thema: str = ""
    bic: str = ""
    bisac: str = ""
    dewey: str = ""
    heading: str = ""


def _subjects(rows: str) -> list[Subject]:
    return [Subject(*row.strip().split(maxsplit=4)) for row in rows.strip().splitlines()]


_ADULTS = _subjects("""
    FBA FA FIC019000 823.92 English fiction
    FF FF FIC022000 823.92 Detective and mystery stories
    FH FH FIC031000 823.92 Suspense fiction
    FR FRD FIC027000 823.92 Love stories
    FV FV FIC014000 823.92 Historical fiction
    DNB BG BIO000000 920 Biography
    FM FM FIC009000 823.92 Fantasy fiction
    FL FL FIC028000 823.92 Science fiction
    WB WBA CKB000000 641.5 Cooking
    NHD HBJD HIS010000 940 Europe -- History
    NHTB HBTB HIS054000 306.09 Social history
    VS VS SEL000000 158.1 Self-actualization (Psychology)
    WT WT TRV000000 910.4 Travel
    DCF DCF POE005020 821.92 English poetry
    KJ KJ BUS000000 650 Management
    JP JP POL000000 320 Political science
    PDZ PDZ SCI000000 500 Science -- Popular works
    WM WM GAR000000 635 Gardening
    AGA AC ART015000 709 Art -- History
    AVL AVG MUS000000 781.6 Music -- History and criticism
    SC WS SPO000000 796 Sports
    QRM HRC REL070000 230 Christianity
    RN RN SCI026000 333.7 Environmental policy
    MB MB MED000000 610 Medicine
    JM JM PSY000000 150 Psychology
    LN LN LAW000000 344.41 Law -- Great Britain
    UM UM COM051000 005.1 Computer programming
    PB PB MAT000000 510 Mathematics
    FK FK FIC015000 823.92 Horror tales
    WN WN NAT000000 508 Natural history
""")
_CHILDREN = _subjects("""
    YFB YFB JUV000000 823.92 Children's stories
    YBC YBC JUV009000 823.92 Picture books for children
    YFC YFC JUV001000 823.92 Adventure stories -- Juvenile fiction
    YFP YFP JUV002000 823.92 Animals -- Juvenile fiction
    YFH YFH JUV037000 823.92 Fantasy -- Juvenile fiction
    YFQ YFQ JUV019000 823.92 Humorous stories -- Juvenile fiction
    YFS YFS JUV035000 823.92 Schools -- Juvenile fiction
    YN YN JNF000000 500 Science -- Juvenile literature
    YNH YNH JNF025000 909 World history -- Juvenile literature
    YBL YBL JNF013000 372.21 Early childhood education
""")

ADULTS = skewed(_ADULTS, flat=3)
CHILDREN = skewed(_CHILDREN, flat=2)

# Thema qualifiers, by their scheme in ONIX list 27: place, time, style.
PLACES = ("1DDU", "1DDF", "1DFG", "1DST", "1KBB", "1HFG", "1FKA", "1DDR")
TIMES = ("3MN", "3MP", "3MPB", "3MPF", "3MR", "3KH", "3LH")
# Interest age from 3 to 14 years.
AGES = ("5AC", "5AD", "5AF", "5AG", "5AH", "5AJ", "5AK", "5AL", "5AM", "5AN", "5AP", "5AQ")
