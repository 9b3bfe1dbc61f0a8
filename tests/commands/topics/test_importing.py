from __future__ import annotations

from pathlib import Path

from processes import ran


def test_a_topic_goes_from_one_machine_to_another(seeded: Path, tmp_path: Path):
    file = tmp_path / "few.toml"
    ran("topics", "add", "few shots", "-p", "few-shot", "--yes")
    assert ran("topics", "export", "few shots", "-o", file).exit_code == 0
    assert ran("topics", "export", "few shots").stdout == file.read_text()
    assert "--replace" in ran("topics", "import", file, "--yes").stderr
    assert ran("topics", "import", file, "--replace", "--yes").exit_code == 0
    ran("topics", "remove", "few shots")
    assert ran("topics", "import", file, "--yes").exit_code == 0
    assert "few shots" in ran("topics", "list").stdout


def test_a_file_that_is_no_topic_is_named(seeded: Path, tmp_path: Path):
    file = tmp_path / "bad.toml"
    file.write_text('name = "x"\nphrases = ["y"]\ncolour = 3\n')
    result = ran("topics", "import", file, "--yes")
    assert result.exit_code == 78
    assert f"{file}: topic 'x': unknown key 'colour'" in result.stderr
