"""A book in six texts."""

import pytest

from shared.records import Contributor, Description, Role, TitleStatement
from shared.records.brief import Brief, brief_of, description_of, main_contributor


def by(*roles: Role) -> tuple[Contributor, ...]:
    return tuple(Contributor(role.value, roles=(role,)) for role in roles)


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ((Role.ILLUSTRATOR, Role.AUTHOR), Role.AUTHOR),
        ((Role.GHOST_WRITER, Role.AUTHOR), Role.AUTHOR),
        ((Role.EDITOR, Role.PHOTOGRAPHER), Role.PHOTOGRAPHER),
        ((Role.TRANSLATOR, Role.EDITOR), Role.EDITOR),
        ((Role.TRANSLATOR, Role.ILLUSTRATOR), Role.ILLUSTRATOR),
        ((Role.EDITOR, Role.COMPILER), Role.EDITOR),
        ((Role.NARRATOR,), Role.NARRATOR),
    ],
)
def test_who_made_the_book_is_named_as_author(roles: tuple[Role, ...], named: Role) -> None:  # case B6
    author = main_contributor(by(*roles))

    assert author is not None
    assert author.name == named


@pytest.mark.parametrize(
    "brief",
    [
        Brief(),
        Brief("Piranesi", "", "Clarke, Susanna", "Bloomsbury", "2020", "hardback"),
        Brief("Dune", "a novel", "Homer", "", "1965-08", ""),
    ],
)
def test_six_texts_survive_as_a_description(brief: Brief) -> None:
    assert brief_of(description_of(brief)) == brief


def test_a_description_that_states_nothing_is_six_empty_texts() -> None:
    assert brief_of(Description()) == Brief()
    assert brief_of(Description(title=TitleStatement("Dune"), imprint="Ace")) == Brief("Dune", publisher="Ace")
