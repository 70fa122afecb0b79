"""The repository's address, from the one place that says it: [project.urls] in pyproject.toml."""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
GITHUB = "https://github.com/"
PLACEHOLDER = GITHUB + "OWNER/REPOSITORY"  # in docs, where an address has to stand


def repository() -> str | None:
    """As https://host/owner/name, or None where it isn't said, or is the placeholder."""
    urls = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"].get("urls", {})
    address = urls.get("Repository", PLACEHOLDER).rstrip("/").removesuffix(".git")
    return None if address == PLACEHOLDER else address
