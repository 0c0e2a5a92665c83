"""The architecture: imports only go down, and heavy modules are loaded only where they are needed."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import omni_tui

PROJECT = Path(__file__).parents[1]
PACKAGE = Path(omni_tui.__file__).parent
HEAVY = {
    "httpx",
    "pydantic",
    "pydantic_settings",
    "starlette",
    "uvicorn",
    "reportlab",
    "pypdfium2",
    "PIL",
    "xlsxwriter",
    "sqlite3",
}


def run_python(code: str, *arguments: str, folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run code in a separate Python that imports the package from that folder."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check_contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the package in a folder against the contracts in its pyproject.toml."""
    code = "from importlinter.cli import lint_imports_command as run; run()"
    return run_python(code, "--no-cache", "--config", str(folder / "pyproject.toml"), folder=folder)


def loaded_by(code: str) -> set[str]:
    """Return all packages that a piece of code loads."""
    report = (
        "import json, sys\n"
        "seen = {name.partition('.')[0] for name, module in sys.modules.items() if module is not None}\n"
        "print(json.dumps(sorted(seen)))"
    )
    done = run_python(f"{code}\n{report}")
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_contracts_are_kept() -> None:
    done = check_contracts(PROJECT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("errors.py", "import omni_tui.api.rate_limit.limiter", "Imports run downwards only"),
        ("api/limiter.py", "import omni_tui.options.spec", "Imports run downwards only"),
        ("settings/locations.py", "import omni_tui.api.urls", "Imports run downwards only"),
        ("options/rules.py", "import omni_tui.settings.errors", "Imports run downwards only"),
        ("downloads/models.py", "import omni_tui.tui.app", "Imports run downwards only"),
        ("downloads/store.py", "import omni_tui.services", "Imports run downwards only"),
        ("services.py", "import omni_tui.commands", "Imports run downwards only"),
        ("demo/__init__.py", "import omni_tui.options.rules", "The demo takes no rule from us"),
        ("options/rules.py", "import httpx", "The options know neither HTTP nor screens"),
        ("catalog/__init__.py", "import textual.widgets", "Textual stays inside tui"),
    ],
)
def test_a_violated_layer_is_detected(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "omni_tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    with (tmp_path / "omni_tui" / module).open("a") as file:
        file.write(f"\n{line}\n")
    done = check_contracts(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [each for each in done.stdout.splitlines() if each.endswith("BROKEN")]
    assert any(each.startswith(contract) for each in broken)


def test_loaded_packages_are_found() -> None:
    assert {"textual", "httpx"} <= loaded_by("import textual.app, httpx")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["download", "--help"], ["demo-server", "--help"], ["download"]]
)
def test_the_command_line_answers_without_loading_anything_heavy(arguments: list[str]) -> None:
    loaded = loaded_by(f"from omni_tui.cli import main; main({arguments!r})")
    assert not loaded & (HEAVY | {"textual", "rich"})


def test_a_download_loads_no_screens() -> None:
    """Everything except screens, loaded at once."""
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__main__.py" and "tui" not in path.relative_to(PACKAGE).parts
    ]
    assert "omni_tui.commands.download.command" in names
    loaded = loaded_by(f"import importlib\nfor name in {names!r}: importlib.import_module(name)")
    assert "httpx" in loaded
    assert not loaded & {"textual", "rich"}


def test_the_client_loads_no_command_line_of_httpx() -> None:
    loaded = loaded_by("import omni_tui.api.client")
    assert "httpx" in loaded
    assert not loaded & {"click", "rich", "pygments"}


def test_the_first_screen_loads_nothing_heavy() -> None:
    loaded = loaded_by("import omni_tui.tui.app")
    assert "textual" in loaded
    assert not loaded & HEAVY


def test_the_first_screen_loads_nothing_of_the_form() -> None:
    """Other screens are loaded after the list is shown."""
    done = run_python("import sys, omni_tui.tui.app; print(*sys.modules)")
    ours = {name for name in done.stdout.split() if name.startswith("omni_tui.")}
    assert "omni_tui.tui.dashboards.screen" in ours
    parts = {name.split(".")[1] for name in ours}
    assert not parts & {"options", "presets", "downloads", "services"}
    later = (
        "tui.export_form.form_screen",
        "api.models",
        "catalog.search.index",
        "catalog.search.ranking",
        "catalog.catalog",
    )
    assert not ours & {f"omni_tui.{name}" for name in later}


@pytest.mark.parametrize("arguments", [[], ["--demo"]])
def test_a_common_start_needs_no_parser(arguments: list[str]) -> None:
    done = run_python(f"import sys, omni_tui.cli; omni_tui.cli.main({arguments!r}); print(*sys.modules)")
    assert "needs a terminal" in done.stderr
    assert "omni_tui.cli" in done.stdout.split()
    assert "argparse" not in done.stdout.split()


@pytest.mark.parametrize(
    "module",
    [
        "errors",
        "clock",
        "launch_options",
        "formatting",
        "api.urls",
        "api.rate_limit.limiter",
        "api.errors.types",
        "api.request_log.log",
        "api.models",
        "api.request_log.redaction",
        "options.rules",
        "options.filters.editing",
        "options.server_errors",
        "settings.locations",
        "settings.errors",
        "downloads.job.models",
        "demo",
    ],
)
def test_light_modules_are_light(module: str) -> None:
    assert not loaded_by(f"import omni_tui.{module}") & (HEAVY | {"textual", "rich"})


FEATURES = {path.name for path in (PACKAGE / "tui").iterdir() if path.is_dir()} - {
    "__pycache__", "common", "file_transfer", "input", "painting", "terminal", "theme",
}  # fmt: skip


def features_imported(source: str) -> set[str]:
    """Return the features of the screens that a module imports when it is loaded."""
    modules = [each.module or "" for each in ast.parse(source).body if isinstance(each, ast.ImportFrom)]
    parts = [module.split(".") for module in modules if module.startswith("omni_tui.tui.")]
    return {part[2] for part in parts} & FEATURES


def test_a_feature_of_the_screens_imports_no_other_feature() -> None:
    """Opening a screen imports it late, inside a function; only the app imports the first one."""
    planted = "from omni_tui.tui.export_form.fields.base import Field\n"
    assert features_imported(planted) == {"export_form"}
    for path in (PACKAGE / "tui").rglob("*.py"):
        if path != PACKAGE / "tui" / "app.py":
            own = path.relative_to(PACKAGE / "tui").parts[0]
            assert features_imported(path.read_text()) <= {own}, path
