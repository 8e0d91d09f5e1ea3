"""Fuzzers: run by hand or by night, never by pytest."""
