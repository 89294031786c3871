"""The feed, pushed to endpoints of LMSs."""
