"""What comes in and what goes out, at the door: hosts, origins, headers."""

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from configs.fault import Fault
from configs.settings import Settings

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self), speaker-selection=(self)",
}


def is_loopback(host: str) -> bool:
    """Whether a host, without its port, can only be this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_bind(settings: Settings) -> None:
    """Raises Fault "sample-not-on-loopback" when people without passwords would be served to
    other machines."""
    if settings.sample.organisation and not is_loopback(settings.server.host):
        raise Fault(
            "sample-not-on-loopback",
            "The sample organisation has no passwords, so it is served on this machine only, and "
            f"not on {settings.server.host}.",
            "Set server.host to 127.0.0.1, or sample.organisation to false.",
        )


def require_same_origin(headers: Mapping[str, str]) -> None:
    """Raises Fault "origin-not-ours" unless a page of ours sent this. For everything that
    changes something, and for a WebSocket, which browsers open across origins without asking."""
    site = headers.get("sec-fetch-site")
    origin = urlsplit(headers.get("origin") or "")
    ours = origin.scheme in ("http", "https") and origin.netloc == headers.get("host")
    if not ours or site not in (None, "same-origin"):
        raise Fault(
            "origin-not-ours",
            "This was not sent by a page of this Rehearse, so nothing was done.",
            "Open the page again from its own address, and try once more.",
        )


def require_known_host(headers: Mapping[str, str]) -> None:
    """Raises Fault "host-not-ours" unless the address in the browser is this machine's own: a
    name on the internet that is pointed here is refused."""
    if not is_loopback(urlsplit("//" + headers.get("host", "")).hostname or ""):
        raise Fault(
            "host-not-ours",
            "The sample organisation is served on this machine's own address only.",
            "Open http://127.0.0.1 with the port that Rehearse printed.",
        )


class Guard:
    """Every request goes through here first, and every answer last."""

    def __init__(self, app: ASGIApp, loopback_only: bool) -> None:
        self._app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # a WebSocket is asked by web/live.py
            return
        try:
            self._check(scope)
        except Fault as fault:
            refusal = PlainTextResponse(f"{fault}\n\n{fault.code}\n", status_code=403)
            await refusal(scope, receive, _with_headers(send, private=True))
            return
        private = not scope["path"].startswith("/static/")
        await self._app(scope, receive, _with_headers(send, private))

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self._loopback_only:
            require_known_host(headers)
        if scope["method"] not in READING:
            require_same_origin(headers)


def _with_headers(send: Send, private: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            headers["cache-control"] = "no-store" if private else "no-cache"
        await send(message)

    return guarded
