"""The provider's routes: what it says about itself, the page of people, tokens, signing out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.machine.keys import key_set
from local.provider.grants import Authorization, Grants, InvalidGrant
from local.provider.people import PEOPLE, people_by_council
from local.provider.tokens import Signer

_HERE = Path(__file__).parent
_NEVER_KEPT = {"Cache-Control": "no-store"}
_NEEDED = {"response_type": "code", "code_challenge_method": "S256"}
_WRONG = "invalid_request"

_templates = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class Client:
    """The one client. It has no secret: PKCE protects its codes. `addresses` are those of its pages, such as http://127.0.0.1:8004."""

    client_id: str
    addresses: Sequence[str]

    def owns(self, url: str) -> bool:
        """Returns whether a browser may be sent to a URL."""
        return any(url == address or url.startswith(f"{address}/") for address in self.addresses)


class Provider:
    """Answers for one client. `now`: seconds of the clock."""

    def __init__(self, client: Client, signer: Signer, now: Callable[[], float]) -> None:
        self._client = client
        self._signer = signer
        self._grants = Grants(now)

    async def about(self) -> Response:
        """Answers with what the provider says about itself (OpenID Connect Discovery 1.0, 3)."""
        issuer = self._signer.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "end_session_endpoint": f"{issuer}/sign-out",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "scopes_supported": ["openid", "profile"],
            }
        )

    async def keys(self) -> Response:
        """Answers with the public key."""
        return JSONResponse(key_set([self._signer.key]))

    async def people(self, request: Request) -> Response:
        """Answers with the page of people, or says why there is none."""
        asked = dict(request.query_params)
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        return _page("people.html", groups=people_by_council(), action=f"/authorize?{urlencode(asked)}", to=asked["redirect_uri"])

    async def sign_in(self, request: Request, person: Annotated[str, Form()]) -> Response:
        """Sends the browser back to the client, with a code for the person whose button was pressed."""
        asked = dict(request.query_params)
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        if person not in PEOPLE:
            return _page("said.html", status=422, line="There is no such person.", to="")
        authorization = Authorization(
            PEOPLE[person], asked["client_id"], asked["redirect_uri"], asked["code_challenge"], asked.get("nonce", "")
        )
        return self._back(asked, {"code": self._grants.code(authorization)})

    async def tokens(self, request: Request) -> Response:
        """Answers with tokens for a code or a refresh token (RFC 6749, 5)."""
        fields = dict(parse_qsl((await request.body()).decode("latin-1")))
        client_id = fields.get("client_id", "")
        try:
            if fields.get("grant_type") == "authorization_code":
                verifier, redirect_uri = fields.get("code_verifier", ""), fields.get("redirect_uri", "")
                granted, refresh_token = self._grants.redeem(
                    fields.get("code", ""), client_id=client_id, redirect_uri=redirect_uri, verifier=verifier
                )
            elif fields.get("grant_type") == "refresh_token":
                granted, refresh_token = self._grants.refresh(fields.get("refresh_token", ""), client_id=client_id)
            else:
                return JSONResponse({"error": "unsupported_grant_type"}, status_code=400, headers=_NEVER_KEPT)
        except InvalidGrant as error:
            body = {"error": "invalid_grant", "error_description": str(error)}
            return JSONResponse(body, status_code=400, headers=_NEVER_KEPT)
        access_token = self._signer.access_token(granted)
        answer = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": int(self._signer.lifetime.total_seconds()),
            "refresh_token": refresh_token,
            "id_token": self._signer.id_token(granted, access_token),
        }
        return JSONResponse(answer, headers=_NEVER_KEPT)

    async def sign_out(self, post_logout_redirect_uri: str = "") -> Response:
        """Sends the browser back: nobody stays signed in here (OpenID Connect RP-Initiated Logout 1.0, 3)."""
        if self._client.owns(post_logout_redirect_uri):
            return RedirectResponse(post_logout_redirect_uri, status_code=303)
        return _page("said.html", line="You are signed out.", to="")

    def _refusal(self, asked: Mapping[str, str]) -> Response | None:
        """Returns the answer to a request that cannot be granted: to the client where it is known, else to the person."""
        if asked.get("client_id") != self._client.client_id or not self._client.owns(asked.get("redirect_uri", "")):
            return _page(
                "said.html", status=400, line="This client, or the address it wants you sent to, is not known here.", to=""
            )
        if any(asked.get(name) != value for name, value in _NEEDED.items()) or not asked.get("code_challenge"):
            return self._back(asked, {"error": _WRONG})
        if "openid" not in asked.get("scope", "").split():
            return self._back(asked, {"error": "invalid_scope"})
        return None

    def _back(self, asked: Mapping[str, str], answer: Mapping[str, str]) -> Response:
        query = urlencode({**answer, "state": asked.get("state", ""), "iss": self._signer.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", status_code=303, headers=_NEVER_KEPT)


def create_app(provider: Provider) -> FastAPI:
    """Returns the provider's app."""
    app = FastAPI(title="Sign-in for one machine", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/.well-known/openid-configuration", provider.about, methods=["GET"])
    app.add_api_route("/keys", provider.keys, methods=["GET"])
    app.add_api_route("/authorize", provider.people, methods=["GET"])
    app.add_api_route("/authorize", provider.sign_in, methods=["POST"])
    app.add_api_route("/token", provider.tokens, methods=["POST"])
    app.add_api_route("/sign-out", provider.sign_out, methods=["GET", "POST"])
    app.add_api_route("/style.css", _style, methods=["GET"])
    return app


async def _style() -> Response:
    return Response((_HERE / "style.css").read_bytes(), media_type="text/css")


def _page(name: str, *, to: str, status: int = 200, **values: object) -> Response:
    """Renders a page. `to`: where its form may send the browser in the end, beside this server."""
    parts = urlsplit(to)
    policy = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{f' {parts.scheme}://{parts.netloc}' if to else ''}"
    )
    headers = {
        **_NEVER_KEPT,
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(_templates.get_template(name).render(values), status_code=status, headers=headers)
