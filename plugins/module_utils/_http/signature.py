# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs requests with an access key (SDK-HMAC-SHA256).

Source: Huawei Cloud API request signing guide ("Signature Algorithm"), and OTC API usage
guidelines, "AK/SK authentication". Pure functions. The signed request is exactly the sent request.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import urllib.parse
from collections.abc import Iterable, Mapping

ALGORITHM = "SDK-HMAC-SHA256"


def encode(text: str) -> str:
    """Percent-encoding of the signature algorithm: encodes all characters except `A-Za-z0-9-_.~`."""
    return urllib.parse.quote(text, safe="~")


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """The query string in canonical form, which is also the form that must be sent."""
    return "&".join(f"{encode(key)}={encode(value)}" for key, value in sorted(pairs))


def canonical_path(path: str) -> str:
    """The path in canonical form: each segment encoded once, with a slash at the end."""
    encoded = "/".join(encode(urllib.parse.unquote(segment)) for segment in path.split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def format_date(moment: datetime.datetime) -> str:
    """`20250102T030405Z` for an aware datetime."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def canonical_request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """(canonical request, signed header names) of a request as it is sent.

    `url` is absolute; `headers` are exactly the headers to sign, including Host and X-Sdk-Date.
    """
    parts = urllib.parse.urlsplit(url)
    lowered = sorted((name.lower(), value.strip()) for name, value in headers.items())
    names = ";".join(name for name, _value in lowered)
    query = canonical_query(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
    lines = [
        method.upper(),
        canonical_path(parts.path),
        query,
        "".join(f"{name}:{value}\n" for name, value in lowered),
        names,
        hashlib.sha256(body).hexdigest(),
    ]
    return "\n".join(lines), names


def authorization(
    access_key: str, secret_key: str, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> str:
    """The value of the Authorization header; `headers` must contain X-Sdk-Date and Host."""
    request, names = canonical_request(method, url, headers, body)
    date = {name.lower(): value for name, value in headers.items()}["x-sdk-date"]
    to_sign = "\n".join([ALGORITHM, date, hashlib.sha256(request.encode("utf-8")).hexdigest()])
    signature = hmac.new(secret_key.encode("utf-8"), to_sign.encode("utf-8"), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"
