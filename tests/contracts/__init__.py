"""Tests of the contracts between services: schemas, examples, compatibility."""
