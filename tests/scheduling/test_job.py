from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from papertriage.errors import InputError
from papertriage.scheduling.job import default_output, job_of, shell_line


def test_a_job_names_everything_absolutely(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "bin:/usr/bin:/usr/bin::/bin")
    monkeypatch.setenv("PYTHONPATH", "src:/elsewhere")
    monkeypatch.setenv("PAPERTRIAGE_CACHE", "own.db")
    monkeypatch.setenv("HOME", str(tmp_path))
    job = job_of((7, 30), "me@example.org", "digests/{date}.md")
    assert Path(job.fetch[0]) == Path(sys.executable)
    assert job.fetch[1:] == ("-P", "-m", "papertriage", "fetch")
    assert job.digest[4:] == (
        *("digest", "--since-last", "--output", f"{tmp_path}/digests/{{date}}.md"),
        *("--email", "me@example.org"),
    )
    environment = dict(job.environment)
    assert environment["HOME"] == str(tmp_path)
    assert environment["PATH"] == "/usr/bin:/bin"
    assert environment["PYTHONPATH"] == f"{tmp_path}/src:/elsewhere"
    assert environment["PAPERTRIAGE_HOME"] == str(home)
    assert environment["PAPERTRIAGE_CACHE"] == f"{tmp_path}/own.db"
    assert job.log == f"{home}/schedule.log"


def test_no_secret_and_no_clock_goes_into_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAPERTRIAGE_SMTP_PASSWORD", "PAPERTRIAGE_NOW", "HTTPS_PROXY", "AWS_SECRET"):
        monkeypatch.setenv(name, "S3CRET")
    assert "S3CRET" not in repr(job_of((7, 30), None, "-"))


def test_a_path_that_fills_the_line_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", ":".join(f"/a/long/place/number/{n}" for n in range(20)))
    assert dict(job_of((7, 30), None, "-").environment)["PATH"] == "/usr/local/bin:/usr/bin:/bin"


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\x1bb", "a\udcffb", "a\u202eb"])
def test_a_name_that_breaks_a_line_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="has characters that a schedule cannot"):
        job_of((7, 30), None, name)


def test_a_shell_reads_the_line_as_it_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = '/place/it\'s 100% "mine" $HOME `x` \\ ;&|'
    monkeypatch.setenv("PAPERTRIAGE_HOME", odd)
    line = shell_line(job_of((7, 30), None, f"{odd}/{{date}}.md"))
    words = [word.removesuffix(";") for word in shlex.split(line)]
    assert f"PAPERTRIAGE_HOME={odd}" in words
    assert f"{odd}/{{date}}.md" in words
    assert f">{odd}/schedule.log" in words


def test_digests_are_kept_beside_the_cache(home: Path) -> None:
    assert default_output() == home / "digests" / "{date}.html"
