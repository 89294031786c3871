"""What switches of all strands have alike: who asks for what, their life, their table and their routes.

Must not know what a strand owes or moves: its service does, and keeps its switches in its own database.
"""
