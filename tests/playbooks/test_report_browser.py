# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a real browser: it opens from a file, runs nothing, asks nobody, shows hostile text as text, and can be read."""

from __future__ import annotations

import html.parser
import http.server
import itertools
import threading

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._report import history
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS, WHY
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html as page
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import index_html
from tests.support import browser
from tests.unit.plugins.plugin_utils.report_samples import VERDICTS, a_report, a_row, counts

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.MISSING)]

WIDTHS = (390, 768, 1280)


class Elements(html.parser.HTMLParser):
    """The names of all elements, and all text, of a document."""

    def __init__(self, text):
        super().__init__()
        self.names, self.text = set(), ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def server():
    """A web server that records its requests."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    asked = []
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    running.asked, running.url = asked, f"http://127.0.0.1:{running.server_address[1]}"
    yield running
    running.shutdown()
    running.server_close()


def hostile(url):
    """Texts that load something, run something, or leave the element that they are in."""
    return (
        f"<script src='{url}/1'></script>", "<script>throw new Error('ran')</script>",
        f"</style></title><img src={url}/2 onerror=\"throw new Error('ran')\">", f"\" style=\"background:url({url}/3)",
        f"<meta http-equiv=refresh content='0;url={url}/4'>", "{{ 7 * 7 }}", "\x1b[31m\u202egnp\x00", f"<base href={url}/5>",
        f'"; }} }} * {{ background: url({url}/6) }} @import "{url}/7"; a {{ content: "',
    )


def test_it_opens_runs_nothing_and_asks_nobody(tmp_path, server):
    attacks = hostile(server.url)
    keys = []

    def fill(key):
        keys.append(key)
        return attacks[len(keys) % len(attacks)]

    several = [a_report(fill, mode="plan"), a_report(fill)]
    dom, console, asked = browser.opened(tmp_path, page(several))
    found = Elements(dom)
    assert not {"script", "img", "base", "iframe"} & found.names
    assert [attack for attack in attacks if plain(attack) not in found.text] == []
    assert console == [] and asked == [] and server.asked == []


def test_many_rows_open_too(tmp_path, server):
    rows = [a_row("stopped", name=f"job-{n}") for n in range(1000)]
    dom, console, asked = browser.opened(tmp_path, page(a_report(rows=rows)))
    assert "job-999" in dom and console == [] and asked == []


def test_the_test_would_notice(tmp_path, server):
    """A page that does what ours must not do is seen doing it."""
    text = f"<!DOCTYPE html><title>x</title><img src={server.url}/seen><script>throw new Error('ran')</script>"
    dom, console, asked = browser.opened(tmp_path, text)
    assert "script" in Elements(dom).names
    assert any("ran" in line for line in console)
    assert asked == [f"{server.url}/seen"] and server.asked == ["/seen"]


def test_its_policy_stops_what_would_get_through(tmp_path, server):
    """Even unescaped text is neither run nor loaded."""
    through = f"<img src={server.url}/seen><script>document.title = 'ran'</script><link rel=stylesheet href={server.url}/css>"
    dom, _console, asked = browser.opened(tmp_path, page(a_report()).replace("</main>", f"{through}</main>"))
    assert "img" in Elements(dom).names and "<title>ran" not in dom
    assert asked == [] and server.asked == []


def everything(mode, result, **more):
    """A report of all kinds with rows of every group, for every reason, with long names and large numbers."""
    rows = [a_row(verdict, resource=kind, name=f"{kind}-{verdict}") for kind, verdict in zip(KINDS, itertools.cycle(VERDICTS))]
    rows += [a_row("untouched", group=group, why=None) for group in GROUPS]
    rows += [a_row("untouched", group="running", why=why, reason="word " * 60) for why in WHY]
    rows.append(a_row("failed", **dict.fromkeys(("name", "id", "service_id", "owner", "status_before", "reason", "request_id"), "x" * 150)))
    resources = [
        {"resource": kind, "error": "page 2 of the list failed" if number % 5 == 0 else None, "complete": number % 5 != 0, "api_calls": 123456,
         "counts": counts(), "reads": "what the list shows " * 5, "goes_on_costing": "what goes on costing " * 5}
        for number, kind in enumerate([*KINDS, "a_kind_without_jobs"])
    ]
    return a_report(mode=mode, result=result, rows=rows, resources=resources, api_calls=1234567, **more)


def pages():
    """Name -> page, for every sort of page and every result."""
    plan, refusable = everything("plan", "ok", would_refuse=[]), everything("plan", "ok")
    apply, verify = everything("apply", "failed"), everything("verify", "ok")
    return {"plan": page(plan), "refusable": page(refusable), "apply": page(apply), "verify": page(verify),
            "merged": page([refusable, *(a_report(result=result) for result in ("ok", "changed", "failed", "refused"))]),
            "index": index_html(history.index_of([("a", plan), ("b", apply), ("c", verify), ("d", a_report())], ["what is no report " * 9], {"a"}))}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_and_can_be_read(tmp_path, dark):
    """On a phone, a tablet and a desk nothing is beyond the edge, and all texts have the contrast of WCAG 2.2, level AA."""
    found = browser.measured(tmp_path, pages(), WIDTHS, dark)
    assert len(found) == 6 * len(WIDTHS) and all(one["dark"] == dark and one["texts"] > 20 for one in found)
    for one in found:
        wrong = {key: one[key] for key in ("faint", "scrolls", "beyond", "clipped") if one[key]}
        assert not wrong, (one["page"], one["width"], wrong)


def test_the_measure_would_notice(tmp_path):
    """A gray text, a pale bar, a table that is too wide and one that hides its end are seen."""
    text = """<!DOCTYPE html><meta name="color-scheme" content="light dark"><body style="margin: 0">
        <p style="color: #888; background: #fff">faint</p><p style="background: #fff"><b style="opacity: .6">half</b></p>
        <div class="bar" style="background: #fff"><i class="pale" style="background: #bbb">.</i></div>
        <p style="width: 500px">wide</p><p style="overflow-x: auto; width: 100px"><i style="display: block; width: 150px">hidden</i></p>"""
    narrow, broad = browser.measured(tmp_path, {"page": text}, (390, 768))
    assert [one.partition(" (")[0] for one in broad["faint"]] == ["faint", "pale: 1.92"]
    assert broad["faint"][0] == "faint (P): 3.54"
    assert broad["clipped"] == ["p.: hidden"] and not broad["scrolls"]
    assert narrow["scrolls"] and narrow["beyond"] == ["p.: wide"]


def test_a_short_report_is_one_page_of_paper(tmp_path):
    rows = [a_row(verdict, resource="drs_job", name=f"orders-{verdict}") for verdict in ("failed", "protected", "stopped")]
    resources = [{"resource": "drs_job", "error": None, "complete": True, "api_calls": 7, "counts": counts()}]
    protect = {key: [] for key in ("expired", "unreadable", "unmatched")}
    report = a_report(rows=rows, resources=resources, not_in_plan=[], problems=[], would_refuse=[], warnings=[], guards=[], protect=protect, window=None)
    assert browser.printed(tmp_path, page(report)) == 1
