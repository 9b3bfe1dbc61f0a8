from __future__ import annotations

import pytest

from papertriage.cache.rescue.syncing import synced_by


@pytest.mark.parametrize(
    ("folder", "program"),
    [
        ("Dropbox/papers", "Dropbox"),
        ("Dropbox (Personal)", "Dropbox"),
        ("Library/Mobile Documents/com~apple~CloudDocs/a", "iCloud Drive"),
        ("iCloudDrive", "iCloud Drive"),
        ("OneDrive - A University/a", "OneDrive"),
        ("OneDrive", "OneDrive"),
        ("Google Drive/My Drive", "Google Drive"),
        ("Nextcloud", "Nextcloud"),
        ("ownCloud", "ownCloud"),
        ("Library/CloudStorage/Dropbox-Home/a", "Dropbox"),
        ("Library/CloudStorage/ProtonDrive-me/a", "ProtonDrive"),
        ("Documents/dropboxes", None),
        ("mydrive", None),
    ],
)
def test_a_folder_is_known_by_its_name(tmp_path, folder, program):
    path = tmp_path / folder
    path.mkdir(parents=True)
    assert synced_by(path / "cache.db") == program


@pytest.mark.parametrize(
    ("mark", "program"),
    [
        (".stfolder/", "Syncthing"),
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".dropbox.cache/", "Dropbox"),
        (".nextcloudsync.log", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".sync/ID", "Resilio Sync"),
        # The settings of Dropbox in a home directory.
        (".dropbox/", None),
        (".sync/other", None),
    ],
)
def test_a_folder_is_known_by_what_a_program_keeps_in_it(tmp_path, mark, program):
    path = tmp_path / "papers" / "mine"
    path.mkdir(parents=True)
    marked = tmp_path / "papers" / mark
    if mark.endswith("/"):
        marked.mkdir(parents=True)
    else:
        marked.parent.mkdir(exist_ok=True)
        marked.touch()
    assert synced_by(path / "cache.db") == program
    (tmp_path / "link").symlink_to(path)
    assert synced_by(tmp_path / "link" / "cache.db") == program
