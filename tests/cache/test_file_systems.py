from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.cache import file_systems
from papertriage.cache.file_systems import network, network_by_mountinfo, network_by_mounts

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
30 22 0:40 / /data rw shared:2 master:1 - nfs4 server:/export/home rw,vers=4.2
31 30 8:2 / /data/local rw - xfs /dev/sda2 rw
32 22 0:41 / /mnt/my\040disk\134 rw - fuse.sshfs me@host: rw
33 22 8:17 / /media/stick rw - fuseblk /dev/sdb1 rw
34 22 0:42 / /mnt/c rw - 9p C:\134 rw,aname=drvfs
35 22 0:43 / /auto rw - autofs /etc/auto.home rw
36 35 0:44 / /auto rw - cifs //server/share rw
37 22 0:45 / /scratch rw - lustre host@tcp:/scratch rw
a line that says nothing
38 22 0:46
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/cache.db", None),
        ("/data/me/cache.db", "nfs4"),
        ("/data", "nfs4"),
        ("/datas/me/cache.db", None),
        ("/data/local/me/cache.db", None),
        ("/mnt/my disk\\/cache.db", "fuse.sshfs"),
        ("/media/stick/cache.db", None),
        ("/mnt/c/people/me/cache.db", "9p"),
        ("/auto/me/cache.db", "cifs"),
        ("/scratch/me/cache.db", "lustre"),
    ],
)
def test_the_nearest_mount_says_what_a_file_is_on(path, kind):
    assert network_by_mountinfo(path, MOUNTINFO) == kind


@pytest.mark.parametrize(
    "kind",
    [
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "9p", "afs"),
        *("fuse", "fuse.sshfs", "fuse.glusterfs", "fuse.bindfs", "virtiofs", "drvfs", "ocfs2"),
    ],
)
def test_what_machines_share_is_known(kind):
    line = f"1 0 0:1 / / rw - {kind} source rw\n"
    assert network_by_mountinfo("/a/cache.db", line) == kind


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "f2fs", "apfs", "ntfs3", "fuseblk"]
)
def test_a_disk_of_this_machine_is_none_of_them(kind):
    assert network_by_mountinfo("/a/cache.db", f"1 0 0:1 / / rw - {kind} source rw\n") is None


LINES = st.lists(st.text("/ -\\0on(),abc\n") | st.sampled_from(MOUNTINFO.split("\n"))).map(
    "\n".join
)


@given(st.text("/abc"), LINES)
def test_whatever_the_mounts_say_is_read(path, text):
    network_by_mountinfo(path, text)
    network_by_mounts(path, text)


MOUNTS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
//me@server/share on /Volumes/my share (smbfs, nodev, nosuid, mounted by me)
/dev/disk5s1 on /Volumes/Stick (exfat, local, nodev)
server:/export on /net/data type nfs (v3, tcp)
/dev/sd0a on /usr type ffs (local)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/usr/cache.db", None),
        ("/Volumes/my share/a/cache.db", "smbfs"),
        ("/Volumes/Stick/cache.db", None),
        ("/net/data/cache.db", "nfs"),
        ("/elsewhere/cache.db", None),
    ],
)
def test_beyond_linux_what_is_not_local_is_shared(path, kind):
    assert network_by_mounts(path, MOUNTS) == kind


def test_a_link_is_followed_to_the_file(tmp_path, monkeypatch):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far")
    table = tmp_path / "mountinfo"
    table.write_text(
        f"1 0 8:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path}/far rw - nfs4 b rw\n", encoding="utf-8"
    )
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(file_systems, "_MOUNTINFO", str(table))
    assert network(tmp_path / "link" / "cache.db") == "nfs4"
    assert network(tmp_path / "cache.db") is None


def test_a_machine_that_does_not_tell_has_disks_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(file_systems, "_MOUNTINFO", str(tmp_path / "none"))
    assert network(tmp_path / "cache.db") is None


def test_mount_is_asked_of_other_disks_alone(tmp_path, monkeypatch):
    def asked(*_: object, **_options: object) -> SimpleNamespace:
        return SimpleNamespace(stdout=f"server:/a on {tmp_path} (nfs)\n".encode())

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(subprocess, "run", asked)
    path = tmp_path.resolve() / "new" / "cache.db"
    monkeypatch.setattr(file_systems, "_OWN_DISKS", (str(tmp_path), "/nowhere/at/all"))
    assert network(path) is None
    monkeypatch.setattr(file_systems, "_OWN_DISKS", ())
    assert network(path) == "nfs"

    def failed(*_: object, **_options: object) -> None:
        raise subprocess.SubprocessError

    monkeypatch.setattr(subprocess, "run", failed)
    assert network(path) is None


def test_a_drive_of_windows_is_asked_for(monkeypatch):
    ctypes = SimpleNamespace(
        windll=SimpleNamespace(
            kernel32=SimpleNamespace(GetDriveTypeW=lambda drive: 4 if drive == "Z:\\" else 3)
        )
    )
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "ctypes", ctypes)
    kinds = {drive: network(SimpleNamespace(drive=drive)) for drive in ("C:", "Z:", "\\\\a\\b")}
    assert kinds == {"C:": None, "Z:": "network drive", "\\\\a\\b": "network drive"}


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="this is no Linux")
def test_this_machine_is_asked(tmp_path):
    told = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    assert network(tmp_path) == network_by_mountinfo(os.path.realpath(tmp_path), told)
