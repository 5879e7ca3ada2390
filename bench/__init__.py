"""Benchmarks and what compares them; a package so that tests can import it."""
