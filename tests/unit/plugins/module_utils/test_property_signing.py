# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures, with Huawei Cloud's own SDK as a witness: it signs the same requests and must agree."""

from __future__ import annotations

import datetime
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import KeyAuthenticator
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_processor_task_version,
    modelarts_service,
    modelarts_service_task,
    modelarts_training_job,
    modelarts_visualization_job,
)

credentials = pytest.importorskip("huaweicloudsdkcore.auth.credentials", reason="huaweicloudsdkcore is not installed")
sdk_request = pytest.importorskip("huaweicloudsdkcore.sdk_request")
signer = pytest.importorskip("huaweicloudsdkcore.signer.signer")

RESOURCES = [one.RESOURCE for one in (
    drs_job, modelarts_processor_task_version, modelarts_service, modelarts_service_task, modelarts_training_job, modelarts_visualization_job)]
PROJECT = "0123456789abcdef0123456789abcdef"
NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
visible = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
segments = words.filter(lambda text: text not in (".", "..") and "/" not in text)
requests_made = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
    url=st.builds(
        lambda host, parts, end: f"https://{host}/" + "/".join(urllib.parse.quote(part, safe="") for part in parts) + end,
        st.sampled_from(["drs.eu-de.otc.t-systems.com", "127.0.0.1:8443", "[::1]:8443"]),
        st.lists(segments, max_size=5), st.sampled_from(["", "/"]),
    ),
    doing=st.just("sign"),
    safe=st.just(True),
    query=st.lists(st.tuples(words.filter(bool), words), max_size=5).map(tuple),
    body=st.none() | st.binary(max_size=50),
    headers=st.dictionaries(st.sampled_from(["X-Language", "X-Subject-Token", "Accept"]), visible)
    | st.sampled_from([{"Content-Type": "application/json"}, {"Content-Type": "application/json; charset=utf-8"}]),
)
settings_made = st.builds(
    Settings, method=st.just("access_key"), access_key=visible, secret_key=visible, security_token=st.none() | visible,
    user_domain=st.sampled_from([{}, {"id": "fedcba9876543210fedcba9876543210"}, {"name": "OTC"}]),
)


def ours(request, settings, project):
    """The headers with which the collection sends a request."""
    return dict(KeyAuthenticator(settings, project, now=lambda: NOW).headers_for(request))


def theirs(request, settings, proof):
    """The Authorization header of the SDK for what goes over the wire: these headers, and the URL as it is sent."""
    parts = urllib.parse.urlsplit(request.full_url)
    sent = sdk_request.SdkRequest(
        method=request.method, schema="https", host=parts.netloc, resource_path=parts.path or "/", uri=None,
        query_params=urllib.parse.parse_qsl(parts.query, keep_blank_values=True),
        header_params={**request.headers, **{key: value for key, value in proof.items() if key != "Authorization"}},
        body=request.body, stream=None, signing_algorithm=None,
    )
    keys = credentials.BasicCredentials(settings.access_key, settings.secret_key, PROJECT)
    return signer.Signer(keys).sign(sent).header_params["Authorization"]


@given(requests_made, settings_made, st.none() | st.just(PROJECT))
def test_any_request_is_signed_as_the_sdk_does(request, settings, project):
    proof = ours(request, settings, project)
    assert proof["Authorization"] == theirs(request, settings, proof)
    # All that is sent on purpose is signed.
    names = proof["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert names == sorted(key.lower() for key in {**request.headers, **proof} if key != "Authorization")


def calls_of(dialect):
    """Every call that a dialect describes, by method and path."""
    parts = [dialect.listing, dialect.read_one, dialect.stop_one, dialect.stop_many, *dialect.read_many, *dialect.poll_many]
    return {f"{part.call.method} {part.call.path}": part.call for part in parts if part}


CALLS = {f"{resource.name} {name}": call for resource in RESOURCES for dialect in resource.dialects
         for name, call in calls_of(dialect).items()}


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
@pytest.mark.parametrize("identifier", ["c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "a:b;c,d@e!f$g&h'i(j)k*l+m=n~o_p\u00fc"])
def test_every_call_of_the_collection_is_signed_as_the_sdk_does(call, identifier):
    settings = Settings(method="access_key", access_key="AK", secret_key="SK", security_token="s+/=")
    names = {"project_id": PROJECT, "id": identifier, "parent": identifier}
    request = call.request("https://drs.eu-de.otc.t-systems.com/prefix", names, {"name": "a b/\u00fc", "empty": ""}, {"a": [1]})
    proof = ours(request, settings, PROJECT)
    assert proof["Authorization"] == theirs(request, settings, proof)
