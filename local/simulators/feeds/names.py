"""Invented people and publishers. Given names are common ones; every surname is put together from parts."""

from __future__ import annotations

from dataclasses import dataclass

from local.simulators.feeds.chance import skewed
from local.simulators.feeds.words import accented

_words = str.split

_GIVEN = _words("""
Anna Ben Clara Daniel Edith Felix Grace Hugh Iris Jonas Kit Laura Martin Nora Oscar Priya Quentin Ruth Simon Tessa Umar Vera
Will Yasmin Zoe Amir Beth Callum Dora Esme Finn Gwen Hana Ivor Joan Kofi Lena Mina Ned Olive Paul Rosa Sam Tariq Una Victor
Wanda Adah Bram Cora Dev Elin Farid Gita Huw Ines Jem Kezia Leo Maeve
""")
_FIRST = _words("""
Abber Bal Calder Dor Elm Fen Garr Hax Iver Jarr Kel Lorn Mar Nether Ockl Pell Quar Rath Sel Tarr Ulv Vand Wex Yarl Zell Brack
Crin Dravo Ester Fald Gorr Hest Ilm Jess Korr Lund Morv Norr Pask Rusk
""")
_SECOND = _words("""
ombe wickle antry ister olme umber yarde esk ingwell aby orrow unt ivane eldry otham asker ennick ulver idgely arrant omery
edge oxley arle ewin iddock usk anby elow orpe ather undle isk emond ockly avel ostrey enner iffin othwaite
""")
_KINDS = ("Press", "Books", "House", "Publishing", "& Daughters", "Editions", "Library", "and Co.")
_IMPRINTS = ("Lantern", "Kestrel Row", "Small Hours", "Paper Boat", "Green Door", "Longshore", "Tin Whistle", "Ninth Wave")
_PLACES = ("London", "Oxford", "Edinburgh", "Bristol", "Cardiff", "Manchester", "Dublin", "New York", "Norwich", "Glasgow")
# Given names and surnames of one script.
_OTHER_SCRIPTS = (
    ("Анна Пётр Олена Юрий", "Верестова Зорян Ґайворон Лещина Тихонравец"),
    ("Νίκος Ελένη Άννα Πέτρος", "Πετραλίδης Θαλασσού Δεντρίτης Ανεμίδου"),
    ("明 小雨 安 文", "林川 周岸 石園 何山"),
    ("ليلى سامي نور كريم", "النهري البستان الوادي الشاطئ"),
    ("נועה דוד מיכל", "גנים נהרי אלונית חופי"),
    ("রিনা অমল মিতা", "নদীয়া বাগানী পথিক"),
    ("मीरा अरुण लता", "नदीवाल बागीचा पथिक"),
)
_PEOPLE = 30_000
_PUBLISHERS = 2_000


@dataclass(frozen=True, slots=True)
class Person:
    """A name in two parts: `before`, the given names if any, and `key`, the surname, by which it is filed."""

    before: str
    key: str

    @property
    def name(self) -> str:
        """The name as it is read."""
        return f"{self.before} {self.key}" if self.before else self.key

    @property
    def inverted(self) -> str:
        """The name as it is filed."""
        return f"{self.key}, {self.before}" if self.before else self.key


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher, one of its imprints, and its place."""

    name: str
    imprint: str
    place: str


_SURNAMES = tuple(first + second for second in _SECOND for first in _FIRST)


def _person(place: int) -> Person:
    """Returns the person of a place. In each hundred, four have accents and two another script."""
    lap, surname = divmod(place, len(_SURNAMES))
    before = _GIVEN[(17 * place + lap) % len(_GIVEN)]
    key = _SURNAMES[surname]
    if place % 100 in (7, 33, 58, 81):
        return Person(before, accented(key, place // 7))
    if place % 100 in (45, 92):
        given, names = (words.split() for words in _OTHER_SCRIPTS[place // 45 % len(_OTHER_SCRIPTS)])
        return Person(given[place // 3 % len(given)], names[place // 100 % len(names)])
    return Person(f"{before} {_FIRST[place % 37][0]}." if place % 5 == 0 else before, key)


def _publisher(place: int) -> Publisher:
    name = f"{_SURNAMES[place * 3 % len(_SURNAMES)]} {_KINDS[place % len(_KINDS)]}"
    imprint = name if place % 2 else f"{_IMPRINTS[place // 2 % len(_IMPRINTS)]} {_KINDS[place // 5 % 4]}"
    return Publisher(name, imprint, _PLACES[place % len(_PLACES)])


PEOPLE = skewed([_person(place) for place in range(_PEOPLE)], flat=100)
PUBLISHERS = skewed([_publisher(place) for place in range(_PUBLISHERS)], flat=8)
