"""README is true: its tables and its list of files are held to the code.

Renew the settings table with: python tests/test_readme.py
"""

import re
import tomllib
from pathlib import Path

from configs.settings import settings_table_markdown

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
START, END = "<!-- settings -->", "<!-- /settings -->"


def with_table(text: str) -> str:
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{settings_table_markdown().strip()}\n{END}{after}"


def test_the_settings_table_is_what_the_code_reads() -> None:
    text = README.read_text()
    assert text == with_table(text)


def test_the_files_that_a_sentence_passes_are_there_in_order() -> None:
    listed = re.findall(r"^\d\. `([\w/.]+)`", README.read_text(), re.MULTILINE)
    assert listed == [
        "web/static/line.js",
        "agents/lines.py",
        "agents/call.py",
        "agents/recorder.py",
        "scoring/grade.py",
        "speech/whisper.py",
        "scoring/measures.py",
        "scoring/scorecard.py",
    ]
    assert all((ROOT / name).is_file() for name in listed)


def test_every_path_and_picture_that_readme_names_is_there() -> None:
    text = README.read_text()
    named = re.findall(r"\]\(([\w/.]+)\)", text)
    named += re.findall(r"`((?:agents|speech|scoring|storage|configs|web|tests)/[\w/.]*)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_make_targets_and_the_command_that_readme_names_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake (\w+)", README.read_text())):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "rehearse" in project["scripts"]


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
