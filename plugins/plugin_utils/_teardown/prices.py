# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prices that users write (`teardown_prices`), and the price of a job. None is built in. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import fits, read_by_key, read_patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import has_tag
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import pairs_of
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import dictionaries

OPTION = "teardown_prices"
HIGHEST = 1_000_000

_KEYS = ("resource", "flavor", "tags", "price", "currency")
_LONGEST_CURRENCY = 8

Prices = Mapping[str, Any]
"""`currency`, and `entries`, each with `resource`, `flavor` (a shell pattern, None for all), `tags` (key -> shell patterns for the value, of
which one must match; empty for all) and `price` for an hour."""


def read_prices(value: Any) -> dict[str, Any] | None:
    """The prices in a list of dictionaries; None for an empty list. Raises InputError for everything that is not clear."""
    entries: list[dict[str, Any]] = []
    currencies: dict[str, str] = {}
    for number, item in enumerate(dictionaries(OPTION, value)):
        option = f"{OPTION}[{number}]"
        entry = _entry(option, item)
        _refuse_useless(option, entry, entries)
        entries.append(entry)
        if "currency" in item:
            currencies.setdefault(_currency(option, item["currency"]), option)
    if len(currencies) > 1:
        raise InputError(OPTION, ", ".join(currencies), "are different currencies, which cannot be added up; give all prices in one")
    if entries and not currencies:
        raise InputError(OPTION, None, "no entry has a currency; give one at least once, for example currency: EUR")
    return {"currency": next(iter(currencies)), "entries": entries} if entries else None


def price_of(row: Mapping[str, Any], prices: Prices) -> float | None:
    """The price of a job for an hour, by the first entry that fits; None if no entry fits, or if its tags are not known and matter."""
    tags = pairs_of(row.get("tags"))
    for entry in prices["entries"]:
        if entry["resource"] == row["resource"] and (entry["flavor"] is None or fits(entry["flavor"], row.get("flavor") or "")):
            if entry["tags"] and tags is None:
                return None
            if all(has_tag(tags or (), plain(key), patterns) for key, patterns in entry["tags"].items()):
                return float(entry["price"])
    return None


def _entry(option: str, item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise InputError(option, str(item), f"is not a dictionary with {', '.join(_KEYS)}")
    unknown = sorted(set(map(str, item)) - set(_KEYS))
    if unknown:
        raise InputError(option, ", ".join(unknown), f"is no key of a price; it takes {', '.join(_KEYS)}")
    kind = KINDS.get(str(item.get("resource")))
    if kind is None:
        raise InputError(f"{option}.resource", item.get("resource"), f"is none of {', '.join(KINDS)}")
    flavor = item.get("flavor")
    if flavor is not None and (not isinstance(flavor, str) or not flavor.strip()):
        raise InputError(f"{option}.flavor", flavor, "is not text; give a flavor or a shell pattern in quotes, or leave it out")
    if flavor is not None and not kind.tells_flavor:
        raise InputError(f"{option}.flavor", flavor, f"cannot match: the API names no flavor of {kind.name}; leave it out")
    return {
        "resource": kind.name,
        "flavor": flavor and flavor.strip(),
        "tags": _tags(f"{option}.tags", item["tags"], kind) if "tags" in item else {},
        "price": _price(f"{option}.price", item.get("price")),
    }


def _tags(option: str, value: Any, kind: Resource) -> dict[str, list[str]]:
    if not kind.tells_tags:
        raise InputError(option, str(value), f"cannot match: the API tells no tags of {kind.name}; leave it out")
    found = {key: list(patterns) for key, patterns in read_by_key(option, value, read_patterns)}
    if not found:
        raise InputError(option, None, "names no tag; give keys of tags and shell patterns for their values, or leave it out")
    return found


def _price(option: str, value: Any) -> float:
    remedy = f"is not a price for an hour; give a number from 0 to {HIGHEST:,}, for example 1.25"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise InputError(option, value, remedy)
    try:
        price = float(value)
    except ValueError:
        raise InputError(option, value, remedy) from None
    if not math.isfinite(price) or not 0 <= price <= HIGHEST:
        raise InputError(option, value, remedy)
    return price


def _currency(option: str, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > _LONGEST_CURRENCY or not text.isprintable() or any(char.isdigit() for char in text):
        raise InputError(f"{option}.currency", value, "is not a currency; give a code or sign such as EUR or €")
    return text


def _refuse_useless(option: str, entry: Mapping[str, Any], before: list[dict[str, Any]]) -> None:
    """Raise InputError if an earlier entry fits all jobs that this one fits: its price would never count."""
    for number, earlier in enumerate(before):
        if earlier["resource"] == entry["resource"] and earlier["flavor"] in (None, entry["flavor"]) and earlier["tags"] in ({}, entry["tags"]):
            raise InputError(option, entry["resource"], f"never counts, because {OPTION}[{number}] fits all its jobs; the first entry that fits "
                             "counts, so put the entry with a flavor or tags first, or leave one out")
