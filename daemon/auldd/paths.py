"""Where auld looks for its configuration and keeps its state, in the order that the manual promises.

Options win over environment variables, those over the places that the XDG Base Directory Specification names. systemd's own
``STATE_DIRECTORY`` is not looked at: in user units it means different places on different versions of systemd, so the shipped
units pass ``--state-dir`` instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

SYSTEM_CONFIG = Path("/etc/auld/config.yaml")


def user_config(environ: Mapping[str, str]) -> Path:
    """``$XDG_CONFIG_HOME/auld/config.yaml``: where ``auld init`` writes."""
    home = environ.get("XDG_CONFIG_HOME", "")
    # the XDG specification: "If an implementation encounters a relative path ... it should ignore it."
    folder = Path(home) / "auld" if Path(home).is_absolute() else Path(platformdirs.user_config_dir("auld"))
    return folder / "config.yaml"


def config_file(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The configuration file to read: ``--config``, else ``AULD_CONFIG``, else the user's own, else the system's.

    The file need not exist; where none does, the user's own place is the answer.
    """
    if option is not None:
        return option
    if environ.get("AULD_CONFIG"):
        return Path(environ["AULD_CONFIG"]).expanduser()
    own = user_config(environ)
    return SYSTEM_CONFIG if not own.exists() and SYSTEM_CONFIG.exists() else own


def state_dir(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The folder of the default store: ``--state-dir``, else ``AULD_STATE_DIR``, else ``~/.local/state/auld``. Absolute."""
    if option is not None:
        return option.absolute()
    if environ.get("AULD_STATE_DIR"):
        return Path(environ["AULD_STATE_DIR"]).expanduser().absolute()
    home = environ.get("XDG_STATE_HOME", "")
    return Path(home) / "auld" if Path(home).is_absolute() else Path(platformdirs.user_state_dir("auld"))
