from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from papertriage.errors import DiskError, OutputError
from papertriage.formats.output import write_output

WRITE = "import sys; from papertriage.formats.output import write_output; "


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def run(code, env=os.environ, **options):
    env = {name: value for name, value in os.environ.items() if name.startswith("COV")} | dict(env)
    return subprocess.run(
        [sys.executable, "-c", WRITE + code],
        check=False,
        env=env,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


@pytest.mark.parametrize("path", [None, "-"])
def test_standard_output_is_utf_8_with_no_newline_translated(capfdbinary, path):
    write_output(iter(["é\r\n", "陈\ud800"]), path)
    assert capfdbinary.readouterr().out == "é\r\n陈?".encode()


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
        {},
    ],
)
def test_standard_output_is_utf_8_whatever_the_locale(environment):
    assert run("write_output(['t\\xedtulo'], None)", env=environment).stdout == "título".encode()


def test_a_closed_standard_output_is_an_output_error():
    script = f"exec {sys.executable} -c \"{WRITE}write_output(['x'], None)\" >&-"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=False)
    assert b"OutputError: cannot write the output: standard output is closed" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_standard_output_is_an_output_error_told_once():
    with open("/dev/full", "wb") as full:
        done = run("write_output(['x' * 99], None)", stdout=full)
    assert b"OutputError: cannot write to standard output: no space left" in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_reader_that_left_is_a_broken_pipe_and_nothing_is_said_at_exit():
    code = "\ntry: write_output(('x' * 999 for _ in range(9999)), None)\nexcept BrokenPipeError: "
    reader, writer = os.pipe()
    os.close(reader)
    done = run(f"{code}sys.exit(141)", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_new_file_is_written_whole_with_the_mode_that_the_umask_allows(tmp_path):
    before = os.umask(0o027)
    try:
        write_output(["a", "é"], str(tmp_path / "out.md"))
    finally:
        os.umask(before)
    assert (tmp_path / "out.md").read_bytes() == "aé".encode()
    assert stat.S_IMODE((tmp_path / "out.md").stat().st_mode) == 0o640
    assert names(tmp_path) == ["out.md"]


def test_our_own_file_is_replaced_and_keeps_its_mode(tmp_path):
    target = tmp_path / "out.md"
    write_output(["one"], str(target))
    target.chmod(0o600)
    write_output(["two"], str(target))
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("two", 0o600)


def test_a_file_that_papertriage_did_not_write_is_left_unless_forced(tmp_path):
    target = tmp_path / "notes.md"
    target.write_text("mine")
    with pytest.raises(OutputError, match="was not overwritten: papertriage did not write it"):
        write_output(["two"], str(target))
    assert (target.read_text(), names(tmp_path)) == ("mine", ["notes.md"])
    write_output(["two"], str(target), force=True)
    assert target.read_text() == "two"


def test_our_file_with_a_persons_notes_is_left(tmp_path):
    target = tmp_path / "digest.md"
    write_output(["one"], str(target))
    target.write_text("one, with my notes")
    with pytest.raises(OutputError, match="it was changed since"):
        write_output(["two"], str(target))


def test_an_empty_file_and_the_same_content_are_no_strangers(tmp_path):
    for content in ("", "same"):
        target = tmp_path / f"file{content}"
        target.write_text(content)
        write_output(["same"], str(target))
        assert target.read_text() == "same"


def test_a_users_link_stays_a_link(tmp_path):
    vault = tmp_path / "vault"
    vault.mkdir()
    link = tmp_path / "digest.md"
    link.symlink_to(vault / "today.md")
    write_output(["one"], str(link))
    write_output(["two"], str(link))
    assert link.is_symlink()
    assert (vault / "today.md").read_text() == "two"


def test_a_link_to_another_users_file_is_refused(tmp_path, monkeypatch):
    target = tmp_path / "theirs"
    target.write_text("")
    (tmp_path / "link").symlink_to(target)
    monkeypatch.setattr(os, "geteuid", lambda: target.stat().st_uid + 1)
    with pytest.raises(OutputError, match="another user"):
        write_output(["x"], str(tmp_path / "link"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/out.md", r"the directory .*missing does not exist"),
        ("", "is a directory"),
        ("x" * 300, "file name too long"),
        ("a\0b", "NUL"),
    ],
)
def test_a_path_that_cannot_be_written_is_one_clear_line(tmp_path, name, reason):
    with pytest.raises(OutputError, match=f"^cannot write .*{reason}$") as raised:
        write_output(["x"], f"{tmp_path}/{name}")
    assert "\n" not in str(raised.value)
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_written_directly_and_a_full_disk_is_a_disk_error():
    write_output(["x"], "/dev/null")
    with pytest.raises(DiskError, match="no space left on device"):
        write_output(["x"], "/dev/full")
    assert Path("/dev/null").is_char_device()


def test_a_named_pipe_whose_reader_left_is_a_broken_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = Thread(target=lambda: pipe.open("rb").close())
    reader.start()
    with pytest.raises(BrokenPipeError):
        write_output(("x" * 100_000 for _ in range(10_000)), str(pipe))
    reader.join()


def test_a_failure_on_the_way_leaves_the_old_file_and_no_temporary_one(tmp_path):
    def chunks():
        yield "half"
        raise KeyboardInterrupt

    target = tmp_path / "out.md"
    write_output(["old"], str(target))
    with pytest.raises(KeyboardInterrupt):
        write_output(chunks(), str(target))
    assert (target.read_text(), names(tmp_path)) == ("old", ["out.md"])


def test_leftovers_of_killed_runs_are_removed_after_an_hour_and_nothing_else(tmp_path):
    old, young, other, link = (
        tmp_path / f".papertriage-{name}.tmp" for name in ("0" * 16, "1" * 16, "mine", "2" * 16)
    )
    for path in (old, young, other):
        path.write_text("half")
    link.symlink_to(other)
    for path in (old, other, link):
        os.utime(path, (time.time() - 4000,) * 2, follow_symlinks=False)
    write_output(["x"], str(tmp_path / "out.md"))
    assert names(tmp_path) == sorted(["out.md", young.name, other.name, link.name])


def test_twenty_kills_tear_no_file(tmp_path):
    target = tmp_path / "out.md"
    code = f"\nfor n in range(10**6): write_output([str(n % 10) * 100_000] * 10, {str(target)!r})"
    for moment in range(20):
        process = subprocess.Popen([sys.executable, "-c", WRITE + code])
        before = target.stat().st_ino if target.exists() else None
        while not target.exists() or target.stat().st_ino == before:
            assert process.poll() is None
            time.sleep(0.002)
        time.sleep(moment / 1_000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        content = target.read_bytes()
        assert len(content) == 1_000_000
        assert len(set(content)) == 1
