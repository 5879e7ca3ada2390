"""Errors: what is wrong, where, and what to do about it.

Every error of the control plane, native ones included, is an `HftError`, so that one ``except``
serves a program. The hot path raises nothing: it counts, and the summary shows the counts.
"""

from __future__ import annotations


class HftError(Exception):
    """Something asked for cannot be done: ``WHERE: PROBLEM; REMEDY``.

    ``str()`` of it is made to be shown to the user as it is.
    """


class MissingExtraError(HftError):
    """A feature needs a package that is not installed."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            f"{feature}: the package {package} is not installed; run: pip install 'hft[{extra}]'"
        )


class UsageError(HftError):
    """What was asked for makes no sense: the command line ends with exit code 2."""


class ConfigError(UsageError):
    """A configuration value is missing, unknown or out of range."""

    def __init__(self, file: str, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {problem}; {remedy}")
