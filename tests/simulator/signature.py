# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks SDK-HMAC-SHA256 signatures on the side of the server, according to "API Request Signing Guide" (API Gateway).

Everything is computed again from the request as it arrived, so a difference between signed and sent request is detected.
"""
from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
TOLERANCE = 15 * 60
_HEADER = re.compile(r"^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$")


class SignatureError(Exception):
    """A signature is wrong; the text says why."""


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Signed:
    """A request as it arrived: raw path and query, headers with lower-case names, body bytes."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def parse(header: str) -> Authorization:
    """Split an Authorization header into its parts."""
    match = _HEADER.match(header)
    if not match:
        raise SignatureError("the Authorization header is malformed")
    return Authorization(match[1], tuple(match[2].split(";")), match[3])


def canonical_request(request: Signed, signed_headers: tuple[str, ...]) -> str:
    """Return the canonical text of the request."""
    names = sorted(signed_headers)
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    return "\n".join([
        request.method.upper(), _canonical_path(request.path), _canonical_query(request.query),
        headers, ";".join(names), _payload_hash(request),
    ])


def signature(request: Signed, signed_headers: tuple[str, ...], secret_key: str) -> str:
    """Return the correct signature of this request."""
    digest = hashlib.sha256(canonical_request(request, signed_headers).encode()).hexdigest()
    text = f"{ALGORITHM}\n{request.headers['x-sdk-date']}\n{digest}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def check(request: Signed, authorization: Authorization, secret_key: str, now: datetime) -> None:
    """Raise SignatureError unless the signature is correct, not too old, and covers the required headers."""
    for name in ("host", "x-sdk-date"):
        if name not in authorization.signed_headers:
            raise SignatureError(f"the header {name} is not signed")
    for name in authorization.signed_headers:
        if name not in request.headers:
            raise SignatureError(f"the signed header {name} is not in the request")
    _check_date(request.headers["x-sdk-date"], now)
    _check_declared_hash(request)
    if not hmac.compare_digest(signature(request, authorization.signed_headers, secret_key), authorization.signature):
        raise SignatureError("verify aksk signature fail")


def _check_date(text: str, now: datetime) -> None:
    try:
        sent = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise SignatureError("X-Sdk-Date is not of the form YYYYMMDDThhmmssZ") from None
    if abs((now - sent).total_seconds()) > TOLERANCE:
        raise SignatureError("X-Sdk-Date is more than 15 minutes off")


def _check_declared_hash(request: Signed) -> None:
    declared = request.headers.get("x-sdk-content-sha256")
    if declared and request.body and declared not in ("UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        raise SignatureError("X-Sdk-Content-Sha256 does not match the body")


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


def _canonical_path(path: str) -> str:
    encoded = "/".join(_encode(segment) for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    decoded = sorted((unquote(key), unquote(value)) for key, _sign, value in pairs)
    return "&".join(f"{_encode(key)}={_encode(value)}" for key, value in decoded)


def _payload_hash(request: Signed) -> str:
    declared = request.headers.get("x-sdk-content-sha256")
    if declared and request.body:
        return declared
    return hashlib.sha256(request.body).hexdigest()
