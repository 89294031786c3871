"""Profiles: those that ship, and what a profile cannot say because it contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.lms.dialects import PROFILES, LmsProfile
from services.lms.dialects.profiles import KOHA

OUT = {"ORDRSP": {"folder": "answers", "name": "{reference:08d}.CEA"}}


@pytest.mark.parametrize("name", ["koha", "evergreen"])
def test_no_answer_is_offered_again_to_what_skips_the_names_it_has_seen(name: str) -> None:
    assert not PROFILES[name].files.answers_again


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_survives_as_json(name: str) -> None:
    profile = PROFILES[name]

    assert LmsProfile.model_validate_json(profile.model_dump_json()) == profile
    assert profile.name == name


def profile_with(**changes: Any) -> LmsProfile:
    """Makes a profile from a small one."""
    return LmsProfile.model_validate({"name": "own", "title": "Our LMS", "files": {"out": OUT}} | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"writing": {"refused_orders": "APERAK"}}, "files.out has no APERAK"),
        ({"writing": {"associations": {"INVOIC": "EAN008"}}}, "writing.associations has INVOIC, but files.out has not"),
        ({"writing": {"charset": "UNOZ"}}, "unknown charset 'UNOZ'"),
        ({"writing": {"avoided": "a"}}, "letters, digits and spaces cannot be avoided"),
        ({"supplier": {"code": "5012345678900"}}, "give `library` and `supplier`, or neither"),
        ({"files": {"out": {"QUOTES": OUT["ORDRSP"]}}}, "QUOTES answers no file of the library"),
        ({"files": {"out": OUT, "orders": {"folder": "answers"}}}, "would be read as an order"),
        ({"files": {"out": OUT, "orders": {"names": ["*.tmp"]}}}, "none is ever read"),
        ({"files": {"out": OUT, "fetched": "renamed"}}, "`renamed` has no ending of '00000001.CEA'"),
        ({"files": {"out": OUT, "renamed": {".CEA": ".EEA"}}}, "`renamed` is given, but fetched files are removed"),
        ({"files": {"out": OUT, "fetched": "renamed", "renamed": {".CEA": ".CEA"}}}, "leaves '.CEA' as it is"),
        ({"files": {"out": {"ORDRSP": {"folder": "answers", "name": "answer.CEA"}}}}, "has no {reference}"),
        ({"files": {"out": {"ORDRSP": {"folder": "answers", "name": "{reference}.CEA"}}}}, "does not sort by reference"),
        ({"files": {"out": {"ORDRSP": {"folder": "answers", "name": "{other}.CEA"}}}}, "may use {reference} only"),
        (
            {"files": {"out": {"ORDRSP": {"folder": "answers", "name": "a/{reference:08d}"}}}},
            "may have letters, digits and ._- only",
        ),
        ({"files": {"out": {"ORDRSP": {"folder": "answers", "name": "{reference:08d}.tmp"}}}}, "still being written"),
        ({"files": {"out": {"ORDRSP": {"folder": "../up", "name": "{reference:08d}.x"}}}}, "is not a folder"),
        ({"reading": {"copies": {"fund": ["LLO"]}}}, "LLO cannot have two meanings in GIR"),
        ({"reading": {"quirks": ["speaks_backwards"]}}, "Input should be"),
        ({"unknown": 1}, "Extra inputs are not permitted"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=r".") as refused:
        profile_with(**changes)

    assert sentence in str(refused.value)


def test_files_are_known_by_their_names() -> None:
    orders = KOHA.files.orders

    assert orders.takes("ordr123.CEP")
    assert orders.takes("ORDR123.cep")
    assert not orders.takes("ordr123.CEP.part")
    assert not orders.takes(".ordr123.CEP")
    assert not orders.takes("notes.txt")
    assert KOHA.files.renamed_by("sb0000000042.CEA", "sb0000000042.EEA")
    assert not KOHA.files.renamed_by("sb0000000042.CEA", "other.EEA")
    assert KOHA.files.folders == ("orders", "answers", "records")


@pytest.mark.parametrize("name", PROFILES)
def test_every_setting_of_a_profile_is_described(name: str) -> None:
    schema = type(PROFILES[name]).model_json_schema()
    described = [field for part in (schema, *schema["$defs"].values()) for field in part.get("properties", {}).items()]

    assert [key for key, value in described if "description" not in value and "$ref" not in value] == []
