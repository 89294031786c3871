"""What the services agreed on: schemas, examples, compatibility."""
