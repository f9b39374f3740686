# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages in a real browser: what they ask for, what runs in them, and how they look at some widths."""

from __future__ import annotations

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "no Chromium on PATH; on Debian and Ubuntu: apt install chromium"

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_DARK = "--blink-settings=preferredColorScheme=0"
_MEASURE = (pathlib.Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
_FRAMES = """<!DOCTYPE html><meta charset="utf-8"><body><pre id="found"></pre><script>
const pages = {pages}, widths = {widths};
{measure}
</script>"""


def browsed(folder: pathlib.Path, url: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Chromium's output for this address."""
    done = subprocess.run(
        [str(CHROMIUM), *_QUIET, f"--user-data-dir={folder / 'profile'}", *flags, url],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, env={**os.environ, "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    return done


def opened(folder: pathlib.Path, text: str) -> tuple[str, list[str], list[str]]:
    """The document after a browser has opened this page from a file, its console, and the addresses that it asked for."""
    file, log = folder / "page.html", folder / "net.json"
    file.write_text(text, encoding="utf-8")
    done = browsed(
        folder, file.as_uri(), "--enable-logging=stderr", f"--log-net-log={log}", "--virtual-time-budget=3000", "--dump-dom",
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, sorted(_addresses(log))


def _addresses(log: pathlib.Path) -> set[str]:
    """What a page asked for, in the net log of a browser; what the browser wants for itself has no origin."""
    started = [event.get("params") or {} for event in json.loads(log.read_text(encoding="utf-8"))["events"]]
    return {params["url"] for params in started if params.get("initiator", "not an origin") != "not an origin"}


def measured(folder: pathlib.Path, pages: Mapping[str, str], widths: Sequence[int], dark: bool = False) -> list[dict[str, Any]]:
    """How each of these pages looks at each width in pixels, as measure.js says.

    The pages are copies in frames: a window of Chromium cannot be as narrow as a phone.
    """
    file = folder / "frames.html"
    embedded = json.dumps(dict(pages)).replace("</", "<\\/").replace("<!--", "<\\!--")
    file.write_text(_FRAMES.format(pages=embedded, widths=json.dumps(list(widths)), measure=_MEASURE), encoding="utf-8")
    done = browsed(folder, file.as_uri(), "--virtual-time-budget=20000", "--dump-dom", *([_DARK] if dark else []))
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found and found.group(1), done.stdout[-2000:]
    measures: list[dict[str, Any]] = json.loads(html.unescape(found.group(1)))
    return measures


def printed(folder: pathlib.Path, text: str) -> int:
    """The number of pages of paper that this page takes."""
    file, paper = folder / "print.html", folder / "print.pdf"
    file.write_text(text, encoding="utf-8")
    browsed(folder, file.as_uri(), "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    return len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
