# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as the rows of the modules show them, compared with what users write. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import TagEntries, fits_tags
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS


def fits(tags: Tags, wanted: TagEntries) -> bool:
    """Whether there is a tag for each of these keys, with a value that an entry matches. `tags`: as rows show them."""
    return fits_tags(tags, tuple((plain(key), entries) for key, entries in wanted))


def in_words(wanted: Mapping[str, Sequence[str]]) -> str:
    """`team=ml-* or data, stage=prod`."""
    return ", ".join(f"{key}={' or '.join(values)}" for key, values in wanted.items())


def without_tags(kinds: Iterable[str]) -> list[str]:
    """Those of these kinds whose API tells no tags."""
    return [kind for kind in kinds if not KINDS[kind].tells_tags]


def with_tags(kinds: Iterable[str]) -> list[str]:
    """Those of these kinds whose API tells tags."""
    return [kind for kind in kinds if KINDS[kind].tells_tags]
