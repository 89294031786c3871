"""What a statement is given when it runs. What a page asks is built once: building a statement costs more than running it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, TableValuedAlias, Text, bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY

COUNCIL: BindParameter[str] = bindparam("council", type_=Text)


def given_council(of_one: bool) -> BindParameter[str] | None:
    """Returns what stands for the council in a statement about one council's rows; None in one about those of all."""
    return COUNCIL if of_one else None


def given_rows(name: str, **columns: Any) -> TableValuedAlias:
    """Returns a source of rows, to be joined with those of tables, with columns of these types; `rows_given` gives them."""
    arrays = [bindparam(f"{name}_{each}", type_=ARRAY(kind)) for each, kind in columns.items()]
    names = [column(each, kind) for each, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*names).render_derived(name=name)


def rows_given(name: str, **columns: Sequence[object]) -> Mapping[str, Sequence[object]]:
    """Returns the parameters of `given_rows`: of each column as many values as there are rows."""
    return {f"{name}_{each}": values for each, values in columns.items()}
