"""The bookseller's mailbox: uploads that are not finished, and files that cannot be taken."""
