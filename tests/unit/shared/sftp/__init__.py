"""Tests of shared.sftp."""
