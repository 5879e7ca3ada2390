"""Options that several commands share."""

from __future__ import annotations

from datetime import datetime

import click

DATE = click.DateTime(["%Y-%m-%d"])


def date_text(date: datetime | None) -> str:
    """Write a date option as the Python API takes it; empty where it was not given."""
    return "" if date is None else f"{date:%Y-%m-%d}"
