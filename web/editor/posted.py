"""What a page of the editor sends: a form of any fields, within a size."""

from typing import Annotated, Final

from fastapi import Depends, Request

from configs.fault import Fault
from web.editor.values import Values

MAX_BYTES: Final = 512 * 1024
"""Of one request. The longest shipped scenario has 20 kB."""
MAX_FIELDS: Final = 5000


async def _posted(request: Request) -> Values:
    """Field name to text. Raises Fault scenario-too-long."""
    require_small(request)
    form = await request.form(max_fields=MAX_FIELDS)
    return {name: clean(text) for name, text in form.items() if isinstance(text, str)}


Posted = Annotated[Values, Depends(_posted)]


def require_small(request: Request) -> None:
    """Raises Fault scenario-too-long for more than MAX_BYTES, and when no length is given."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_BYTES:
        said = f"expected a scenario of at most {MAX_BYTES // 1024} kB."
        raise Fault("scenario-too-long", said, "Shorten it, and send it again.")


def clean(text: str) -> str:
    """Without what no person types: control characters; lines end in a newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or one.isprintable())
