"""The LMS's doors beside the other services' APIs: one ordered feed of everything that a council's LMS can care about."""
