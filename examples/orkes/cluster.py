"""What all examples here share: the cluster that the environment names, or one sentence that says what is missing."""

import os
import sys

from conductor_core import Conductor


def cluster() -> Conductor:
    """Return a conductor of the cluster; end the program where no variable names one."""
    if not os.environ.get("CONDUCTOR_SERVER_URL"):
        sys.exit("set CONDUCTOR_SERVER_URL, CONDUCTOR_AUTH_KEY and CONDUCTOR_AUTH_SECRET to those of an Orkes cluster")
    return Conductor()
