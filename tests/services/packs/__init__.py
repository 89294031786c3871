"""Tests of evidence packs, over the services whose facts they have."""
