# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx configuration of `make docs`; see tests/tools/docsite.py."""

project = "otc.teardown"
copyright = "Contributors to the otc.teardown project"
html_title = html_short_title = "otc.teardown"

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
# Headings can be linked to as on GitHub.
myst_heading_anchors = 3

html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "https://github.com/otc-teardown/otc.teardown", "topbar_links": {}}
html_show_sphinx = False
html_use_index = False
html_copy_source = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"

# Where Ansible's own labels are. The inventory is made by the build, so that it needs no network.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}
