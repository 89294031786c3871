"""The way to a supplier's HTTPS API, for the transports of all adapters: limits, credentials, and what each failure means.

Knows no protocol of a supplier: paths, bodies and headers are the adapter's.
"""

from services.suppliers.https.door import Credentials, Door, Fixed, open_client
from shared.http.answers import Answer, Caps, ask, because

__all__ = ["Answer", "Caps", "Credentials", "Door", "Fixed", "ask", "because", "open_client"]
