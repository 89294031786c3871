"""The profiles that ship: three library systems with their own habits. A fourth needs another of these, and no code.

The identities are invented: a library gives its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.lms.dialects.profile import CopyCodes, Files, FilesIn, FilesOut, Identity, LmsProfile, OutKind, Reading, Writing
from services.lms.dialects.quirks import Quirk

# Each loads them by a tool of its own that a person sets up, so no profile needs another place.
_RECORDS = FilesOut(folder="records", name="sb{reference:010d}.mrc")

KOHA = LmsProfile(
    name="koha",
    title="Koha",
    library=Identity(code="5098765000019"),
    supplier=Identity(code="5012345678900"),
    files=Files(
        orders=FilesIn(folder="orders", names=("*.CEP",)),
        # The last three letters say who may take the file: C is ready, E is extracted.
        out={
            OutKind.QUOTES: FilesOut(folder="answers", name="sb{reference:010d}.CEQ"),
            OutKind.ORDRSP: FilesOut(folder="answers", name="sb{reference:010d}.CEA"),
            OutKind.INVOIC: FilesOut(folder="answers", name="sb{reference:010d}.CEI"),
        },
        records=_RECORDS,
        fetched="renamed",
        # It skips a file whose name it has seen, under whatever ending.
        answers_again=False,
        renamed={".CEQ": ".EEQ", ".CEA": ".EEA", ".CEI": ".EEI"},
    ),
    reading=Reading(quirks=frozenset({Quirk.UNESCAPED_COPY_DATA}), prices=("AAE", "AAB")),
    writing=Writing(
        charset="UNOC",
        avoided="?",
        associations={OutKind.QUOTES: "EAN002", OutKind.ORDRSP: "EAN005", OutKind.INVOIC: "EAN008"},
        refused_orders="ORDRSP",
        # It adds up every MOA before the first line as the cost of shipment, and reads no charge of a line.
        carriage="heading",
        line_amounts="all",
        # It reads each as an invoice, and would receive the copies a second time.
        credit_notes=False,
    ),
)

EVERGREEN = LmsProfile(
    name="evergreen",
    title="Evergreen",
    library=Identity(code="5550017", qualifier="31B"),
    supplier=Identity(code="5550025", qualifier="31B"),
    files=Files(
        orders=FilesIn(folder="in", names=("*",)),
        out={
            OutKind.ORDRSP: FilesOut(folder="out", name="{reference:010d}.ordrsp.edi"),
            OutKind.DESADV: FilesOut(folder="out", name="{reference:010d}.desadv.edi"),
            OutKind.INVOIC: FilesOut(folder="out", name="{reference:010d}.invoic.edi"),
        },
        records=_RECORDS,
        fetched="left",
        # It skips a file whose name it has seen.
        answers_again=False,
    ),
    reading=Reading(
        quirks=frozenset({Quirk.TEXT_AS_CODE, Quirk.ONE_SET_IS_ALL}),
        copies=CopyCodes(sequence=("LSQ", "LFH")),
        prices=("AAB",),
        text_width=70,
    ),
    writing=Writing(
        charset="UNOB",
        # It cuts at every apostrophe, plus and colon, released or not.
        avoided="?+:'",
        refused_orders="ORDRSP",
        accepted_quantity=None,
        # It knows an invoice by BGM 380 only.
        credit_notes=False,
    ),
)

FOLIO = LmsProfile(
    name="folio",
    title="FOLIO",
    library=Identity(code="5098765000026"),
    supplier=Identity(code="5012345678900"),
    files=Files(
        orders=FilesIn(folder="orders", names=("*.edi", "*.txt")),
        out={
            OutKind.INVOIC: FilesOut(folder="invoices", name="{reference:010d}.edi"),
            # For people: FOLIO itself reads neither.
            OutKind.CONTRL: FilesOut(folder="notices", name="{reference:010d}-contrl.edi"),
            OutKind.APERAK: FilesOut(folder="notices", name="{reference:010d}-aperak.edi"),
        },
        records=_RECORDS,
        fetched="left",
    ),
    reading=Reading(
        quirks=frozenset({Quirk.CURRENCY_IN_PRICE, Quirk.PRICE_OF_LINE, Quirk.DAY_FIRST_DATES}),
        expense_class_mark=":",
        prices=("AAB", "AAF"),
        text_width=70,
    ),
    # A released apostrophe ends a segment for it.
    writing=Writing(charset="UNOC", avoided="'?", refused_orders="APERAK", line_amounts="all"),
)

PROFILES: Mapping[str, LmsProfile] = {profile.name: profile for profile in (KOHA, EVERGREEN, FOLIO)}
"""Name -> profile."""
