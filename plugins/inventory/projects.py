# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: projects
short_description: One host for each project that a login has access to
version_added: 0.1.0
description:
  - Asks IAM for the projects that the login has access to, and makes a host of each, so that a play for many projects
    can use forks, P(ansible.builtin.free#strategy), C(--limit), batches and job slices as usual.
  - The file's name must end in C(otc_projects.yml) or C(otc_projects.yaml).
  - Each host has C(otc_project_id), C(otc_project_name), C(otc_region), C(otc_domain_id) and C(otc_domain_name), and its
    tasks run on the controller. C(teardown_connection) has its connection options, for C(module_defaults).
  - Each host is in a group for its region, for example C(otc_region_eu_de).
author:
  - Contributors to the otc.teardown project (@otc-teardown)
options:
  plugin:
    description: V(otc.teardown.projects).
    type: str
    required: true
    choices: [otc.teardown.projects]
  project_id:
    description: Only the project with this ID. Its environment variable is not read here.
    type: str
  project_name:
    description: Only the project with this name. Its environment variable is not read here.
    type: str
  regions:
    description:
      - Regions whose projects are used. The region of a project is its name up to the first C(_).
      - If not set, the region in O(region), or else all regions.
      - A list, or text with commas, semicolons or line breaks; the same for O(names), O(exclude) and each of O(name_groups). Null,
        empty values and values that are not text are refused; put numbers and words such as V(on) in quotes.
    type: raw
  names:
    description: Shell patterns for names of projects; at least one must match. All projects if not set.
    type: raw
  exclude:
    description: Shell patterns for names of projects that are left out, even if another option selects them.
    type: raw
  name_groups:
    description: Groups by name, each with shell patterns for the names of the projects in it.
    type: raw
  host_prefix:
    description:
      - Prefix of the host name, before the name of the project.
      - Needed if two files list projects with the same name, for example of two accounts. Without it, the second file fails.
    type: str
    default: ""
notes:
  - A text in a connection option may be vaulted, or a template, for example with the P(ansible.builtin.env#lookup) lookup
    or an extra variable. An empty result is an error.
  - The hosts also get the connection options of the file. They get a secret only if it is a template or vaulted; Ansible
    evaluates it for each task. A secret in plain text is not passed on, and causes a warning. If the environment has the
    login, as in AWX, the file needs none.
  - A token belongs to one project, so with O(token) there is one host. It is not cached.
  - A cache contains IDs and names of projects and of the account, never a secret.
  - If a file cannot be used, for example because its login fails, Ansible warns and continues with the other files. Set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to C(true) to make this an error.
seealso:
  - module: otc.teardown.iam_project_info
extends_documentation_fragment:
  - otc.teardown.connection
  - constructed
  - inventory_cache
"""

EXAMPLES = r"""
# otc_projects.yml: all projects of the login in the environment, in its region, except for some
plugin: otc.teardown.projects
exclude:
  - "*_prod"
  - eu-de_billing

---
# acme.otc_projects.yml: one of several accounts, in two regions, cached for an hour
plugin: otc.teardown.projects
host_prefix: acme-
region: eu-de
regions: [eu-de, eu-nl]
username: deployer
domain_name: OTC-EU-DE-00000000001000000000
password: "{{ lookup('ansible.builtin.env', 'ACME_PASSWORD') }}"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/otc_projects
cache_timeout: 3600
name_groups:
  nightly: ["*_dev", "*_test*"]
keyed_groups:
  - key: otc_project_name.split('_')[-1]
    prefix: team
compose:
  teardown_report_dir: "'./reports/' ~ inventory_hostname"
"""

import dataclasses
import hashlib
import json
import os

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor, plain
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import log_in, projects_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.options import client_of, settings_of, why_insecure
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import TOKEN
from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import (
    check_numbers,
    connection_spec,
    read_times,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._inventory.projects import (
    hosts_of,
    read_wish,
    rows_of,
    shared_connection,
    without_aliases,
)

_NAMES = ("otc_projects.yml", "otc_projects.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Projects as hosts."""

    NAME = "otc.teardown.projects"
    # Names from the cloud are checked to contain no template (see hosts_of); all other texts come from the user.
    trusted_by_default = True

    def verify_file(self, path):
        """Whether this plugin reads the file, by its name. Raises AnsibleParserError with the valid names."""
        if not super().verify_file(path):
            return False
        if not path.endswith(_NAMES):
            # Ansible asks for files that name this plugin; where it asks for every file, it takes the error for a no.
            raise AnsibleParserError(f"{path}: the name of a file for {self.NAME} must end in {' or '.join(_NAMES)}; rename it")
        return True

    def parse(self, inventory, loader, path, cache=True):
        """Add the hosts of this file; raises AnsibleParserError with a message for the user."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        redact, warnings = Redactor(), []
        try:
            self._refuse_unknown(config)
            self.templar.available_variables = self._vars
            wish = self._wish(config)
            given = without_aliases(config)
            params = self._evaluated(given, wish.regions)
            settings = settings_of(params, redact, project_needed=False, warn=warnings.append)
            connection, more = shared_connection(given, params)
            warnings += more
            projects = self._projects(params, settings, redact, self.get_cache_key(path), cache)
            hosts, more = hosts_of(self._asked_for(projects), _in_region(wish, settings.region))
            warnings += more
            self._refuse_taken(hosts)
        except TeardownError as error:
            raise AnsibleParserError(plain(redact.ours(str(error)))) from None
        finally:
            for warning in warnings:
                self._warn(redact, f"{path}: {warning}")
        for group in wish.name_groups:
            self.inventory.add_group(self._sanitize_group_name(group))
        for host in hosts:
            self._add(host, connection)

    def _warn(self, redact, text):
        self.display.warning(plain(redact.ours(text)))

    def _refuse_unknown(self, config):
        known = {"plugin"}
        for option, facts in self.option_definitions.items():
            known.update((option, *facts.get("aliases", ())))
        for option in config:
            if option not in known:
                raise InputError(str(option), None, f"is not an option of otc.teardown.projects{did_you_mean(option, known)}; see ansible-doc -t inventory")

    def _evaluated(self, given, regions):
        params = {option: self.get_option(option) for option in connection_spec()}
        for option in given:
            value = self._template(option, params[option])
            if value is None or value == "":
                raise InputError(option, None, "is set but empty; remove it, or correct its template")
            params[option] = str(value) if connection_spec()[option]["type"] in ("str", "path") else value
        params["region"] = params["region"] or (regions[0] if regions else None)
        read_times(params)
        check_numbers(params)
        for service in params["endpoints"] or {}:
            if service not in endpoints.CATALOG_NAMES:
                hint = did_you_mean(service, endpoints.CATALOG_NAMES)
                raise InputError("endpoints", service, f"is none of {', '.join(endpoints.CATALOG_NAMES)}{hint}")
        if (params["endpoints"] or endpoints.endpoints_in(os.environ)) and len(regions) > 1:
            raise InputError("endpoints", None, "are those of one region; use one file for each region")
        return params

    def _template(self, option, value):
        try:
            return self.templar.template(value)
        except AnsibleError as error:
            raise InputError(option, None, f"cannot be evaluated: {error}") from None

    def _wish(self, config):
        # The values as written in the file: get_option would convert them to text.
        for option in ("project_id", "project_name"):
            if option in config and config[option] is None:
                raise InputError(option, None, "is null, which would ask for every project; give a value, or leave it out")
        options = ("regions", "names", "exclude", "name_groups")
        written = {option: self._template(option, config[option]) for option in options if option in config}
        return read_wish(written, self.get_option("host_prefix"))

    def _asked_for(self, projects):
        wanted = {key: self.get_option(f"project_{key}") for key in ("id", "name")}
        wanted = {key: value for key, value in wanted.items() if value}
        found = [project for project in projects if all(project[key] == value for key, value in wanted.items())]
        if wanted and not found:
            raise InputError(" and ".join(f"project_{key}" for key in wanted), None, "the login may enter no such project")
        return found

    def _projects(self, params, settings, redact, key, cache):
        # Only the token itself identifies its project, and a token must not be part of a cache key.
        cached = self.get_option("cache") and settings.method != TOKEN
        about = [endpoints.iam_url(settings), settings.method, settings.username, settings.access_key, settings.user_domain]
        key += "_" + hashlib.sha256(json.dumps(about, sort_keys=True).encode("utf-8")).hexdigest()[:16]
        if cached and cache:
            try:
                return self._cache[key]
            except KeyError:
                pass
        projects = self._listed(params, dataclasses.replace(settings, project_id=None, project_name=None), redact)
        if cached:
            self._cache[key] = projects
        return projects

    def _listed(self, params, settings, redact):
        client = client_of(params, settings, redact)
        try:
            warning = why_insecure(endpoints.iam_url(settings))
            if warning:
                self._warn(redact, warning)
            connection = log_in(client, settings)
            identity = connection.identity
            if settings.method != TOKEN:
                return rows_of(projects_of(connection), identity)
            if not identity.project_id:
                raise InputError("token", None, "belongs to no project; give one that does, or username and password")
            own = {"id": identity.project_id, "name": identity.project_name, "domain_id": identity.domain.get("id")}
            return rows_of([own], identity)
        finally:
            client.close()

    def _refuse_taken(self, hosts):
        for host in hosts:
            there = self.inventory.get_host(host.name)
            project = there.vars.get("otc_project_id") if there else None
            if project not in (None, host.project["id"]):
                raise InputError("host_prefix", self.get_option("host_prefix") or None, f"host {host.name} already exists, for "
                                 f"project {project}; give each inventory file a host_prefix of its own")

    def _add(self, host, connection):
        variables = {
            **host.variables(connection),
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }
        self.inventory.add_host(host.name)
        for group in host.groups:
            group = self.inventory.add_group(self._sanitize_group_name(group))
            self.inventory.add_child(group, host.name)
        for name, value in variables.items():
            self.inventory.set_variable(host.name, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host.name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), {}, host.name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, host.name, strict=strict)


def _in_region(wish, region):
    return wish if wish.regions or not region else wish._replace(regions=(region,))
