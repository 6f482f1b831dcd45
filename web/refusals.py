"""What is said when a page cannot be given: what happened, what was kept, what to do."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from configs.fault import Fault
from speech.fault import SpeechFault
from web.grants import NotAllowed, NotSignedIn, NotThere
from web.guard import SECURITY_HEADERS
from web.pages import render

logger = logging.getLogger(__name__)
_STATUS: Final[Mapping[str, int]] = {
    "disk-full": 507,
    "database-busy": 503,
    "scenario-too-long": 413,
    "scenario-not-there": 404,
    "scenario-has-variants": 409,
    "scenario-changed-meanwhile": 409,
}


def add_refusals(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Fault, _fault)
    app.add_exception_handler(SpeechFault, _fault)
    app.add_exception_handler(Exception, _broken)


def _not_signed_in(request: Request, _error: Exception) -> Response:
    if _wants_json(request):
        return _said(request, 401, "not-signed-in", "Nobody is signed in.", "Sign in first.")
    return RedirectResponse("/", 303)


def _not_allowed(request: Request, _error: Exception) -> Response:
    said = "This page is not for your role, so nothing was done."
    remedy = "If you need it, ask whoever runs this Rehearse."
    return _said(request, 403, "not-allowed", said, remedy)


def _not_there(request: Request, _error: Exception) -> Response:
    said = "There is nothing here, or nothing that you may see."
    return _said(request, 404, "not-there", said, "Go back, or start from the first page.")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _not_there(request, error)
    said = "This address does not take what was sent, so nothing was done."
    code = f"http-{error.status_code}"
    return _said(request, error.status_code, code, said, "Start from the first page.")


def _not_understood(request: Request, _error: Exception) -> Response:
    """The error repeats what came, so it is not shown."""
    said = "Something was missing in what the page sent, so nothing was done."
    return _said(request, 422, "request-not-valid", said, "Go back and try again.")


def _fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, Fault | SpeechFault)
    logger.warning("fault on a page: %s", error.code)
    said = error.said[:1].upper() + error.said[1:]
    return _said(request, _STATUS.get(error.code, 500), error.code, said, error.remedy)


def _broken(request: Request, _error: Exception) -> Response:
    """A bug of ours. The server writes it to its log; the page keeps it to itself."""
    said = "Rehearse made a mistake on this page. Calls and recordings are kept."
    remedy = "Try again; if it comes back, look at the log of the server."
    answer = _page(request, 500, "server-error", said, remedy, nobody=True)
    answer.headers.update({**SECURITY_HEADERS, "cache-control": "no-store"})
    return answer


def _said(request: Request, status: int, code: str, said: str, remedy: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"code": code, "said": said, "remedy": remedy}, status)
    return _page(request, status, code, said, remedy)


def _page(
    request: Request, status: int, code: str, said: str, remedy: str, nobody: bool = False
) -> HTMLResponse:
    title = {403: "Not for you", 404: "Not here"}.get(status, "That did not work")
    values: dict[str, Any] = {"title": title, "said": said, "remedy": remedy, "code": code}
    return render(request, "refusal.html", status=status, anonymous=nobody, **values)


def _wants_json(request: Request) -> bool:
    return request.url.path.endswith(".json")
