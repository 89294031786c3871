"""HTTP shapes of the exchange."""

from services.suppliers.schemas.explaining import OrderView, TouchedQuery, order_views
from services.suppliers.schemas.mappings import (
    MappingQuery,
    MappingView,
    NewMapping,
    ProposedMapping,
    ReferencesView,
    ReferenceView,
    Scope,
    SuggestionQuery,
    SuggestionsView,
    mapping_view,
    suggestion_view,
)
from services.suppliers.schemas.messages import (
    MessageDetail,
    MessageQuery,
    MessageView,
    Receipt,
    Release,
    message_detail,
    message_tag,
    message_view,
)
from services.suppliers.schemas.previews import Described, PreviewQuestion, ReplayPreview, replay_preview
from services.suppliers.schemas.progress import AsideQuery, AsideView, aside_view
from services.suppliers.schemas.reachability import ConnectionActView, ReachabilityView, connection_act_view, reachability_view
from services.suppliers.schemas.reconciliations import (
    ComparedLineQuery,
    ComparedLineView,
    OpenLinesForm,
    ReconciliationDetail,
    ReconciliationView,
    compared_line_view,
    reconciliation_detail,
    reconciliation_view,
)
from services.suppliers.schemas.suppliers import SupplierView, supplier_view
from services.suppliers.schemas.withdrawals import NewWithdrawal, WithdrawalView, withdrawal_view
from services.suppliers.schemas.words import Reason

__all__ = [
    "AsideQuery",
    "AsideView",
    "ComparedLineQuery",
    "ComparedLineView",
    "ConnectionActView",
    "Described",
    "MappingQuery",
    "MappingView",
    "MessageDetail",
    "MessageQuery",
    "MessageView",
    "NewMapping",
    "NewWithdrawal",
    "OpenLinesForm",
    "OrderView",
    "PreviewQuestion",
    "ProposedMapping",
    "ReachabilityView",
    "Reason",
    "Receipt",
    "ReconciliationDetail",
    "ReconciliationView",
    "ReferenceView",
    "ReferencesView",
    "Release",
    "ReplayPreview",
    "Scope",
    "SuggestionQuery",
    "SuggestionsView",
    "SupplierView",
    "TouchedQuery",
    "WithdrawalView",
    "aside_view",
    "compared_line_view",
    "connection_act_view",
    "mapping_view",
    "message_detail",
    "message_tag",
    "message_view",
    "order_views",
    "reachability_view",
    "reconciliation_detail",
    "reconciliation_view",
    "replay_preview",
    "suggestion_view",
    "supplier_view",
    "withdrawal_view",
]
