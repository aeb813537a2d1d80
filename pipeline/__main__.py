"""`python -m pipeline` is `oncocase`."""

import sys

from pipeline.cli import main

sys.exit(main())
