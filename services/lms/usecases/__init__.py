"""What the service does: tells councils of what happened, and answers what happened since."""
