"""Where a full data set can come from, best first: a mirror, the system, our own drawing, the official download."""

import os
import ssl
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from gancourse import paths
from gancourse.data import catalog
from gancourse.data.alignment import read_aligned
from gancourse.data.archives import Splits, read_zip
from gancourse.data.catalog import Entry
from gancourse.data.faces import draw_faces
from gancourse.data.official import read_official
from gancourse.data.photographs import read_photographs
from gancourse.data.shapes import draw_shapes
from gancourse.data.twins import draw_twins

TIMEOUT = (4, 30)  # seconds to connect, and between two pieces of data
ATTEMPTS = 3
DRAWN = {"shapes": draw_shapes, "drawn-faces": draw_faces, "twins": draw_twins}
SPLIT_SEEDS = {"train": 0, "test": 1}  # of the splits of a drawn set


def sources(entry: Entry, size: int | None = None) -> Iterator[tuple[str, str, Callable[[], Splits]]]:
    """(kind, one line that names it, a function that reads it), for each source that is available now.

    Pictures have the catalogue's shape, but drawn ones are drawn at `size` where the catalogue says that they can be.
    The functions raise ValueError, or OSError, where the source can't deliver after all.
    """
    if entry.faces_of:
        for kind, title, read in sources(catalog.entry(entry.faces_of)):
            yield kind, f"{title}, aligned", partial(read, as_set=entry)
        return
    mirror = os.environ.get("GANCOURSE_MIRROR")
    if mirror and (_is_url(mirror) or _mirror_zip(entry, mirror).is_file()):
        yield "mirror", f"the mirror's {entry.name}.zip", partial(_from_mirror, entry, mirror)
    if entry.archive == "drawn":
        yield "drawn", drawing(entry), partial(_drawn, entry, size if size in entry.drawn_sizes else entry.shape[0])
    if entry.system and all((Path(entry.system) / file).is_file() for file in entry.files):
        yield "system", entry.system_package, partial(read_official, entry, Path(entry.system))
    if entry.urls and os.environ.get("GANCOURSE_OFFLINE") != "1":
        yield "download", "the official download", partial(_from_download, entry)


def drawing(entry: Entry) -> str | None:
    """The name of what draws a set that the course draws."""
    return f"gancourse.data.{DRAWN[entry.name].__name__}" if entry.archive == "drawn" else None


def drawn_captions(entry: Entry, split: str) -> list[str]:
    """The captions of a drawn set's split, in its order; they are the same at every size."""
    return DRAWN[entry.name](entry.counts[split], SPLIT_SEEDS[split], 16).captions


def missing_mirror() -> list[str]:
    """What is wrong with `GANCOURSE_MIRROR`, as a list of one line, or of none."""
    mirror = os.environ.get("GANCOURSE_MIRROR")
    if not mirror or _is_url(mirror) or paths.expanded(mirror).is_dir():
        return []
    return [f"GANCOURSE_MIRROR={mirror} isn't a folder"]


def _is_url(mirror: str) -> bool:
    return mirror.startswith(("http://", "https://"))


def _mirror_zip(entry: Entry, mirror: str) -> Path:
    return paths.expanded(mirror) / f"{entry.name}.zip"


def _from_mirror(entry: Entry, mirror: str, as_set: Entry | None = None) -> Splits:
    """`as_set`: the aligned set to make of the entry's photographs."""
    read = partial(read_aligned, as_set) if as_set else partial(read_zip, entry)
    if not _is_url(mirror):
        return read(_mirror_zip(entry, mirror))
    with tempfile.TemporaryDirectory() as folder:
        file = f"{entry.name}.zip"
        return read(download([f"{mirror.rstrip('/')}/{file}"], None, Path(folder) / file))


def _drawn(entry: Entry, size: int) -> Splits:
    pictures = {split: DRAWN[entry.name](n, SPLIT_SEEDS[split], size) for split, n in entry.counts.items()}
    return {split: (drawn.images, drawn.labels) for split, drawn in pictures.items()}


def _from_download(entry: Entry, as_set: Entry | None = None) -> Splits:
    with tempfile.TemporaryDirectory() as folder:
        for file, checksum in entry.files.items():
            path = download([f"{url}/{file}" for url in entry.urls], checksum or None, Path(folder) / file)
        if as_set:
            return read_aligned(as_set, path)
        return read_photographs(entry, path) if entry.pictures else read_official(entry, Path(folder))


def download(urls: list[str], checksum: str | None, target: Path) -> Path:
    """Fetch `target` from the first of `urls` that gives it whole, with `checksum` ("sha256:...").

    A server that can't be reached is skipped at once; a broken or changed file is requested again. Raises OSError
    with the cause; `target` is there whole or not at all.
    """
    import pooch
    import requests
    from tqdm.auto import tqdm

    pooch.get_logger().setLevel("ERROR")
    reachable = list(urls)
    error = None
    for _ in range(ATTEMPTS):
        for url in list(reachable):
            # pooch sets the true total, but asks for the bar's truth value first, which needs one
            bar = tqdm(total=1, desc=target.name, unit="B", unit_scale=True, delay=1, leave=False)
            shown = url.replace(urlsplit(url).netloc, _host(url))
            fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=1 << 16, timeout=TIMEOUT)
            try:
                pooch.retrieve(url, checksum, fname=target.name, path=target.parent, downloader=fetch)
                return target
            except requests.HTTPError as err:
                error = f"{shown} answers {err.response.status_code}"
                if err.response.status_code < 500:
                    reachable.remove(url)
            except (requests.exceptions.SSLError, requests.exceptions.ProxyError) as err:
                error = _no_way(url, err)
                reachable.remove(url)
            except requests.ConnectionError:
                error = f"no connection to {_host(url)}"
                reachable.remove(url)
            except (requests.exceptions.ChunkedEncodingError, requests.Timeout) as err:
                error = f"{shown} broke off ({type(err).__name__})"
            except (requests.RequestException, UnicodeError) as err:  # an address, or a proxy's, that can't be one
                error = f"the request for {shown} failed: {err}"
                reachable.remove(url)
            except ValueError as err:
                if "hash" in str(err):
                    error = f"{shown} doesn't have the catalogue's checksum"
                else:  # urllib3's, for a host's name that can't be one
                    error = f"the request for {shown} failed: {err}"
                    reachable.remove(url)
            finally:
                bar.close()
    raise OSError(error)


def _host(url: str) -> str:
    """A URL's host and port, without a name and password before them."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _no_way(url: str, err: Exception) -> str:
    """Why there is no TLS, or no way through a proxy, to the URL's host, and what fixes it."""
    import requests

    reasons = list(_causes(err))
    if isinstance(err, requests.exceptions.ProxyError):
        proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
        names = [name for name, value in os.environ.items() if name.lower().endswith("_proxy") and value == proxy]
        refused = next((str(one) for one in reversed(reasons) if "Tunnel connection failed" in str(one)), "")
        how = f"refuses ({refused.partition(': ')[2]})" if refused else "doesn't answer"
        return f"the proxy {_host(proxy) or proxy} ({', '.join(names) or 'of the system'}) {how}"
    untrusted = next((one for one in reasons if isinstance(one, ssl.SSLCertVerificationError)), None)
    if untrusted is None:
        return f"no TLS with {_host(url)} ({reasons[-1]})"
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    now = f"; now it is {bundle}" if bundle else ""
    return (
        f"{_host(url)}'s certificate isn't trusted ({untrusted.verify_message}): behind a proxy that inspects "
        f"TLS, as in some schools and companies, set REQUESTS_CA_BUNDLE to a file with its certificate{now}"
    )


def _causes(err: BaseException | None) -> Iterator[BaseException]:
    """The exceptions that led to this one, outermost first: in requests and urllib3 also by argument."""
    while isinstance(err, BaseException):
        yield err
        inner = getattr(err, "reason", None) or next((a for a in err.args if isinstance(a, BaseException)), None)
        err = inner if isinstance(inner, BaseException) else err.__cause__ or err.__context__
