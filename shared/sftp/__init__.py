"""Files over SFTP, with whoever has the server: the connection, and what may be done with each file that is found there.

Knows no supplier, no library system and no table.
"""

from __future__ import annotations
