"""The vocabulary of titles and summaries: common English words and some 20,000 invented ones, skewed as in real text."""

from __future__ import annotations

from local.simulators.feeds.chance import skewed

_words = str.split

_FUNCTION_WORDS = _words("""
the of and a to in is that with for her his on as it from by an this at their who into but when one be has are was not which
she he they all how its about will what or more through out up between while where than only own before after must can have
been most there if over some other them you we your our no every so these those both against under behind without never also
even just such
""")

_CONTENT_WORDS = _words("""
life world story family book house love new time years war history secret first heart night city last children art guide home
young day find mother woman man people death way friends father sea light journey river town past truth winter summer dark
island garden road girl boy daughter son king queen star moon water fire stone tree bird dog cat school village letter door
window machine music kitchen bread field mountain forest storm silence memory dream shadow bridge train market island harbour
century power money law science nature body mind language village novel poems tales lives lost hidden small great little long
old true wild quiet broken golden northern southern essential complete illustrated modern everyday practical remarkable
forgotten unexpected beautiful dangerous ancient short
""")

_STARTS = _words("b br c ch d dr f fl g gr h j k l m n p pr qu r s st t tr v w th")
_MIDDLES = _words("a e i o u ai ea ou")
_ENDS = _words("l n r s t m nd ck rt lm x sp")
_LAST = ("", *_words("er in el or and on et y ow ish ane"))
_INVENTED = 20_000
_POSSIBLE = len(_STARTS) * len(_MIDDLES) * len(_ENDS) * len(_LAST)
# Has no factor in common with the number of possible words, so that it visits each of them once.
_STEP = 7_919

_ACCENTS = (
    str.maketrans("aeiou", "áéíóú"),
    str.maketrans("aeiou", "àèìòù"),
    str.maketrans("aou", "äöü"),
    str.maketrans("aeiouc", "âêîôûç"),
    str.maketrans("nao", "ñãõ"),
    str.maketrans("csz", "čšž"),
    str.maketrans("lnose", "łńóśę"),
    str.maketrans("oa", "øå"),
)


def invented(place: int) -> str:
    """Returns the invented word of this place; it differs from those of nearly all other places below 27,648."""
    rest = place * _STEP % _POSSIBLE
    word = ""
    for sounds in (_STARTS, _MIDDLES, _ENDS, _LAST):
        rest, sound = divmod(rest, len(sounds))
        word += sounds[sound]
    return word


def accented(word: str, place: int) -> str:
    """Returns the word with a composed accent on its first letter that has one in the place's language; unchanged if none has."""
    accents = _ACCENTS[place % len(_ACCENTS)]
    first = next((letter for letter in word if ord(letter) in accents), "")
    return word.replace(first, first.translate(accents), 1)


def _unique(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


_MADE = _unique([invented(place) for place in range(_POSSIBLE)])[:_INVENTED]

# Words of running text, and of titles and keywords.
TEXT = skewed(_unique([*_FUNCTION_WORDS, *_CONTENT_WORDS, *_MADE]), flat=0.6)
CONTENT = skewed(_unique([*_CONTENT_WORDS, *_MADE]), flat=8)
ACCENTED = skewed(_unique([accented(word, place) for place, word in enumerate(_MADE[:3_000])]), flat=30)
LINKS = ("of", "and", "in", "for", "to", "on", "from", "without", "after", "at", "under", "with", "beyond", "the")

# Titles in other scripts: ISO 639-2 language, and words in composed form.
OTHER_SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("rus", ("Зимний", "берег", "Письма", "дом", "ночь", "Чёрная", "река", "сад", "дорога", "Пять", "голосов")),
    ("ukr", ("Тиха", "весна", "Їжак", "ліс", "Різдво", "мова", "село", "вітер", "ґанок", "Листи")),
    ("gre", ("Η", "θάλασσα", "νύχτα", "Το", "σπίτι", "δρόμος", "Γράμματα", "πέτρα", "κήπος", "φως")),
    ("chi", ("山水", "春天", "的", "故事", "城市", "小說", "夜", "花園", "河", "信")),
    ("ara", ("البيت", "الليل", "مدينة", "رسائل", "حديقة", "النهر", "قصة", "الطريق")),
    ("heb", ("הבית", "לילה", "סיפור", "הגן", "מכתבים", "הים", "דרך", "חורף")),
    ("ben", ("নদী", "গল্প", "শহর", "রাতের", "বাগান", "চিঠি", "শীতের", "ঘর")),
    ("hin", ("नदी", "कहानी", "शहर", "रात", "बगीचा", "चिट्ठी", "जाड़े", "घर")),
)
