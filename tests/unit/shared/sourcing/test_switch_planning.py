"""What a switch of any strand covers."""

from shared.sourcing.switches.planning import Scope


def test_two_scopes_overlap_if_a_copy_can_be_in_both() -> None:
    everything, ipswich, films = Scope(), Scope(("IPSW",)), Scope((), ("film",))
    assert everything.overlaps(ipswich)
    assert ipswich.overlaps(films)
    assert not ipswich.overlaps(Scope(("LOWE",), ("film",)))
    assert not films.overlaps(Scope(("IPSW",), ("book",)))
