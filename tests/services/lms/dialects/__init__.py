"""How library systems speak: orders read, and answers written."""
