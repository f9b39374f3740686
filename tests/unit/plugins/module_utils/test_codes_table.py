# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error codes: what each documented code means for us with each of its HTTP statuses."""

from __future__ import annotations

import itertools

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import HOPELESS, MAYBE_ACTED, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._http.error_codes import meaning_of, normalize
from tests.support.cases import each_case

# Codes, HTTP statuses, meaning; from the error tables of the four API references.
MODELARTS = """
0010 500 transient
0101 400 invalid
0102 400 invalid
0103 200,400 refused
0104 400 invalid
0105 200,400 refused
0107 400 invalid
0108 403 denied
0109 500 denied
0112 401,403 denied
0113 400 invalid
0116 100,400 invalid
0118 400 invalid
0201 401 credentials
0202 401 reauth
0203 401,403 reauth
0204 400,401 credentials
0205 401 credentials
0206 401,403 credentials
0207 401 credentials
0208 401 credentials
0210 400,401,403 address
0212 401 credentials
0428 400,401 denied
2771 400 denied
2775 400 not_found
2776 204 busy
2777 204 busy
2784 403 reauth
2785 403 denied
2786 404 address
2787,2788,2789,2790 400 invalid
2796 409 refused
2799 429 throttled
2803 405 address
2807,2808,2809 400 invalid
2812 400 invalid
2813 409 refused
2826 400 invalid
2836 404 address
2837,2838 400 denied
2842 400 not_found
2858 400 invalid
2878 409 busy
2891 400 denied
3055 500 refused
3502 404 absent
3503 409 invalid
3518 400 denied
3519 400 busy
3520 400 invalid
3521 400 invalid
3525 400 denied
3540 400 denied
3553 400 denied
3822 400 not_found
4104 413 invalid
4206 429 throttled
4301 400 not_found
4301 500 transient
4302 500,503 transient
4310,4335,4336 403 denied
4385,4386,4387,4394 501 refused
4393 400 refused
4395 429 throttled
4409 400 busy
4503 400 denied
4503 500,504 transient
4600 403 denied
4612 400 not_found
4613 403 refused
4630 401 denied
4631 400 not_found
4636 400 not_found
4700 400 absent
4700 503 transient
4713,4804 401 denied
4801 400 not_found
4801 500 transient
4821 403 busy
4850 403 busy
4851 400,404 absent
5044 409 busy
6100 408 transient
6101 429 throttled
6201,6203 401 denied
6304 400 refused
6305 400 refused
6306 400 busy
6307 400 refused
6308 400 refused
6309 400 not_found
6326 400 invalid
6327 400 refused
6333,6355,6357,6360 400 busy
6361 400 transient
6401 400,401 reauth
6404 400 not_found
6407 400,403 denied
7004 400 invalid
7005 400 invalid
7008 500 transient
7511,7512 400 absent
"""

DRS = """
M00002 422 not_found
M00004 500 transient
M00007 400 invalid
M00100 403 reauth
M00101 404 denied
M00102 403 denied
M00103 401 denied
M00105 400 denied
M00200,M00201,M00202,M00210,M00211,M00273 400 invalid
M00261 403 address
M00289 400 absent
M00299 400 batch_size
M00300 400 invalid
M00301 400 invalid
M00304 400 busy
M00305 400 invalid
M00307 400 elsewhere
M00308 400 elsewhere
M01501 422 transient
M01503 400 throttled
M01504 200,202,400 busy
M05003 200,202,400 absent
M05004 200,202,400 absent
10000001 400 refused
10000010 200,400 absent
10000024 400 refused
"""

DLI = """
0001 400 invalid
0002 400 not_found
0003,0011,0016 400 denied
0007,0009,0012 400 refused
0013,0014 401 reauth
0015 400 reauth
0019,0999 400 transient
0023 404 not_found
"""

DLF = """
0100 400 absent
0136,0802,3004,3018,3051 400 invalid
0819 400 not_found
6888 400 denied
"""

GATEWAY = """
0101 404 address
0103 500 invalid
0104 500 invalid
0105 500 invalid
0106 400 invalid
0201 400,413,414,494 invalid
0201 500,502,504 transient
0202 502 transient
0203 504 transient
0204 400 invalid
0205 400 invalid
0301 401 reauth
0302 403 denied
0303 401 credentials
0304 403 denied
0305 401 credentials
0306 403 denied
0307 401 reauth
0308 429 throttled
0310 403 address
0311 401 credentials
0312 401 credentials
0313 401 credentials
0314 403 denied
0401 403 denied
0402 403 denied
0404 403 denied
0405 403 denied
0501 405 denied
0502 405 denied
0601 500 transient
0602 400 invalid
0605 500 transient
0606 500 transient
0607 400 invalid
0608 500 transient
0609 500 transient
0610 502 transient
0611 500 transient
0612 500 transient
0613 503 transient
0802 403 denied
"""

IAM = """
0001 401 credentials
0002 403 denied
0003 403 denied
0004 404 address
0005 409 refused
0006 500 transient
0007 400 invalid
0009 400 invalid
0011 400 invalid
0012 429 throttled
0020 410 transient
0061 401 credentials
0062 401 credentials
0063 401 denied
0064 401 denied
0066 401 reauth
0067 401 reauth
0072 400 invalid
0073 400 invalid
0080,0081,0082,0083 403 denied
1061 400 credentials
1104,1105,1106,1107,1108 400 credentials
1109 400 address
"""

BARE_IAM = """
1100 400 credentials
1101 400 credentials
1103 400 credentials
"""


def rows(prefix, table):
    listed = [line.split() for line in table.split("\n") if line]
    return [
        (prefix + code, int(status), Meaning(meaning))
        for codes, statuses, meaning in listed for code in codes.split(",") for status in statuses.split(",")
    ]


ROWS = [
    *rows("ModelArts.", MODELARTS), *rows("DRS.", DRS), *rows("DLI.", DLI), *rows("DLF.", DLF), *rows("APIG.", GATEWAY), *rows("APIGW.", GATEWAY),
    *rows("IAM.", IAM), *rows("", BARE_IAM), *rows("IAM.", BARE_IAM),
]
UNKNOWN = (None, "", "ModelArts.9999", "DRS.M99999", "APIG.9999", "IAM.9999", "401", "x" * 500, "\n", "MODELARTS.4851")


def test_the_meaning_of_every_documented_code():
    with each_case() as case:
        for code, status, meaning in ROWS:
            with case(f"{code} {status}"):
                assert meaning_of(code, status) is meaning


BY_STATUS = [
    (200, "refused"), (202, "refused"), (301, "address"), (302, "address"), (307, "address"), (308, "address"),
    (400, "refused"), (401, "reauth"), (402, "refused"), (403, "denied"), (404, "not_found"), (405, "address"),
    (407, "credentials"), (408, "transient"), (409, "busy"), (410, "not_found"), (413, "invalid"), (414, "invalid"),
    (418, "refused"), (422, "refused"), (429, "throttled"), (494, "invalid"), (500, "transient"), (501, "transient"),
    (502, "transient"), (503, "transient"), (504, "transient"), (599, "transient"),
]


def test_an_unknown_code_is_judged_by_the_status():
    with each_case() as case:
        for code, (status, meaning) in itertools.product(UNKNOWN, BY_STATUS):
            with case(f"{code!r:.20} {status}"):
                assert meaning_of(code, status) is Meaning(meaning)


def test_every_code_has_a_meaning_with_every_status():
    with each_case() as case:
        for code, status in itertools.product([*UNKNOWN, *sorted({code for code, _status, _meaning in ROWS})], range(100, 600)):
            with case(f"{code!r:.20} {status}"):
                meaning = meaning_of(code, status)
                assert isinstance(meaning, Meaning)
                assert meaning not in (Meaning.LOST, Meaning.GARBLED, Meaning.UNSENT), "these are no answers"
                if status == 429:
                    assert meaning is Meaning.THROTTLED
                if status >= 500:
                    assert meaning in MAYBE_ACTED or meaning in (Meaning.DENIED, Meaning.INVALID, Meaning.REFUSED)


ELSEWHERE = (
    "APIG.0101", "APIGW.0101", "ModelArts.2786", "ModelArts.2836", "ModelArts.0210", "DRS.M00101", "DRS.M00261",
    "IAM.0004",
)


def test_a_wrong_address_or_project_is_never_a_missing_job():
    with each_case() as case:
        for code in ELSEWHERE:
            with case(code):
                meanings = {meaning_of(code, status) for status in range(100, 600)}
                assert not meanings & {Meaning.ABSENT, Meaning.NOT_FOUND}


ABSENT = {
    "ModelArts.3502", "ModelArts.4700", "ModelArts.4851", "ModelArts.7511", "ModelArts.7512",
    "DRS.10000010", "DRS.M00289", "DRS.M05003", "DRS.M05004", "DLF.0100",
}


def test_only_these_codes_say_by_themselves_that_a_job_is_missing():
    known = {code for code, _status, _meaning in ROWS}
    found = {code for code, status in itertools.product(known, range(100, 600))
             if meaning_of(code, status) is Meaning.ABSENT}
    assert found == ABSENT


def test_a_5xx_never_says_that_a_job_is_missing():
    with each_case() as case:
        for code, status in itertools.product(sorted(ABSENT), [500, 502, 503, 504]):
            with case(f"{code} {status}"):
                assert meaning_of(code, status) is Meaning.TRANSIENT


def test_wrong_credentials_are_hopeless():
    assert Meaning.CREDENTIALS in HOPELESS
    with each_case() as case:
        for code in ("IAM.0061", "IAM.0062", "IAM.1061", "1103", "ModelArts.0206", "APIG.0303"):
            with case(code):
                assert {meaning_of(code, status) for status in (400, 401, 403)} == {Meaning.CREDENTIALS}


SPELLINGS = {
    "APIGW.0308": "APIG.0308", "APIG.0308": "APIG.0308", "1103": "IAM.1103", "1100": "IAM.1100", "IAM.1103": "IAM.1103",
    "1203": "1203", "401": "401", "ModelArts.0105": "ModelArts.0105", "XAPIGW.0308": "XAPIGW.0308", "11030": "11030", "": "",
}


def test_one_spelling_for_a_code():
    assert {code: normalize(code) for code in SPELLINGS} == SPELLINGS
