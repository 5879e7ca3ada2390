"""`python -m hft.daemon` is `hftd`."""

import sys

from hft.daemon import main

sys.exit(main())
