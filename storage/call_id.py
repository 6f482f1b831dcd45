"""The id of a call: lower-case hex, so that it can be a folder's name and part of an address."""

import re
from uuid import UUID, uuid4, uuid5

from configs.fault import Fault

_HEX = re.compile(r"[0-9a-f]{1,64}")
_NAMED = UUID("6d0fb2cd-6a6f-4f0e-9d6c-6c2f3f0f9a11")


def new_call_id() -> str:
    """32 hex digits that nobody can guess."""
    return uuid4().hex


def named_call_id(name: str) -> str:
    """32 hex digits, always the same for the same name: for the calls of a sample organisation,
    which must not be made twice."""
    return uuid5(_NAMED, name).hex


def checked_call_id(call_id: str) -> str:
    """The id itself. Raises Fault call-id-not-valid; what came is not repeated, as it may be
    anything that was typed into an address."""
    if not _HEX.fullmatch(call_id):
        said = "expected a call's id of 1 to 64 lower-case hex digits, and something else came."
        raise Fault("call-id-not-valid", said, "Open the call from the list of calls.")
    return call_id
