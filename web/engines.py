"""What runs, how good it is, and what is on its way."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from web.context import context_of
from web.grants import Having, Visitor
from web.pages import render

router = APIRouter()


@router.get("/engines")
def engines(
    request: Request,
    visitor: Annotated[Visitor, Depends(Having("rep", "manager", "team_lead", "admin"))],
) -> Response:
    rows = context_of(request).engines.status()
    loading = any(row.progress is not None for row in rows)
    return render(request, "engines.html", visitor=visitor, rows=rows, loading=loading)
