"""HTTP shapes of the catalogue: titles, searches for them, and what cataloguers fix in them. Decides nothing."""

from services.catalogue.schemas.fixes import FixView, Lift, NewFix, fix_view
from services.catalogue.schemas.search import TitlePage, TitleQuery, asked, found_title, searched_page
from services.catalogue.schemas.titles import (
    ChangedTitles,
    TitleView,
    TitleWithRecords,
    changed_title_view,
    title_view,
    title_with_records,
)

__all__ = [
    "ChangedTitles",
    "FixView",
    "Lift",
    "NewFix",
    "TitlePage",
    "TitleQuery",
    "TitleView",
    "TitleWithRecords",
    "asked",
    "changed_title_view",
    "fix_view",
    "found_title",
    "searched_page",
    "title_view",
    "title_with_records",
]
