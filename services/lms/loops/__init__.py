"""What runs beside the API: sends the feed to webhook endpoints."""
