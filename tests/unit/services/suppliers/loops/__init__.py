"""What runs beside the exchange's API."""
