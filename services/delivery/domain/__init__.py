"""The rules of delivery: which goods are for which copies, and what a receipt changes. Pure; knows no table and no event."""
