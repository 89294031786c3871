"""The command line of an exchange's messages: what the API shows and takes, for people at a terminal. Knows only the API."""
