"""The browser that the tests drive."""

import os
import shutil


def chromium_path() -> str:
    """Chromium on this machine. A missing one fails the test: nothing is skipped."""
    found = os.environ.get("REHEARSE_CHROMIUM") or shutil.which("chromium")
    found = found or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise AssertionError(
            "The browser tests need Chromium: apt-get install chromium, or name one in "
            "REHEARSE_CHROMIUM."
        )
    return found
