# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authenticates requests by token or by signature, and refuses them as the clouds do."""
from __future__ import annotations

from datetime import datetime, timezone

from .answers import Refusal, error, gateway_error
from .call import Call, Caller
from .iam_api import refusal as iam_refusal
from .keystone import Keystone, KeystoneUnreachable
from .signature import ALGORITHM, SignatureError, Signed, check, parse

_OPEN = "login"


async def authenticate(call: Call, keystone: Keystone | None) -> Caller | None:
    """Return the caller of a request, None for a login; raise Refusal for a caller without access."""
    if call.route.operation == _OPEN:
        return None
    if call.headers.get("Authorization", "").startswith(ALGORITHM):
        caller = _by_signature(call)
    else:
        caller = await _by_keystone(call, keystone) if keystone else _by_token(call)
    if "project_id" in call.path:
        _check_project(call, caller)
    return caller


def _by_token(call: Call) -> Caller:
    text = call.headers.get("X-Auth-Token", "")
    if not text:
        raise _no_token(call)
    token = call.core.iam.good_token(text)
    if token is None:
        raise _bad_token(call, expired=call.core.iam.token(text) is not None)
    return call.core.iam.caller(token)


async def _by_keystone(call: Call, keystone: Keystone) -> Caller:
    text = call.headers.get("X-Auth-Token", "")
    if not text:
        raise _no_token(call)
    try:
        caller = await keystone.caller(text, call.core.clock())
    except KeystoneUnreachable as problem:
        raise Refusal(gateway_error(503, _prefix(call), "0613", f"IAM is unavailable: {problem}")) from None
    if caller is None:
        raise _bad_token(call, expired=False)
    return caller


def _no_token(call: Call) -> Refusal:
    if call.route.service == "iam":
        return iam_refusal(call, 401, "IAM.0001", "Unauthorized", "The request you have made requires authentication.")
    if call.route.service == "modelarts":
        return Refusal(error(401, "ModelArts.0201", "The token is not in the request header."))
    return _unauthorized(call, "0301", "Incorrect IAM authentication information: x-auth-token not found")


def _bad_token(call: Call, expired: bool) -> Refusal:
    if call.route.service == "iam":
        return iam_refusal(call, 401, "IAM.0066" if expired else "IAM.0067", "Unauthorized", "The token has expired or is invalid.")
    if call.quirk("token_refusal") == "gateway":
        return _unauthorized(call, "0307", "The token must be updated.")
    if call.route.service == "modelarts":
        return Refusal(error(401, "ModelArts.0202" if expired else "ModelArts.0203", "The token has expired." if expired else "Invalid token."))
    if call.route.service == "drs":
        return Refusal(error(403, "DRS.M00100", "Invalid token."))
    return _unauthorized(call, "0307", "The token must be updated.")


def _by_signature(call: Call) -> Caller:
    """Check the signature of the request exactly as it was sent. Too many failures in a row lock the key for a while."""
    locks = call.core.iam.keys_locked
    try:
        authorization = parse(call.headers["Authorization"])
    except SignatureError as problem:
        raise _wrong_signature(call, str(problem)) from None
    name = authorization.access_key
    key = call.core.iam.access_key(name)
    if locks.locked(name):
        raise _wrong_signature(call, "the access key is locked after too many failures")
    try:
        if key is None:
            raise SignatureError("the access key does not exist")
        _check_security_token(call, key.get("security_token"), authorization.signed_headers)
        check(_signed(call), authorization, key["secret_key"], datetime.fromtimestamp(call.wall(), timezone.utc))
    except SignatureError as problem:
        locks.failed(name)
        raise _wrong_signature(call, str(problem)) from None
    locks.succeeded(name)
    return Caller(f"ak:{name}", key.get("user"), _project_of_key(call, key))


def _check_security_token(call: Call, wanted: str | None, signed_headers: tuple[str, ...]) -> None:
    given = call.headers.get("X-Security-Token")
    if wanted is None and given is not None:
        raise SignatureError("a security token does not go with a permanent access key")
    if wanted is None:
        return
    if given != wanted:
        raise SignatureError("the security token is missing or wrong")
    if "x-security-token" not in signed_headers:
        raise SignatureError("the header x-security-token is not signed")


def _project_of_key(call: Call, key: dict) -> str:
    """Return the project of a signed request: from X-Project-Id, or else the first project of the key."""
    given = call.headers.get("X-Project-Id")
    names = key.get("projects")
    allowed = [project["id"] for project in call.core.scenario["projects"] if names is None or {project["id"], project["name"]} & set(names)]
    if given is None:
        return allowed[0] if allowed else ""
    return given if given in allowed else ""


def _signed(call: Call) -> Signed:
    path, _mark, query = call.request.raw_path.partition("?")
    headers = {name.lower(): value for name, value in call.headers.items()}
    return Signed(call.request.method, path, query, headers, call.body)


def _wrong_signature(call: Call, why: str) -> Refusal:
    if call.route.service == "iam":
        return iam_refusal(call, 401, "IAM.0001", "Unauthorized", f"Incorrect AK/SK authentication information: {why}")
    return _unauthorized(call, "0301", f"Incorrect IAM authentication information: {why}")


def _check_project(call: Call, caller: Caller) -> None:
    if caller.project == call.project:
        return
    if call.route.service == "drs":
        raise Refusal(error(403, "DRS.M00261", "The project ID is invalid."))
    if call.route.service != "modelarts":
        raise Refusal(gateway_error(403, _prefix(call), "0310", "The project_id of the token does not match the project_id in the URL."))
    if caller.project is None:
        raise Refusal(error(401, "ModelArts.0204", "The token has no project."))
    raise Refusal(error(404, "ModelArts.2786", "The project of the token differs from the project in the path."))


def _unauthorized(call: Call, number: str, message: str) -> Refusal:
    return Refusal(gateway_error(401, _prefix(call), number, message))


def _prefix(call: Call) -> str:
    return call.core.scenario["gateway_prefix"]
