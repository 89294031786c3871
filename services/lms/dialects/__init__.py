"""How library systems speak: orders read from an LMS's files, and answers written as it reads them. Pure: no I/O, no database.

A dialect is data (`LmsProfile`); three ship: `koha`, `evergreen`, `folio`.
"""

from services.lms.dialects.profile import LmsProfile
from services.lms.dialects.profiles import PROFILES
from services.lms.dialects.reading import read
from services.lms.dialects.writing import write

__all__ = ["PROFILES", "LmsProfile", "read", "write"]
