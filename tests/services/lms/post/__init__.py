"""The post of mailboxes: files in and out, over a database of their own."""
