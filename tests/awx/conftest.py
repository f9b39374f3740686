# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects that configure.yml makes, made once."""

from __future__ import annotations

import pytest

from tests.awx.configured import Objects, configure

LOGIN = {
    "OS_REGION_NAME": "eu-de", "OS_USERNAME": "deployer", "OS_PASSWORD": "simulator-password",
    "OS_USER_DOMAIN_NAME": "OTC-EU-DE-00000000001000000000",
    "OTC_TEARDOWN_WEBHOOK": "https://chat.example.com/services/secret-address",
}


@pytest.fixture(scope="session")
def configured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Objects, str]:
    """The objects, and what was printed while they were made."""
    return configure(tmp_path_factory.mktemp("configured"), LOGIN, "-vv")


@pytest.fixture(scope="session")
def objects(configured: tuple[Objects, str]) -> Objects:
    """The objects."""
    return configured[0]
