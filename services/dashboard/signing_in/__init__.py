"""Signing in by an OpenID Connect provider, and the sessions of those who are signed in. Must not know any page."""
