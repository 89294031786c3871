"""What is known of each file on a server from look to look, and what may be done with it. Pure; the caller passes the time.

A file with a complete end is taken at once, so that no answer waits; any other file after two looks at which it was the same.
What was taken is removed only after such two looks, so that what still grows is taken again, whole. A file whose form has an end
that is missing is never removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from shared.backoff import pause_after
from shared.sftp.endings import Ending

_LONGEST_NAME = 255
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 600.0
# Fewer failures may be one short outage.
_TELLING_FAILURES = 3


class Limits(Protocol):
    """When a file counts as uploaded, and how large it may be."""

    @property
    def largest_file(self) -> int:
        """Bytes; a larger file is never taken."""

    @property
    def settle_seconds(self) -> float:
        """How long a file without a known end must not have changed."""

    @property
    def stuck_seconds(self) -> float:
        """How long an upload may take before that is reported."""

    @property
    def temporary_endings(self) -> tuple[str, ...]:
        """Endings of names, in lower case, that files have while they are uploaded."""


@dataclass(frozen=True, slots=True)
class Version:
    """What the server says of a file's content. Another version is other content, whatever the file's name."""

    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a folder, as a look finds it. `special` says what it is where it is no file."""

    folder: bytes
    name: bytes
    version: Version
    special: str = ""

    @property
    def path(self) -> bytes:
        """Its path, relative to the home folder of the account."""
        return self.folder + b"/" + self.name

    @property
    def hidden(self) -> bool:
        """Whether it is hidden, as the folder itself, its parent and the parts of many uploads are."""
        return self.name.startswith(b".") and b"/" not in self.name


@dataclass(slots=True)
class Arrival:
    """One entry from look to look.

    `since`: when this version was first seen; `begun`: when the first version was seen that was not taken yet. `fetched` and
    `kept` are the version that was read last, and the one that was taken.
    """

    entry: Entry
    since: float
    begun: float
    ending: Ending | None = None
    fetched: Version | None = None
    kept: Version | None = None
    reported: bool = False
    trouble: str = ""
    failures: int = 0
    again_at: float = 0.0
    tried_at: float = 0.0

    def seen(self, entry: Entry, limits: Limits, now: float) -> None:
        """Notes what a look found under the name of this entry."""
        before, after = self.entry.version, entry.version
        if after != before:
            # A file above the limit that grows on is no news.
            self.reported = self.reported and limits.largest_file < before.size < after.size
            self.begun = now if self.kept == before else self.begun
            self.since, self.ending, self.trouble, self.failures, self.again_at = now, None, "", 0, 0.0
        self.entry = entry

    def failed(self, now: float, trouble: str) -> None:
        """Notes that it could not be read or removed: it is tried again only after a pause, so that it delays no other file."""
        self.failures += 1
        self.trouble = trouble
        self.again_at = now + pause_after(self.failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)

    def settled(self, limits: Limits, now: float) -> bool:
        """Whether it has not changed for as long as the profile says."""
        return now - self.since >= limits.settle_seconds

    def read_as(self, version: Version, ending: Ending) -> None:
        """Notes that it was read."""
        self.fetched, self.ending, self.trouble, self.failures = version, ending, "", 0

    def is_finished(self, limits: Limits, now: float) -> bool:
        """Whether all of it is there, as far as is known."""
        return self.ending is Ending.COMPLETE or self.settled(limits, now)

    def may_be_read(self, limits: Limits, now: float) -> bool:
        """Whether it is new, it is not known that more of it must come, and nothing else speaks against taking it."""
        new = self.kept != self.entry.version and now >= self.again_at
        waits = self.ending is not None and not self.is_finished(limits, now)
        return new and not waits and not self._unfinished(limits) and not self._objection(limits)

    def left_because(self, limits: Limits) -> str:
        """Returns why it is not taken as it is, by its name and size alone; empty where it may be."""
        hidden = "it is hidden, as the parts of many uploads are" if self.entry.hidden else ""
        return hidden or self._unfinished(limits) or self._objection(limits)

    def may_be_removed(self, limits: Limits, now: float) -> bool:
        """Whether it was taken as it is, lacks no end and grows no more."""
        taken = self.kept == self.entry.version
        return taken and self.ending is not Ending.MISSING and self.settled(limits, now) and now >= self.again_at

    def report(self, limits: Limits, now: float) -> str:
        """Returns why it is not taken, the first time that people must know; empty else."""
        if self.reported:
            return ""
        text = self.trouble if self.failures >= _TELLING_FAILURES else ""
        if self.kept != self.entry.version:
            text = text or self._objection(limits) or self._stuck(limits, now)
        self.reported = bool(text)
        return text

    def _stuck(self, limits: Limits, now: float) -> str:
        """Returns why it seems that it is never finished; empty before the profile's time."""
        text = self._unfinished(limits) or ("" if self.settled(limits, now) else "it is still being changed")
        if not text or now - self.begun < limits.stuck_seconds:
            return ""
        return f"{text} after {limits.stuck_seconds:g} s ({_moment(self.entry.version)})"

    def _unfinished(self, limits: Limits) -> str:
        """Returns why it is an upload that is not finished; empty where nothing but a change may show that."""
        if self.entry.version.size == 0:
            return "it is still empty"
        temporary = shown(self.entry.name).lower().endswith(limits.temporary_endings)
        return "it still has the temporary name of an unfinished upload" if temporary else ""

    def _objection(self, limits: Limits) -> str:
        """Returns why it can never be taken as it is; empty where it can."""
        name, version = self.entry.name, self.entry.version
        if self.entry.special:
            return f"it is {self.entry.special}, not a file"
        if b"/" in name or b"\0" in name or len(name) > _LONGEST_NAME:
            return f"no file can have this name: it has {len(name)} bytes, or a slash or a zero byte in it"
        if version.size > limits.largest_file:
            return (
                f"it has {version.size} bytes ({_moment(version)}); `largest_file` of the profile is {limits.largest_file}. "
                "Ask the sender for several parts, or raise the limit"
            )
        return ""


def shown(path: bytes) -> str:
    r"""Returns a path as text that can be kept and shown: what is no printable UTF-8 becomes `\x..`, a backslash two."""
    text = path.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def _moment(version: Version) -> str:
    if not 0 < version.mtime < 2**32:
        return "of unknown age"
    return f"changed {datetime.fromtimestamp(version.mtime, UTC):%Y-%m-%d %H:%M:%S} UTC"
