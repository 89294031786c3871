"""A few thousand mutants with every run; `fuzz.py` reads as many as asked for."""

import random

from tests.unit.shared.formats.edifact.fuzz import check, mutants


def test_no_mutant_makes_the_reader_raise_or_depend_on_chunks() -> None:
    dice = random.Random(7)
    for raw in mutants(1_500, seed=7):
        check(raw, dice)
