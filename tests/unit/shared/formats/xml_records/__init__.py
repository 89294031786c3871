"""Files of records in XML."""
