"""The command line of an exchange's messages: the API for people at a terminal. Knows only the API."""
