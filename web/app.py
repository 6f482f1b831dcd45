"""Puts the web server together; the one place that knows every router."""

from typing import Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from web import engines, home, live, reviews, scenarios, sound
from web.context import Context
from web.editor import checking, drafting, editing, library_pages
from web.grants import undeclared
from web.guard import Guard, check_bind
from web.pages import WEB
from web.refusals import add_refusals

ROUTERS: Final = (
    home.router,
    scenarios.router,
    reviews.router,
    sound.router,
    engines.router,
    live.router,
    library_pages.router,
    drafting.router,
    checking.router,
    editing.router,
)


def create_app(context: Context) -> FastAPI:
    """The application over an open context. Raises Fault "sample-not-on-loopback"."""
    check_bind(context.settings)
    app = FastAPI(title="Rehearse", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    for router in ROUTERS:
        # Not include_router: that hides the routes behind it, and each must be asked for its Grant.
        app.router.routes.extend(router.routes)
    if forgotten := list(undeclared(app.routes)):
        raise RuntimeError(f"routes that say not who may use them: {', '.join(forgotten)}")
    app.mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    app.add_middleware(Guard, loopback_only=context.settings.sample.organisation)
    add_refusals(app)
    return app
