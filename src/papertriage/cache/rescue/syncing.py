"""Recognise a folder that a program synchronises with other machines."""

from __future__ import annotations

import os
import re
from pathlib import Path

# By program: how the folder may be named (None: any name), and what the program stores in it.
_PROGRAMS = {
    "Dropbox": (r"dropbox( \(.+\))?", (".dropbox.cache", ".dropbox")),
    "iCloud Drive": (r"mobile documents|com~apple~clouddocs|icloud ?drive", ()),
    "OneDrive": (r"onedrive([ -].+)?", (".849C9593-D756-4E56-8D6E-42412F2A707B",)),
    "Google Drive": (r"google ?drive|my drive", (".tmp.driveupload", ".tmp.drivedownload")),
    "Nextcloud": (r"nextcloud\d*", (".nextcloudsync.log",)),
    "ownCloud": (r"owncloud\d*", (".owncloudsync.log",)),
    "Syncthing": (None, (".stfolder",)),
    "Resilio Sync": (None, (".sync/ID",)),
    "Box": (r"box sync", ()),
    "MEGA": (r"megasync", (".megaignore",)),
    "pCloud": (r"pcloud ?drive", ()),
    "Proton Drive": (r"proton ?drive", ()),
}


def synced_by(path: Path) -> str | None:
    """Return the program that seems to sync a file's folder ("Dropbox"), or None."""
    for directory in Path(os.path.realpath(path)).parents:
        for program, (name, marks) in _PROGRAMS.items():
            named = name and re.fullmatch(name, directory.name, re.IGNORECASE)
            if named or any(_holds(directory, mark) for mark in marks):
                return program
        # Where macOS keeps synced files of any program: ~/Library/CloudStorage/Dropbox-Personal.
        if directory.parent.name == "CloudStorage":
            return directory.name.partition("-")[0]
    return None


def _holds(directory: Path, mark: str) -> bool:
    # In a home directory, .dropbox is a directory with Dropbox's own settings.
    if mark == ".dropbox":
        return (directory / mark).is_file()
    return os.path.lexists(directory / mark)
