"""`python -m hft` is `hft`."""

import sys

from hft.cli import main

sys.exit(main())
