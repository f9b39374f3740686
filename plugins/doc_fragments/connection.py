# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the address of the cloud and the login."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragment `otc.teardown.connection`."""

    DOCUMENTATION = r"""
requirements:
  - requests >= 2.28
  - openstacksdk >= 1.0 (only for O(cloud))
options:
  cloud:
    description:
      - Name of an entry of C(clouds.yaml). The file is searched in the usual places of OpenStack and read with openstacksdk.
      - Options override the entry. All other E(OS_*) and E(HUAWEICLOUD_*) variables are ignored, as openstacksdk does.
      - If not set, the value of the E(OS_CLOUD) environment variable is used. A warning names ignored variables that
        differ from its entry.
    type: str
  auth_url:
    description:
      - URL of the identity service (IAM). It may end in C(/v3) or C(/v3/auth/tokens).
      - If not set, the value of the E(OS_AUTH_URL) environment variable is used, or else
        C(https://iam.<region>.<endpoint_domain>/v3).
    type: str
  region:
    description:
      - Region, for example V(eu-de).
      - If not set, the value of the E(OS_REGION_NAME) environment variable is used.
    type: str
    aliases: [region_name]
  project_id:
    description:
      - ID of the project. Give this or O(project_name).
      - If neither is set, the value of the E(OS_PROJECT_ID) or E(OS_TENANT_ID) environment variable is used.
    type: str
  project_name:
    description:
      - Name of the project, for example V(eu-de) or V(eu-de_team). The module asks IAM for its ID.
      - If neither is set, the value of the E(OS_PROJECT_NAME) or E(OS_TENANT_NAME) environment variable is used.
    type: str
  username:
    description:
      - Name of the IAM user, for a login with O(password).
      - If not set, the value of the E(OS_USERNAME) environment variable is used.
    type: str
  password:
    description:
      - Password of the IAM user. A wrong password is tried only once.
      - If not set, the value of the E(OS_PASSWORD) environment variable is used.
    type: str
  domain_name:
    description:
      - Name of the account (domain) that the user belongs to, for example V(OTC-EU-DE-000000000010000xxxxx).
      - If not set, the value of the E(OS_USER_DOMAIN_NAME) or E(OS_DOMAIN_NAME) environment variable is used.
    type: str
    aliases: [user_domain_name]
  token:
    description:
      - An existing token of the project, for example from M(otc.teardown.iam_token). No login takes place.
      - If not set, the value of the E(OS_TOKEN) or E(OS_AUTH_TOKEN) environment variable is used.
    type: str
  access_key:
    description:
      - Access key (AK). Requests are signed with it; no login takes place.
      - If not set, the value of the E(OS_ACCESS_KEY) or E(HUAWEICLOUD_SDK_AK) environment variable is used.
    type: str
  secret_key:
    description:
      - Secret key (SK) of O(access_key). A wrong key is tried only once.
      - If not set, the value of the E(OS_SECRET_KEY) or E(HUAWEICLOUD_SDK_SK) environment variable is used.
    type: str
  security_token:
    description:
      - Security token of a temporary O(access_key). Without it, the cloud reports that the key does not exist.
      - If not set, the value of the E(OS_SECURITY_TOKEN) or E(HUAWEICLOUD_SDK_SECURITY_TOKEN) environment variable
        is used.
    type: str
  endpoints:
    description:
      - Base URLs of services, without version. They override the catalog and O(endpoint_domain).
      - For a service that is not set, the value of the environment variable E(OTC_ENDPOINT_IAM),
        E(OTC_ENDPOINT_MODELARTS), E(OTC_ENDPOINT_DRS), E(OTC_ENDPOINT_DLI), E(OTC_ENDPOINT_MRS) or E(OTC_ENDPOINT_DLF)
        is used, also with O(cloud).
      - If IAM has a loopback address, an address on another machine is accepted only from this option or these
        variables, not from the catalog or O(endpoint_domain).
    type: dict
    suboptions:
      iam:
        description: Base URL of IAM.
        type: str
      modelarts:
        description: Base URL of ModelArts.
        type: str
      drs:
        description: Base URL of the Data Replication Service.
        type: str
      dli:
        description: Base URL of Data Lake Insight.
        type: str
      mrs:
        description: Base URL of the MapReduce Service.
        type: str
      dlf:
        description: Base URL of DataArts Factory, a part of DataArts Studio.
        type: str
  endpoint_domain:
    description:
      - Domain of services that are neither in O(endpoints) nor in the catalog, for example V(myhuaweicloud.com) or
        V(sc.otc.t-systems.com).
      - If not set, the value of the E(OTC_ENDPOINT_DOMAIN) environment variable is used, or else
        V(otc.t-systems.com).
    type: str
  validate_certs:
    description:
      - Whether to check TLS certificates. They are checked unless this option or C(clouds.yaml) disables it.
    type: bool
  ca_cert:
    description:
      - File with the certificates of the trusted authorities. If the module runs on the controller, a relative path is
        relative to the folder in which Ansible was started.
      - If not set, the value of the E(OS_CACERT) environment variable is used.
    type: path
  api_timeout:
    description: Maximum time for one request, until the last byte of its answer, in seconds or as a duration such as V(2m).
    type: raw
    default: 30.0
  api_retries:
    description:
      - Maximum number of tries of a request that changes nothing. It is repeated after 429, 5xx and connection errors.
      - A stop is never repeated without reading the state of the job first.
    type: int
    default: 5
notes:
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(NO_PROXY)). Redirects are not followed.
"""
