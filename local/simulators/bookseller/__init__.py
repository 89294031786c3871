"""A national bookseller: an SFTP mailbox and the brain behind it. Knows of our system only the files in the mailbox."""
