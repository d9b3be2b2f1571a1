"""Headers, hosts and the nonce: what every answer carries."""

import secrets

from flask import Flask, Response, abort, g, request

from kyodo_match.config import Settings

_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
_ALWAYS_ANSWERED = {"/healthz", "/readyz"}


def nonce() -> str:
    """The nonce of this response: what the CSP allows and every script tag carries."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


def install(app: Flask, settings: Settings) -> None:
    """Refuse unknown hosts; add security headers; keep what is personal out of every cache."""

    @app.before_request
    def refuse_unknown_host() -> None:
        if request.path in _ALWAYS_ANSWERED:
            return
        if request.host == settings.host:
            return
        if not settings.is_production and request.host.rsplit(":", 1)[0] in _LOOPBACK:
            return
        abort(400)

    @app.before_request
    def refuse_nul() -> None:
        if "\x00" in request.path:
            abort(404)  # no address of ours has one, and PostgreSQL cannot even ask for it

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        policy = (
            "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            "img-src 'self' data:; style-src 'self'; font-src 'self'; connect-src 'self'; "
            "manifest-src 'self'"
        )
        if response.mimetype == "text/html":
            policy += f"; script-src 'nonce-{nonce()}' 'strict-dynamic'"
        headers["Content-Security-Policy"] = policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        headers.setdefault("Cache-Control", "no-store")
        return response
