"""Parses the arguments of an OAI-PMH 2.0 request, with every error the protocol names for them. Knows no record and no answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from shared.formats.oai_pmh.tokens import LONGEST_TOKEN, Resumption, read_token
from shared.formats.oai_pmh.words import Code, Error, Prefix, Repository, Verb
from shared.formats.xml import holdable

LONGEST_ARGUMENT = 500
"""Characters of an argument that is no token, so that a token can hold all of them."""


@dataclass(frozen=True, slots=True)
class Identify:
    """Asks who the repository is. `arguments` are the request's own, the verb included, here and in every request."""

    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListMetadataFormats:
    """Asks for the formats, of one record where `identifier` is not empty."""

    arguments: Mapping[str, str]
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class ListSets:
    """Asks for the sets; `resumed` where it goes on with a list."""

    arguments: Mapping[str, str]
    resumed: Resumption | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records a list has: changed at or after `since` and before `before`, both aware, and of a set, where stated."""

    prefix: Prefix
    since: datetime | None = None
    before: datetime | None = None
    in_set: str = ""


@dataclass(frozen=True, slots=True)
class ListIdentifiers:
    """Asks for the headers of a selection; `resumed` where it goes on with a list."""

    arguments: Mapping[str, str]
    selection: Selection
    resumed: Resumption | None = None


@dataclass(frozen=True, slots=True)
class ListRecords:
    """Asks for the records of a selection; `resumed` where it goes on with a list."""

    arguments: Mapping[str, str]
    selection: Selection
    resumed: Resumption | None = None


@dataclass(frozen=True, slots=True)
class GetRecord:
    """Asks for one record."""

    arguments: Mapping[str, str]
    identifier: str
    prefix: Prefix


Request: TypeAlias = Identify | ListMetadataFormats | ListSets | ListIdentifiers | ListRecords | GetRecord


@dataclass(frozen=True, slots=True)
class Refused:
    """The errors of a request. `arguments` is empty where the request was not valid: none is repeated then (section 3.2)."""

    errors: tuple[Error, ...]
    arguments: Mapping[str, str]


_TOKEN = "resumptionToken"  # noqa: S105  an argument's name, no secret
_LIST = (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", _TOKEN}))
# Section 4: verb -> arguments that it requires, and others that it knows
_ARGUMENTS: dict[Verb, tuple[frozenset[str], frozenset[str]]] = {
    Verb.IDENTIFY: (frozenset(), frozenset()),
    Verb.LIST_METADATA_FORMATS: (frozenset(), frozenset({"identifier"})),
    Verb.LIST_SETS: (frozenset(), frozenset({_TOKEN})),
    Verb.LIST_IDENTIFIERS: _LIST,
    Verb.LIST_RECORDS: _LIST,
    Verb.GET_RECORD: (frozenset({"identifier", "metadataPrefix"}), frozenset()),
}

_PLAIN = r"[A-Za-z0-9\-_.!~*'()]+"
_PREFIX = re.compile(_PLAIN)
_SET = re.compile(f"{_PLAIN}(?::{_PLAIN})*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_DAY_LENGTH = len("YYYY-MM-DD")


def parse(arguments: Sequence[tuple[str, str]], repository: Repository) -> Request | Refused:
    """Returns the request, or its errors. Never raises for content. `arguments` are names and values, decoded, in any order."""
    verbs = [value for name, value in arguments if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in list(Verb):
        wrong = "is missing" if not verbs else "is repeated" if len(verbs) > 1 else "is not one of OAI-PMH 2.0"
        return Refused((Error(Code.BAD_VERB, f"The verb {wrong}."),), {})
    verb = Verb(verbs[0])
    errors = _argument_errors(verb, arguments)
    if errors:
        return Refused(tuple(errors), {})
    return _request(verb, dict(arguments), repository)


def _argument_errors(verb: Verb, arguments: Sequence[tuple[str, str]]) -> list[Error]:
    required, known = _ARGUMENTS[verb]
    counts = Counter(name for name, _ in arguments if name != "verb")
    errors = [_bad(f"{holdable(name)[:80]} is no argument of {verb}.") for name in counts if name not in required | known]
    errors += [_bad(f"{holdable(name)[:80]} is repeated.") for name, count in counts.items() if count > 1]
    if _TOKEN in counts and _TOKEN in known:
        if len(counts) > 1:
            errors.append(_bad(f"{_TOKEN} is exclusive: give no other argument with it."))
    else:
        errors += [_bad(f"{name} is missing.") for name in sorted(required - counts.keys())]
    for name, value in arguments:
        longest = LONGEST_TOKEN if name == _TOKEN else LONGEST_ARGUMENT
        if not value or len(value) > longest or holdable(value) != value:
            errors.append(_bad(f"{holdable(name)[:80]} is empty, too long, or holds a character that XML cannot hold."))
    return errors


def _request(verb: Verb, arguments: dict[str, str], repository: Repository) -> Request | Refused:
    match verb:
        case Verb.IDENTIFY:
            return Identify(arguments)
        case Verb.LIST_METADATA_FORMATS:
            return ListMetadataFormats(arguments, arguments.get("identifier", ""))
        case Verb.GET_RECORD:
            prefix = _prefix(arguments["metadataPrefix"])
            if isinstance(prefix, Error):
                return _refused(prefix, arguments)
            return GetRecord(arguments, arguments["identifier"], prefix)
        case _:
            return _list(verb, arguments, repository)


def _list(verb: Verb, arguments: dict[str, str], repository: Repository) -> Request | Refused:
    if verb is Verb.LIST_SETS and not repository.has_sets:
        return _refused(_no_sets(), arguments)
    resumed = None
    if _TOKEN in arguments:
        resumed = read_token(arguments[_TOKEN], verb, repository.key)
        if resumed is None:
            text = "The resumptionToken was not given out here for this verb, or was changed: begin the list again."
            return _refused(Error(Code.BAD_RESUMPTION_TOKEN, text), arguments)
    if verb is Verb.LIST_SETS:
        return ListSets(arguments, resumed)
    selection = _selection(resumed.arguments if resumed is not None else arguments, repository)
    if isinstance(selection, Error):
        return _refused(selection, arguments)
    return (ListRecords if verb is Verb.LIST_RECORDS else ListIdentifiers)(arguments, selection, resumed)


def _selection(arguments: Mapping[str, str], repository: Repository) -> Selection | Error:
    since, before = _since(arguments.get("from")), _before(arguments.get("until"))
    if isinstance(since, Error):
        return since
    if isinstance(before, Error):
        return before
    wrong = _interval_error(arguments, since, before, repository)
    if wrong is not None:
        return wrong
    in_set = arguments.get("set", "")
    if in_set and not repository.has_sets:
        return _no_sets()
    if in_set and not _SET.fullmatch(in_set):
        return _bad("set is not a setSpec.")
    prefix = _prefix(arguments["metadataPrefix"])
    return prefix if isinstance(prefix, Error) else Selection(prefix, since, before, in_set)


def _interval_error(
    arguments: Mapping[str, str], since: datetime | None, before: datetime | None, repository: Repository
) -> Error | None:
    if since and before and len(arguments["from"]) != len(arguments["until"]):
        return _bad("from and until are of different granularity.")
    if since and before and since >= before:
        return _bad("from is later than until.")
    if before and before <= repository.earliest:
        return _bad("until is earlier than the earliestDatestamp of Identify.")
    return None


def _since(text: str | None) -> datetime | Error | None:
    return _moment("from", text) if text is not None else None


def _before(text: str | None) -> datetime | Error | None:
    """Returns the first moment after `until`, which the protocol includes (section 2.7.1)."""
    moment = _moment("until", text) if text is not None else None
    if text is None or moment is None or isinstance(moment, Error):
        return moment
    try:
        return moment + (timedelta(days=1) if len(text) == _DAY_LENGTH else timedelta(seconds=1))
    except OverflowError:
        return moment


def _moment(name: str, text: str) -> datetime | Error:
    """Reads both granularities. Unlike `moments`, any year: a harvester may ask for everything since the year 1."""
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    return _bad(f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ.")


def _prefix(text: str) -> Prefix | Error:
    if not _PREFIX.fullmatch(text):
        return _bad("metadataPrefix is not a metadataPrefix.")
    if text not in list(Prefix):
        return Error(Code.CANNOT_DISSEMINATE_FORMAT, f"{text} is no format of this repository; see ListMetadataFormats.")
    return Prefix(text)


def _refused(error: Error, arguments: Mapping[str, str]) -> Refused:
    return Refused((error,), {} if error.code is Code.BAD_ARGUMENT else arguments)


def _bad(text: str) -> Error:
    return Error(Code.BAD_ARGUMENT, text)


def _no_sets() -> Error:
    return Error(Code.NO_SET_HIERARCHY, "This repository has no sets.")
