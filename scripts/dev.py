#!/usr/bin/env python3
"""The one entry point, for people and CI: python3 scripts/dev.py COMMAND.

It needs nothing but Python, makes what the project needs, and prints every command it runs.
The commands live in scripts/devtools/, one module each.
"""

import sys

# Before any import that an older Python cannot read.
if sys.version_info < (3, 11):  # noqa: UP036 (that Python is the one this is for)
    sys.exit(
        "dev.py: this is Python {}.{}; hft needs 3.11 or newer; run it with that one, for example: "
        "python3.11 scripts/dev.py".format(*sys.version_info[:2])
    )

from devtools.cli import main

if __name__ == "__main__":
    sys.exit(main())
