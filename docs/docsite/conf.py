# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx configuration of `make docs`; see tests/tools/docsite.py."""

project = "otc.teardown"
copyright = "Contributors to the otc.teardown project"
html_title = html_short_title = "otc.teardown"

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext", "sphinx_design"]
myst_enable_extensions = ["colon_fence"]
# Headings can be linked to as on GitHub.
myst_heading_anchors = 3

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
# The colors of options, as those of the theme and of the pictures, follow the system's choice of light or dark.
antsibull_ext_color_scheme = "default-autodark"
html_show_sphinx = False
html_use_index = False
html_copy_source = False
pygments_style = "tango"
pygments_dark_style = "monokai"
highlight_language = "YAML+Jinja"
default_role = "any"

# Where Ansible's own labels are. The inventory is made by the build, so that it needs no network.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}
