"""The house rules bite: each planted violation is reported, and the tree itself is clean."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
FLOORS = ("agents", "speech", "scoring", "storage", "configs", "web")
BANS = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"][
    "flake8-tidy-imports"
]["banned-api"]


def ruff(source: str, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--stdin-filename", name, "-"],
        cwd=HERE,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("engine", sorted(BANS))
def test_an_engine_library_imported_elsewhere_is_reported_with_what_to_use(engine: str) -> None:
    found = ruff(f'"""Planted."""\n\nimport {engine}\n\n__all__ = ["{engine}"]\n', "scoring/x.py")
    assert found.returncode == 1
    assert "TID251" in found.stdout
    assert BANS[engine]["msg"] in found.stdout


@pytest.mark.parametrize("engine", sorted(BANS))
def test_each_engine_library_is_let_into_exactly_one_file(engine: str) -> None:
    importing = [
        path
        for floor in FLOORS
        for path in (HERE / floor).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith((f"import {engine}", f"from {engine}"))
    ]
    assert len(set(importing)) == 1


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("try:\n    pass\nexcept Exception:\n    pass\n", "BLE001"),
        ("print('said')\n", "T201"),
        ("import datetime\n\nNOW = datetime.datetime.now()\n", "DTZ005"),
    ],
)
def test_what_hides_faults_or_loses_time_zones_is_reported(source: str, rule: str) -> None:
    found = ruff(source, "scoring/x.py")
    assert found.returncode == 1
    assert rule in found.stdout


def lint_imports(at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(at)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the floors in which something can be planted."""
    at = tmp_path_factory.mktemp("house")
    shutil.copy(HERE / "pyproject.toml", at)
    for floor in FLOORS:
        shutil.copytree(
            HERE / floor,
            at / floor,
            ignore=lambda folder, names: [
                name for name in names if not (Path(folder, name).is_dir() or name.endswith(".py"))
            ],
        )
    return at


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("speech/planted.py", "import web.live", "A floor imports floors below it"),
        ("scoring/planted.py", "import storage", "A floor imports floors below it"),
        ("configs/planted.py", "import speech.clip", "A floor imports floors below it"),
        ("web/planted.py", "import livekit.agents", "Only agents knows livekit"),
        ("agents/planted.py", "import sqlmodel", "Only storage and web know the database"),
    ],
)
def test_an_import_up_or_sideways_breaks_its_contract(
    house: Path, file: str, line: str, contract: str
) -> None:
    planted = house / file
    planted.write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    try:
        found = lint_imports(house)
    finally:
        planted.unlink()
    assert found.returncode == 1
    broken = [line for line in found.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), found.stdout


def test_the_tree_itself_keeps_every_contract() -> None:
    found = lint_imports(HERE)
    assert found.returncode == 0, found.stdout
