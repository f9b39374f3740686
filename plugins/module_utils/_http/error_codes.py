# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of the clouds, and what each means for the program.

Sources: OTC ModelArts API reference, appendix "Error Codes"; OTC Data Replication Service API
reference, appendix "Error Code"; OTC Data Lake Insight API reference, "Error Codes"; OTC DataArts Studio API
reference, "DataArts Factory Error Codes"; OTC API Gateway user guide, "Error Codes"; OTC IAM API reference,
appendix "Error Codes"; Huawei Cloud Terraform provider (DRS.M00289, ModelArts.6404, 7511 and 7512, DLF.0819); working
code of others on ModelArts notebooks (ModelArts.6401 and 6407). The same code can come with several HTTP statuses, so the
meaning depends on both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning

_ANY_STATUS: dict[Meaning, dict[str, str]] = {
    Meaning.ABSENT: {
        "ModelArts": "3502 4700 4851 7511 7512",
        "DRS": "10000010 M00289 M05003 M05004",
        "DLF": "0100",
    },
    # Another kind of object does not exist: this means "job absent" only if the list agrees.
    Meaning.NOT_FOUND: {
        "ModelArts": "2775 2842 3822 4301 4338 4352 4612 4631 4636 4801 6309 6404 7525",
        "DRS": "M00002",
        "DLI": "0002 0023",
        "DLF": "0819",
    },
    Meaning.ADDRESS: {
        "ModelArts": "0210 2786 2803 2836",
        "DRS": "M00261",
        "APIG": "0101 0310",
        "IAM": "0004 1109",
    },
    Meaning.REAUTH: {
        "ModelArts": "0202 0203 2784 6401",
        "DRS": "M00100",
        "DLI": "0013 0014 0015",
        "APIG": "0301 0307",
        "IAM": "0066 0067",
    },
    Meaning.CREDENTIALS: {
        "ModelArts": "0201 0204 0205 0206 0207 0208 0212",
        "APIG": "0303 0305 0311 0312 0313",
        "IAM": "0001 0061 0062 1061 1100 1101 1103 1104 1105 1106 1107 1108",
    },
    Meaning.DENIED: {
        "ModelArts": "0108 0109 0112 0428 2771 2785 2837 2838 2891 3518 3525 3540 3553 4310 4335 4336 4503 4551 4600 4630 4713 4804 6201 6203 6407 "
                     "7002 7003",
        "DRS": "M00101 M00102 M00103 M00105",
        "DLI": "0003 0011 0016",
        "DLF": "6888",
        "APIG": "0302 0304 0306 0314 0401 0402 0404 0405 0501 0502 0802",
        "IAM": "0002 0003 0063 0064 0080 0081 0082 0083",
    },
    Meaning.INVALID: {
        "ModelArts": "0101 0102 0104 0107 0113 0116 0118 2787 2788 2789 2790 2807 2808 2809 2812 2826 2858 "
                     "3503 3520 3521 4104 6326 7004 7005",
        "DRS": "M00007 M00200 M00201 M00202 M00210 M00211 M00273 M00300 M00301 M00305 KE0002",
        "DLI": "0001",
        "DLF": "0136 0802 3004 3018 3051",
        "APIG": "0103 0104 0105 0106 0201 0204 0205 0602 0607",
        "IAM": "0007 0009 0011 0072 0073",
    },
    Meaning.REFUSED: {
        "ModelArts": "0103 0105 2796 2813 3055 4393 4613 6304 6305 6307 6308 6327",
        "DRS": "10000001 10000024",
        "DLI": "0007 0009 0012",
        "IAM": "0005",
    },
    Meaning.BUSY: {
        "ModelArts": "2776 2777 2878 3519 4409 4821 4850 5044 6306 6333 6355 6357 6360",
        "DRS": "M00304 M01504",
    },
    Meaning.ELSEWHERE: {"DRS": "M00307 M00308"},
    Meaning.BATCH_SIZE: {"DRS": "M00299"},
    Meaning.THROTTLED: {
        "ModelArts": "2799 4206 4395 6101",
        "DRS": "M01503",
        "APIG": "0308",
        "IAM": "0012",
    },
    Meaning.TRANSIENT: {
        "ModelArts": "0010 4302 6100 6361 7008",
        "DRS": "M00004 M01501",
        "DLI": "0019 0999",
        "APIG": "0202 0203 0601 0605 0606 0608 0609 0610 0611 0612 0613",
        "IAM": "0006 0020",
    },
}

# Every other 5xx is transient. These are final: a retry gets the same answer.
_DECISIVE_5XX = {
    ("ModelArts.0109", 500): Meaning.DENIED,
    ("ModelArts.3055", 500): Meaning.REFUSED,
    **{(f"ModelArts.{number}", 501): Meaning.REFUSED for number in (4385, 4386, 4387, 4394)},
    ("APIG.0103", 500): Meaning.INVALID,
    ("APIG.0104", 500): Meaning.INVALID,
    ("APIG.0105", 500): Meaning.INVALID,
}

_BY_CODE = {
    f"{family}.{number}": meaning
    for meaning, families in _ANY_STATUS.items()
    for family, numbers in families.items()
    for number in numbers.split()
}

_BY_STATUS = {
    400: Meaning.REFUSED,
    401: Meaning.REAUTH,
    403: Meaning.DENIED,
    404: Meaning.NOT_FOUND,
    405: Meaning.ADDRESS,
    407: Meaning.CREDENTIALS,
    408: Meaning.TRANSIENT,
    409: Meaning.BUSY,
    410: Meaning.NOT_FOUND,
    413: Meaning.INVALID,
    414: Meaning.INVALID,
    422: Meaning.REFUSED,
    429: Meaning.THROTTLED,
    494: Meaning.INVALID,
}


GATEWAY = ("APIG.", "APIGW.")
"""Prefixes of the codes of the API gateway, on Open Telekom Cloud and on Huawei Cloud."""


def normalize(code: str) -> str:
    """One spelling for a code: the gateway of Huawei sends `APIGW.0308`, that of OTC `APIG.0308`; IAM may send a number alone."""
    if re.fullmatch(r"1[01]\d\d", code):
        return f"IAM.{code}"
    if code == "KE0002":
        return f"DRS.{code}"
    return re.sub(r"^APIGW\.", "APIG.", code)


def meaning_of(code: str | None, http_status: int, special: Mapping[str, Meaning] | None = None) -> Meaning:
    """The meaning of a failure with this code and HTTP status.

    `code`: as the service sent it, or None. `http_status`: of the whole answer (200 or 202 for failed items of a batch).
    `special`: codes with another meaning for the kind of job in question, whatever the HTTP status.
    Never raises: for an unknown code the status alone decides.
    """
    if http_status == 429:
        return Meaning.THROTTLED
    spelled = normalize(code) if code else ""
    if special and spelled in special:
        return special[spelled]
    if http_status >= 500:
        return _DECISIVE_5XX.get((spelled, http_status), Meaning.TRANSIENT)
    if spelled in _BY_CODE:
        return _BY_CODE[spelled]
    if 300 <= http_status < 400:
        return Meaning.ADDRESS
    return _BY_STATUS.get(http_status, Meaning.REFUSED)
