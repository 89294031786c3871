"""Tests of mailboxes: who may open one, the server, and the way to LMSs' own servers."""
