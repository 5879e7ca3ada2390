"""`dev.py gen`: files that are derived, never written by hand a second time.

docs/records.md is the byte layout of every record, read through the Python module from the same
layout tables that the compiler has checked.
"""

from __future__ import annotations

from devtools import setup
from devtools.shell import ROOT, VENV_PYTHON, DevError, ask, say

# What is generated, by which program of scripts/, run by the environment's Python.
GENERATED = {"docs/records.md": "gen_records_page.py"}


def command_gen(check: bool) -> int:
    """Write the generated files, or with ``check`` only say which differ."""
    setup.prepare_tools()
    setup.install_hft()
    stale = []
    for name, program in GENERATED.items():
        text = ask([VENV_PYTHON, "scripts/" + program], cwd=ROOT)
        if text is None:
            raise DevError(f"scripts/{program} failed; run it: .venv/bin/python scripts/{program}")
        path = ROOT / name
        if path.is_file() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text)
            say(f"wrote {name}")
    for name in stale if check else []:
        say(f"{name} is out of date; run: python3 scripts/dev.py gen")
    return 1 if stale and check else 0
