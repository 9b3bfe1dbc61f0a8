"""Tell local disks from network file systems."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

# Names used by Linux. fuseblk is not listed: it is a local disk, such as ntfs-3g mounts.
_NETWORK = frozenset(
    (
        "9p",
        "acfs",
        "afs",
        "auristorfs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "cvfs",
        "davfs",
        "davfs2",
        "drvfs",
        "dvs",
        "fhgfs",
        "fuse",
        "gfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "mmfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "openafs",
        "orangefs",
        "panfs",
        "prl_fs",
        "pvfs2",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "wekafs",
    )
)
# sshfs shows as fuse.sshfs; most other fuse.* kinds may forward to a network too.
_NETWORK_KINDS = ("fuse.", "nfs", "smb")
_MOUNTINFO = "/proc/self/mountinfo"
_PLACE = 4
# The disks macOS starts from; the second holds user data.
_OWN_DISKS = ("/", "/System/Volumes/Data")
_DRIVE_REMOTE = 4


def network(path: Path) -> str | None:
    """Return the kind of network file system that a file is on ("nfs4"), or None."""
    if sys.platform == "win32":
        return _network_of_windows(path)
    try:
        if sys.platform == "linux":
            # A mount point need not be UTF-8.
            with open(_MOUNTINFO, encoding="utf-8", errors="surrogateescape") as file:
                mountinfo = file.read()
            # 0.1 ms at every start; the rest only runs on machines with such a mount.
            if not any(_is_network(kind) for _, kind in _mounts(mountinfo)):
                return None
            return network_by_mountinfo(os.path.realpath(path), mountinfo)
        return _network_elsewhere(os.path.realpath(path))
    except OSError:
        return None


def network_by_mountinfo(path: str, mountinfo: str) -> str | None:
    """Do what network() does for a real path, given the text of /proc/self/mountinfo."""
    found, length = "", -1
    for fields, kind in _mounts(mountinfo):
        place = _unescaped(fields[_PLACE])
        # Of two mounts at one place, the later covers the earlier.
        if len(place) >= length and _below(path, place):
            found, length = kind, len(place)
    return found if _is_network(found) else None


def network_by_mounts(path: str, mounts: str) -> str | None:
    """Do what network() does for a real path, given the output of mount(8) on other systems."""
    found, length = None, -1
    for line in mounts.splitlines():
        # /dev/disk3s1 on / (apfs, local, journaled), or on OpenBSD: … on / type ffs (local)
        before, _, words = line.rstrip(")").rpartition(" (")
        place, _, kind = before.partition(" on ")[2].partition(" type ")
        options = words.split(", ")
        if place and len(place) >= length and _below(path, place):
            found, length = None if "local" in options else kind or options[0], len(place)
    return found


def _mounts(mountinfo: str) -> list[tuple[list[str], str]]:
    """Return the fields of each line, and the kind of its file system."""
    # https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
    lines = (line.partition(" - ") for line in mountinfo.splitlines())
    split = ((before.split(" "), after.split(" ", 1)[0]) for before, _, after in lines)
    return [(fields, kind) for fields, kind in split if len(fields) > _PLACE]


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or kind.startswith(_NETWORK_KINDS)


def _unescaped(place: str) -> str:
    r"""Return a mount point with octal escapes such as \040 decoded."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), place)


def _below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")


def _network_elsewhere(path: str) -> str | None:
    # mount(8) takes 5 ms: only run it for paths that are not on the machine's own disks.
    own = {os.stat(place).st_dev for place in _OWN_DISKS if os.path.exists(place)}
    there = next(one for one in (path, *map(str, Path(path).parents)) if os.path.exists(one))
    if os.stat(there).st_dev in own:
        return None
    import subprocess

    try:
        asked = subprocess.run(
            ["/sbin/mount"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=True,
        )
    except subprocess.SubprocessError:
        return None
    return network_by_mounts(path, os.fsdecode(asked.stdout))


def _network_of_windows(path: Path) -> str | None:
    r"""Return "network drive" for \\server\share\… and for mapped network drives."""
    if path.drive.startswith("\\\\"):
        return "network drive"
    import ctypes

    kernel = vars(ctypes)["windll"].kernel32
    remote = kernel.GetDriveTypeW(f"{path.drive}\\") == _DRIVE_REMOTE
    return "network drive" if remote else None
