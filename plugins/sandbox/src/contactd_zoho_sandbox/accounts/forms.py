"""What comes to Zoho Accounts, and how it answers: forms in any place, JSON out."""

import base64
import binascii
from collections.abc import Mapping

import msgspec
from aiohttp import web


async def form_of(request: web.Request) -> dict[str, str]:
    """Return the parameters wherever they are: query, form body, and the client in a basic header too."""
    form = dict(request.query)
    form |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        form |= _basic(encoded)
    return form


def _basic(encoded: str) -> dict[str, str]:
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def json_answer(document: Mapping[str, object], status: int = 200) -> web.Response:
    """Return *document* as the accounts server would."""
    return web.Response(
        body=msgspec.json.encode(document), status=status, content_type="application/json", charset="utf-8"
    )
