"""The way to a supplier's HTTPS API, for the transports of all adapters: limits, credentials, and what each failure means.

Knows no protocol of a supplier: paths, bodies and headers are the adapter's.
"""

from services.suppliers.https.answers import Answer, Caps, ask
from services.suppliers.https.door import Credentials, Door, Fixed, because, open_client

__all__ = ["Answer", "Caps", "Credentials", "Door", "Fixed", "ask", "because", "open_client"]
