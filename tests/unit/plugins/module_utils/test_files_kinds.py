# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Anything but a regular file is refused at once: opening a pipe without another end would never return."""

from __future__ import annotations

import os
import signal
import socket

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.files import open_to_append, why_no_file
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Journal
from ansible_collections.otc.teardown.plugins.module_utils._iam import clouds_yaml

KINDS = {"pipe": "is a pipe", "folder": "is a folder", "socket": "is a socket", "link": "is a symbolic link"}
DEVICES = [path for path in ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx") if os.path.exists(path)]


@pytest.fixture(autouse=True)
def never_for_ever():
    """Whoever waits is woken up by the hundredth second, so that it is a failure."""
    def wake(number, frame):
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(100)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with one thing of each kind, and the folder to stand in."""
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe")
    os.mkdir("folder")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    (tmp_path / "file").write_text("first\n")
    os.symlink("file", "link")
    return tmp_path


@pytest.mark.parametrize("name", [*KINDS, *DEVICES])
def test_a_journal_that_is_no_regular_file_is_refused(place, name):
    with pytest.raises(InputError) as refused:
        Journal(name, lambda track: {}, lambda text: None)
    reason = KINDS.get(name, "is a device")
    assert str(refused.value) == (
        f"journal: '{name}': cannot be written: it {reason}; name a regular file in a folder that exists and may be written")


@pytest.mark.parametrize(("name", "reason"), [("nowhere/file", "No such file or directory"), ("file/x", "Not a directory")])
def test_a_journal_that_cannot_be_made_is_refused(place, name, reason):
    with pytest.raises(InputError, match=f"cannot be written: {reason}; name a regular file"):
        Journal(name, lambda track: {}, lambda text: None)


def test_a_regular_file_is_appended_to_and_made_for_its_owner_only(place):
    for name in ("file", "new"):
        with open_to_append(name, create=True) as file:
            file.write("more\n")
    assert (place / "file").read_text() == "first\nmore\n"
    assert (place / "new").read_text() == "more\n"
    assert (place / "new").stat().st_mode & 0o077 == 0
    with pytest.raises(FileNotFoundError):
        open_to_append("absent")


@pytest.mark.parametrize("name", [*KINDS, *DEVICES])
def test_what_is_no_file_is_not_even_opened(place, monkeypatch, name):
    monkeypatch.setattr(os, "open", None)
    with pytest.raises(OSError, match="it is a"):
        open_to_append(name)


def test_what_takes_the_place_of_a_file_after_the_first_look_is_refused_too(place, monkeypatch):
    """A pipe with a reader can be opened at once, so a second look at what was opened is needed."""
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        monkeypatch.setattr(os, "lstat", lambda path: os.stat("file"))
        with pytest.raises(OSError, match="it is a pipe"):
            open_to_append("pipe")
    finally:
        os.close(reader)


@pytest.mark.parametrize(("name", "folder_too", "reason"), [
    ("file", False, None), ("link", False, None), ("folder", True, None), ("folder", False, "is a folder"),
    ("pipe", True, "is a pipe"), ("pipe", False, "is a pipe"), ("socket", False, "is a socket"),
    ("/dev/null", True, "is a device"), ("absent", False, "does not exist"), ("file/x", False, "cannot be read (Not a directory)"),
])
def test_what_can_be_read_as_a_file(place, name, folder_too, reason):
    assert why_no_file(name, folder_too) == reason


@pytest.mark.parametrize("variable", ["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "CONFIG_FILES", "SECURE_FILES", "VENDOR_FILES"])
@pytest.mark.parametrize("name", ["pipe", "socket", "folder"])
def test_a_clouds_yaml_that_is_no_regular_file_is_refused(place, monkeypatch, variable, name):
    loader = pytest.importorskip("openstack.config.loader")
    for places in ("CONFIG_FILES", "SECURE_FILES", "VENDOR_FILES"):
        monkeypatch.setattr(loader, places, [str(place / name)] if places == variable else [])
    for each in ("OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"):
        monkeypatch.delenv(each, raising=False)
    if variable.startswith("OS_"):
        monkeypatch.setenv(variable, str(place / name))
    with pytest.raises(InputError) as refused:
        clouds_yaml.load_cloud("mine", None)
    assert str(refused.value) == (
        f"cloud: 'mine': {place / name} {KINDS[name]}; clouds.yaml and secure.yaml must be regular files")
