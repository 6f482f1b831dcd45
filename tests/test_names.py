"""The import names are ours: `agents` is also that of a well-known SDK, which must never win."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]
NAMES = ("agents", "speech", "scoring", "storage", "configs", "web")


@pytest.mark.parametrize("name", NAMES)
def test_each_name_resolves_inside_this_repository(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve() == HERE / name / "__init__.py"


def test_they_resolve_the_same_from_any_folder(tmp_path: Path) -> None:
    program = "import " + ", ".join(NAMES) + "; print(agents.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(ran.stdout.strip()).resolve() == HERE / "agents" / "__init__.py"


@pytest.mark.parametrize("name", NAMES)
def test_each_package_says_in_one_docstring_what_it_is(name: str) -> None:
    lines = (HERE / name / "__init__.py").read_text(encoding="utf-8").strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith('"""')
