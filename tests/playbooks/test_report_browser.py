# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a real browser: it opens from a file, runs nothing, sends no request, and shows hostile text as text."""

from __future__ import annotations

import html.parser
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html as page
from tests.unit.plugins.plugin_utils.report_samples import a_report, a_row

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH; on Debian and Ubuntu: apt install chromium"),
]

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


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


def opened(folder, text):
    """The document after a browser has opened this page from a file, its console, and the addresses that it requested."""
    file, log = folder / "page.html", folder / "net.json"
    file.write_text(text, encoding="utf-8")
    flags = (
        *QUIET, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", f"--log-net-log={log}",
        "--virtual-time-budget=3000", "--dump-dom", file.as_uri(),
    )
    done = subprocess.run(
        [CHROMIUM, *flags], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, sorted(addresses(log))


def addresses(log: pathlib.Path) -> set[str]:
    """The requests of a page, from the net log of a browser; requests of the browser itself have no origin."""
    started = [event.get("params") or {} for event in json.loads(log.read_text(encoding="utf-8"))["events"]]
    return {params["url"] for params in started if params.get("initiator", "not an origin") != "not an origin"}


def hostile(url):
    """Texts that load something, run something, or leave the element that they are in."""
    return (
        f"<script src='{url}/1'></script>", "<script>throw new Error('ran')</script>",
        f"</style></title><img src={url}/2 onerror=\"throw new Error('ran')\">", f"\" style=\"background:url({url}/3)",
        f"<meta http-equiv=refresh content='0;url={url}/4'>", "{{ 7 * 7 }}", "\x1b[31m\u202egnp\x00", f"<base href={url}/5>",
    )


def test_it_opens_runs_nothing_and_asks_nobody(tmp_path, server):
    attacks = hostile(server.url)
    keys = []

    def fill(key):
        keys.append(key)
        return attacks[len(keys) % len(attacks)]

    several = [a_report(fill), a_report(fill)]
    dom, console, asked = opened(tmp_path, page(several))
    found = Elements(dom)
    assert not {"script", "img", "base", "iframe"} & found.names
    assert [attack for attack in attacks if plain(attack) not in found.text] == []
    assert console == [] and asked == [] and server.asked == []


def test_many_rows_open_too(tmp_path, server):
    rows = [a_row("stopped", name=f"job-{n}") for n in range(1000)]
    dom, console, asked = opened(tmp_path, page(a_report(rows=rows)))
    assert "job-999" in dom and console == [] and asked == []


def test_the_test_would_notice(tmp_path, server):
    """A page that does what ours must not do is seen doing it."""
    text = f"<!DOCTYPE html><title>x</title><img src={server.url}/seen><script>throw new Error('ran')</script>"
    dom, console, asked = opened(tmp_path, text)
    assert "script" in Elements(dom).names
    assert any("ran" in line for line in console)
    assert asked == [f"{server.url}/seen"] and server.asked == ["/seen"]


def test_its_policy_stops_what_would_get_through(tmp_path, server):
    """Even unescaped text is neither run nor loaded."""
    through = f"<img src={server.url}/seen><script>document.title = 'ran'</script><link rel=stylesheet href={server.url}/css>"
    dom, _console, asked = opened(tmp_path, page(a_report()).replace("</main>", f"{through}</main>"))
    assert "img" in Elements(dom).names and "<title>ran" not in dom
    assert asked == [] and server.asked == []
