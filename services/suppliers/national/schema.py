"""The JSON Schema of a bookseller's profile: `python -m services.suppliers.national.schema` prints it. Pure."""

from __future__ import annotations

import json
import sys

from services.suppliers.national.profile import NationalProfile


def profile_schema() -> str:
    """Returns the schema with every setting's description, as stored beside the profiles."""
    return json.dumps(NationalProfile.model_json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(profile_schema())
