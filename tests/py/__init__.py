"""Tests of the Python surface and of the native code as Python sees it."""
