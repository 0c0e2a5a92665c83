"""A certificate authority of the tests' own; the machine's certificates are left out."""

from __future__ import annotations

import pytest
import trustme

from omni_tui.api.errors.connect_errors import CA_FILE_VARIABLES, CA_FOLDER_VARIABLE


@pytest.fixture(autouse=True)
def no_certificates_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*CA_FILE_VARIABLES, CA_FOLDER_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()
