"""The SFTP server to which LMSs log in: one tree of folders for each mailbox, over the database. Nothing is on a disk.

Any process may serve any login: what one has in memory is the files that are being put in, of which the LMS has no answer yet.
"""

from services.lms.door.limits import DoorLimits
from services.lms.door.serving import Door

__all__ = ["Door", "DoorLimits"]
