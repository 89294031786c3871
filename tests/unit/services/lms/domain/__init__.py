"""The rules of lms."""
