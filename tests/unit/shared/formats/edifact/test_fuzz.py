"""Some mutants with every run; `fuzz.py` reads as many as asked for."""

import random

from tests.fixtures.chance import Chance
from tests.unit.shared.formats.edifact.fuzz import check, mutants


def test_no_mutant_makes_the_reader_raise_or_depend_on_chunks(chance: Chance) -> None:
    dice = random.Random(chance.seed)
    for raw in mutants(chance.mutants, seed=chance.seed):
        check(raw, dice)
