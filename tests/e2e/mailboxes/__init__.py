"""The council around three mailboxes: its libraries, the staff who unpack, and the comparison of all books at the end."""
