"""What every command starts from: settings, catalogue, quiet logs."""

import logging
import os
from collections.abc import Mapping
from typing import Final

from configs.demo import DEFAULT_DEMO
from configs.fault import Fault
from configs.load import Catalogue, load_catalogue
from configs.nearest import did_you_mean
from configs.scenario import Scenario
from configs.settings import Settings, load_settings
from web.commands.faults import DEBUG_ENV

NOT_SETTINGS: Final = frozenset({DEBUG_ENV, "REHEARSE_CHROMIUM"})
"""Variables of ours that are no settings."""


def settings_of(env: Mapping[str, str] = os.environ) -> Settings:
    """Raises Fault as configs.settings.load_settings does."""
    return load_settings(file=None, env={key: env[key] for key in env if key not in NOT_SETTINGS})


def catalogue_of(settings: Settings) -> Catalogue:
    """The shipped scenarios and those of the data folder."""
    return load_catalogue(settings.data.folder)


def scenario_of(catalogue: Catalogue, scenario_id: str | None) -> Scenario:
    """The one asked for, or the one with a recorded rep when none was. Raises Fault
    "scenario-unknown"."""
    known = catalogue.scenarios
    if not known:
        raise Fault("scenario-unknown", "No scenario could be read.", "rehearse doctor says why.")
    first = DEFAULT_DEMO if DEFAULT_DEMO in known else next(iter(known))
    wanted = first if scenario_id is None else scenario_id
    if wanted not in known:
        said = f'There is no scenario called "{wanted}".'
        raise Fault("scenario-unknown", said, did_you_mean(wanted, known))
    return known[wanted]


def told_logs(env: Mapping[str, str] = os.environ) -> None:
    """For a server: warnings go to stderr too; all with DEBUG_ENV."""
    _logs(logging.DEBUG if env.get(DEBUG_ENV) else logging.WARNING)


def quiet_logs(env: Mapping[str, str] = os.environ) -> None:
    """Only errors are logged to stderr, beside a command's own words; all with DEBUG_ENV."""
    _logs(logging.DEBUG if env.get(DEBUG_ENV) else logging.ERROR)


def _logs(level: int) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
