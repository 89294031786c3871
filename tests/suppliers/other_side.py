"""The other side of an exchange: a simulated supplier in a process of its own, whatever its protocol."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from pathlib import Path

from local.machine.certificates import Certificates
from local.machine.processes import Child, Program
from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from local.stack.profiles_national import national_profile, national_secrets
from local.stack.programs import module
from services.suppliers import consortium, national
from services.suppliers.contract import Adapter
from tests.builders import ISBN, SUFFOLK
from tests.waiting import eventually

COUNCILS = {SUFFOLK: "5098765000019"}

_CATALOGUE = f"""isbn,title,author,publisher,year,binding,price
{ISBN},Pride and Prejudice,Jane Austen,Penguin,2003,paperback,7.99
"""


class Trait(Enum):
    """A way in which a simulated supplier differs from accepting and despatching everything at once."""

    SENDS_TWICE = auto()
    BREAKS_AFTER_TAKING = auto()
    BACK_ORDERS = auto()
    CANNOT_READ = auto()
    MAKES_OFFERS = auto()


class OtherSide(ABC):
    """A simulator that can be stopped and started again; it remembers what it has."""

    name: str
    accepts_everything: Mapping[str, float]
    traits: Mapping[Trait, Mapping[str, float]]

    def __init__(self, folder: Path, webhook_url: str, traits: Sequence[Trait]) -> None:
        self.folder = folder
        self.webhook_url = webhook_url
        self.port = 0
        self.ready: dict[str, str] = {}
        self._proportions = dict(self.accepts_everything)
        for trait in traits:
            self._proportions |= self.traits.get(trait, {})
        self._child: Child | None = None
        self._runs = 0

    @abstractmethod
    def adapter(self) -> Adapter:
        """Our side of the line."""

    @abstractmethod
    def profile_and_secrets(self) -> tuple[str, Mapping[str, str]]:
        """What the settings of an exchange process name: the profile's text and the secrets."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The simulator's module and its options without delays and proportions."""

    def environment(self) -> Mapping[str, str] | None:
        """The simulator's environment."""
        return None

    async def start(self) -> None:
        """Return once it listens."""
        self._runs += 1
        log = self.folder / f"{self.name}-{self._runs}.log"
        delays = ["--response-delay", "0", "--despatch-delay", "0", "--release-delay", "0"]
        catalogue = self.folder / "catalogue.csv"
        catalogue.write_text(_CATALOGUE)
        proportions = [word for item in self._proportions.items() for word in ("--proportion", "=".join(map(str, item)))]
        command = [*self.command(), "--catalogue", str(catalogue), *delays, *proportions]
        child = Child(Program(self.name, module(*command), log, environment=self.environment()))
        self._child = child
        await eventually(lambda: '"ready"' in log.read_text() or not child.running)
        assert child.running, log.read_text()
        self.ready = json.loads(next(line for line in log.read_text().splitlines() if '"ready"' in line))
        self.port = int(self.ready["port"])

    async def stop(self) -> None:
        """Kill it, as a crash would."""
        if self._child is not None:
            await self._child.kill()


class ConsortiumSide(OtherSide):
    """The regional consortium over HTTPS."""

    name = "consortium"
    accepts_everything = {
        "accept": 1.0, "back_order": 0.0, "refuse": 0.0, "substitute": 0.0, "unknown_word": 0.0,
        "partial_ship": 0.0, "late_ship": 0.0, "release": 0.0, "send_twice": 0.0, "lost_answer": 0.0,
    }  # fmt: skip
    traits = {
        Trait.SENDS_TWICE: {"send_twice": 1.0},
        Trait.BREAKS_AFTER_TAKING: {"lost_answer": 1.0},
        Trait.BACK_ORDERS: {"accept": 0.0, "back_order": 1.0},
        Trait.MAKES_OFFERS: {"accept": 0.0, "substitute": 0.6, "price": 0.4},
    }

    def __init__(self, folder: Path, webhook_url: str, traits: Sequence[Trait], *, certificates: Certificates) -> None:
        super().__init__(folder, webhook_url, traits)
        self._certificates = certificates
        self._secrets = consortium_secrets()

    def adapter(self) -> Adapter:
        return consortium.adapter(*self.profile_and_secrets())

    def profile_and_secrets(self) -> tuple[str, Mapping[str, str]]:
        url = f"https://127.0.0.1:{self.port}"
        return consortium_profile(url, self._certificates.authority, COUNCILS), self._secrets

    def command(self) -> Sequence[str]:
        files = ["--cert", str(self._certificates.server), "--key", str(self._certificates.server_key)]
        state = ["--state", str(self.folder / "consortium.sqlite"), "--port", str(self.port)]
        return ["local.simulators.consortium", *files, *state]

    def environment(self) -> Mapping[str, str]:
        return {
            "CONSORTIUM_CLIENT_ID": self._secrets["client_id"],
            "CONSORTIUM_CLIENT_SECRET": self._secrets["client_secret"],
            "CONSORTIUM_WEBHOOK_SECRET": self._secrets["webhook_secret_current"],
            "CONSORTIUM_WEBHOOK_URL": self.webhook_url,
        }


class NationalSide(OtherSide):
    """One of the national booksellers over SFTP."""

    name = "national"
    accepts_everything = {
        "back_order": 0.0, "part_back_order": 0.0, "refuse": 0.0, "part_refuse": 0.0, "substitute_offered": 0.0,
        "substitute_sent": 0.0, "unknown_code": 0.0, "released": 0.0, "late": 0.0, "sent_twice": 0.0,
        "no_line_key": 0.0, "break_after_upload": 0.0, "overcharged": 0.0, "unknown_line": 0.0, "wrong_total": 0.0,
        "invoiced_twice": 0.0, "credited": 0.0, "unreadable": 0.0,
    }  # fmt: skip
    traits = {
        Trait.SENDS_TWICE: {"sent_twice": 1.0},
        Trait.BREAKS_AFTER_TAKING: {"break_after_upload": 1.0},
        Trait.BACK_ORDERS: {"back_order": 1.0},
        Trait.CANNOT_READ: {"unreadable": 1.0},
        Trait.MAKES_OFFERS: {"substitute_offered": 0.5, "price_held": 0.5},
    }

    def __init__(self, folder: Path, webhook_url: str, traits: Sequence[Trait], *, bookseller: str = "albion") -> None:
        super().__init__(folder, webhook_url, traits)
        self._bookseller = bookseller

    def adapter(self) -> Adapter:
        return national.adapter(*self.profile_and_secrets())

    def profile_and_secrets(self) -> tuple[str, Mapping[str, str]]:
        profile = national_profile(self.port, self.ready["host_key"], COUNCILS, bookseller=self._bookseller)
        return profile, national_secrets(Path(self.ready["client_key"]))

    def command(self) -> Sequence[str]:
        root = self.folder / "bookseller"
        options = ["--bookseller", self._bookseller, "--root", str(root), "--port", str(self.port)]
        options += ["--invoices", "despatch", "--invoice-delay", "0"]
        options += ["--acknowledge"] if self._proportions["unreadable"] else []
        return ["local.simulators.bookseller", *options]
