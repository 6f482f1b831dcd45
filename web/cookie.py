"""Who is signed in, in a signed cookie."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE: Final = "rehearse"
LASTS_S: Final = 12 * 3600


def secret_of(folder: Path) -> str:
    """The data folder's signing secret, made at the first call and readable by its owner only."""
    path = folder / "cookie.secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"cookie.secret.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        # A link is made whole or not at all, and never over the secret of another process.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def sign_in(response: Response, secret: str, person_id: str) -> None:
    response.set_cookie(
        COOKIE,
        _serializer(secret).dumps(person_id),
        max_age=LASTS_S,
        httponly=True,
        samesite="strict",
    )


def sign_out(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def signed_in(connection: HTTPConnection, secret: str) -> str | None:
    """The person's id; None for nobody, a forged cookie or an old one. Works for a WebSocket."""
    sealed = connection.cookies.get(COOKIE)
    if not sealed:
        return None
    try:
        person_id = _serializer(secret).loads(sealed, max_age=LASTS_S)
    except BadData:
        return None
    return person_id if isinstance(person_id, str) else None


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="rehearse-sign-in")
