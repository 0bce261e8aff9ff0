"""Measurements of the performance goals, against peers and the smallest honest programs that do the same."""

import os
import sys
from pathlib import Path

# the servers and feeds that the tests start are measured against, too; also by the processes that are started from here
_TESTS = str(Path(__file__).parent.parent / "tests")
sys.path.append(_TESTS)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), _TESTS)))
