"""Print pip constraints that hold each direct dependency at the lowest version that pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
groups = [project["dependencies"], *(project["optional-dependencies"][name] for name in ("demo", "keyring"))]
for requirement in (each for group in groups for each in group):
    found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9.]+)", requirement)
    if found:
        print(f"{found[1]}=={found[2]}")
