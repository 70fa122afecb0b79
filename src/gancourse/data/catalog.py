"""datasets/catalog.toml as Python values."""

import difflib
import tomllib
from dataclasses import dataclass, field

from gancourse import paths


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue; the file's head says what each field means."""

    name: str
    title: str
    shape: tuple[int, int, int]
    train: int
    test: int
    classes: tuple[str, ...]
    licence: str
    homepage: str
    archive: str
    urls: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    system: str | None = None
    system_package: str | None = None
    sample: str | None = None
    sizes: tuple[int, int] | None = None
    pictures: str | None = None
    people: dict[str, str] = field(default_factory=dict)
    faces_of: str | None = None
    landmarks: str | None = None
    by_hand: str = ""
    pairs: bool = False
    captions: str | None = None
    optional: bool = False

    @property
    def fetched(self) -> bool:
        """Whether a program can fetch it, so that `gancourse data fetch` helps."""
        return bool(self.urls or self.faces_of)

    @property
    def drawn_sizes(self) -> range:
        """The sizes that the course can draw this set at; others are scaled."""
        return range(self.sizes[0], self.sizes[1] + 1) if self.sizes else range(0)

    @property
    def packed(self) -> str:
        """The name of a mirror's file that has the pictures."""
        return f"{self.faces_of or self.name}.zip"

    @property
    def counts(self) -> dict[str, int]:
        return {"train": self.train, "test": self.test}


def entries() -> dict[str, Entry]:
    """All data sets by name, in the catalogue's order."""
    tables = tomllib.loads((paths.root() / "datasets" / "catalog.toml").read_text("utf-8"))
    as_tuples = {
        name: {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        for name, table in tables.items()
    }
    return {name: Entry(name=name, **table) for name, table in as_tuples.items()}


def entry(name: str) -> Entry:
    """One data set. Raises ValueError, with the nearest name, for one that isn't in the catalogue."""
    known = entries()
    if name in known:
        return known[name]
    if paths.expanded(name).is_dir():
        raise ValueError(f"no data set is called {name!r}; for a folder of your own pictures write 'folder:{name}'")
    near = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}, and 'folder:PATH'"
    raise ValueError(f"no data set is called {name!r}; {hint}")
