"""The demo server: a real HTTP server on loopback, with sample dashboards and real files.

`rules.py` follows the vendor's documentation only, and shares no rules with the client. Importing this
package is light: the server and the rendering libraries are imported when they are needed.
"""

from __future__ import annotations

TOKEN = "omni_osk_demo_blobsrus"  # an organization key: may run as any user, and list users
PERSONAL_TOKEN = "demo_personal_blobby"  # a personal access token: Blobby's
