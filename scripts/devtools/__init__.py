"""What scripts/dev.py does, one module a command; the standard library only."""
