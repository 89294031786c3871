"""Countries of publication: MARC's codes (008/15-17) to those of ISO 3166-1 alpha-2, as far as libraries buy from there."""

from __future__ import annotations

from shared.formats.marc.codes import inverted

# MARC's code -> ISO 3166-1. A part of a country has the country's code.
_TABLE = """
xxk:GB enk:GB stk:GB wlk:GB nik:GB uik:GB xxu:US xxc:CA at:AU ie:IE nz:NZ sa:ZA
aa:AL ae:DZ ag:AR ai:AM aj:AZ au:AT bb:BB be:BE bg:BD bl:BR bn:BA bo:BO bu:BG bw:BY cb:KH cc:CN ce:LK ch:TW ci:HR
ck:CO cl:CL cm:CM cr:CR cu:CU cy:CY dk:DK dr:DO ec:EC er:EE et:ET fi:FI fr:FR gh:GH gr:GR gs:GE gt:GT gw:DE gy:GY
hu:HU ic:IS ii:IN io:ID iq:IQ ir:IR is:IL it:IT ja:JP jm:JM jo:JO ke:KE kn:KP ko:KR ku:KW kz:KZ le:LB lh:LI li:LT
lu:LU lv:LV mc:MC mf:MU mm:MT mo:ME mr:MA mv:MD mx:MX my:MY ne:NL no:NO np:NP nr:NG pe:PE ph:PH pk:PK pl:PL po:PT
pr:PR py:PY qa:QA rb:RS rh:ZW rm:RO ru:RU rw:RW si:SG sj:SD sp:ES su:SA sw:SE sy:SY sz:CH th:TH ti:TN tr:TT ts:AE
tu:TR tz:TZ ua:EG ug:UG un:UA uy:UY ve:VE vm:VN xn:MK xo:SK xr:CZ xv:SI za:ZM
"""
_COUNTRIES = dict(pair.split(":") for pair in _TABLE.split())
# Codes of three letters are those of states and provinces; the last letter is the country.
_STATES = {"u": "US", "c": "CA", "a": "AU", "k": "GB"}
_CODES = inverted(_COUNTRIES)
_NO_PLACE = "xx "


def country_of(code: str) -> str:
    """Returns the country of a MARC code; "" where it is unknown."""
    code = code.strip()
    return _COUNTRIES.get(code) or (_STATES.get(code[2], "") if len(code) == 3 else "")


def code_of(country: str) -> str:
    """Returns MARC's code, of three characters, for a country; that of `no place` where it has none here."""
    return _CODES.get(country, _NO_PLACE).ljust(3)
