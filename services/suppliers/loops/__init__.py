"""What runs beside the API: sends what waits, fetches and reads what arrived, watches for feeds that fall quiet."""
