"""How library systems speak: orders read from an LMS's files, and answers written as it reads them. Pure: no I/O, no database.

A dialect is data (`LmsProfile`); three ship: `koha`, `evergreen`, `folio`.
"""
