"""An Omni of our own: a real HTTP server on loopback, with made-up dashboards and real files.

It follows the vendor's page and takes no rule from the client: `rules.py` is written from the page alone.
Importing this package is light; the server, and what renders files, are imported when they are needed.
"""

from __future__ import annotations

TOKEN = "omni_osk_demo_blobsrus"  # an organization key: may run as anybody, and list users
PERSONAL_TOKEN = "demo_personal_blobby"  # a personal access token: Blobby's
