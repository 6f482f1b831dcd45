"""What there is to rehearse now: the scenarios of files, and over them what was published here."""

import threading
from dataclasses import dataclass

from configs.load import Catalogue, with_scenarios
from storage.scenario_versions import ScenarioVersions


@dataclass(frozen=True, slots=True)
class _Shelf:
    published: frozenset[int]
    """Ids of the versions it was made of."""
    catalogue: Catalogue


class Library:
    """Safe to share between threads; several processes see the same."""

    def __init__(self, from_files: Catalogue, versions: ScenarioVersions) -> None:
        self.from_files = from_files
        self.versions = versions
        self._lock = threading.Lock()
        self._shelf = _Shelf(frozenset(), from_files)

    @property
    def catalogue(self) -> Catalogue:
        """Made anew only when something was published or archived, by whichever process. A
        published text that cannot be used any more is in its faults."""
        published = self.versions.published_ids()
        if published != self._shelf.published:
            with self._lock:
                rows = self.versions.published()
                texts = {scenario_id: row.toml for scenario_id, row in rows.items()}
                used = frozenset(row.id for row in rows.values())
                self._shelf = _Shelf(used, with_scenarios(self.from_files, texts))
        return self._shelf.catalogue
