#!/usr/bin/env python3
"""Commit subjects: `stage: what changes`, at most 72 characters, no full stop.

    python3 scripts/check_subject.py MESSAGE_FILE    (the commit-msg hook)

A log of such lines reads as a list of what was done where, and it can be searched by stage.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

SUBJECT = re.compile(r"[a-z0-9_/+-]+(, [a-z0-9_/+-]+)*: \S.*[^.]")
SUBJECT_MOST = 72
OF_GIT = re.compile(r"(Merge|Revert|fixup!|squash!) ")


def bad_subjects(subjects: Iterable[str]) -> list[str]:
    """The subjects that break the form; those that git writes itself are left alone."""
    return [
        subject
        for subject in subjects
        if not OF_GIT.match(subject)
        and (len(subject) > SUBJECT_MOST or not SUBJECT.fullmatch(subject))
    ]


def main(argv: list[str]) -> int:
    if len(argv) != 2:
        print("usage: check_subject.py MESSAGE_FILE", file=sys.stderr)
        return 2
    lines = Path(argv[1]).read_text().splitlines()
    bad = bad_subjects(lines[:1] or [""])
    for subject in bad:
        print(f"{subject!r}: write it as `stage: what changes`, at most {SUBJECT_MOST} characters")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
