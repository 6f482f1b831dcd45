from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from configs.load import Catalogue, load_catalogue
from configs.scenario import Scenario

Write = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A person's own folder, empty."""
    for name in ("scenarios", "personas", "manners", "rubrics"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def write_changed(own_folder: Path) -> Write:
    """A copy of a shipped file ("scenarios/pricing-objection") with old replaced by new."""

    def write(shipped: str, old: str, new: str) -> Path:
        text = (files("configs") / f"{shipped}.toml").read_text(encoding="utf-8")
        assert old in text
        file = own_folder / shipped.split("/")[0] / "mine.toml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return write


def all_said(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Every list of wordings of the buyer, by where it stands."""
    said = {f"facts {fact.id}": fact.lines for fact in scenario.facts}
    for one in scenario.objections:
        said |= {f"{one.id} raised": one.lines, f"{one.id} harder": one.harder}
        said |= {f"{one.id} explained": one.explained, f"{one.id} settled": one.settled}
    names = scenario.lines.__dataclass_fields__
    return said | {f"lines {name}": getattr(scenario.lines, name) for name in names}


@pytest.fixture(scope="session")
def wordings() -> Callable[[Scenario], dict[str, tuple[str, ...]]]:
    return all_said
