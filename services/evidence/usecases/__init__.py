"""What evidence does: notes facts, and answers what they say."""
