"""Some mutants with every run; `fuzz.py` reads as many as asked for."""

import random

from tests.fixtures.chance import Fuzzing
from tests.unit.shared.formats.edifact.fuzz import check, mutants


def test_no_mutant_makes_the_reader_raise_or_depend_on_chunks(fuzzing: Fuzzing) -> None:
    dice = random.Random(fuzzing.seed)
    for raw in mutants(fuzzing.mutants, seed=fuzzing.seed):
        check(raw, dice)
