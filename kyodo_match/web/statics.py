"""Addresses of static files change with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request


def install(app: Flask, folder: Path) -> None:
    """Give templates `static_url(name)` and let browsers keep what carries its hash."""
    addresses = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in folder.rglob("*")
        if path.is_file()
    }

    def static_url(name: str) -> str:
        """The address of a static file; KeyError for one that is not there."""
        return f"/static/{name}?v={addresses[name]}"

    app.jinja_env.globals["static_url"] = static_url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:  # noqa: PLR2004 - OK
            name = str((request.view_args or {})["filename"])
            named = request.args.get("v") == addresses.get(name)
            kept = "public, max-age=31536000, immutable" if named else "no-cache"
            response.headers["Cache-Control"] = kept
        return response
