"""Copies of official files as torchvision, Keras, Kaggle and browsers leave them; what stands in a download's way."""

import gzip
import io
import pickle
import ssl
import subprocess
import tarfile

import numpy as np
import pytest
from test_data_sources import (
    CLASSES,
    COUNTS,
    OFFICIAL,
    Server,
    class_files,
    course,  # noqa: F401 - a fixture, and used by all tests
    made,
    write_catalog,
    write_files,
    write_zip,
)

from gancourse import data

CLOTHES = OFFICIAL["clothes"]
UNPACKED = {name.removesuffix(".gz"): gzip.decompress(content) for name, content in CLOTHES.items()}


def pickles(labels=b"labels") -> dict[str, bytes]:
    """CIFAR-10's Python version of `photos`."""
    images, truth = made("photos", "train")
    parts = {f"data_batch_{i}": part for i, part in enumerate(np.array_split(np.arange(12), 5), start=1)}
    files = {}
    for name, (pictures, of), part in [
        *((name, (images, truth), part) for name, part in parts.items()),
        ("test_batch", made("photos", "test"), np.arange(6)),
    ]:
        planes = pictures[part].transpose(0, 3, 1, 2).reshape(len(part), -1)
        files[name] = pickle.dumps({b"data": planes, labels: of[part].tolist(), b"batch_label": b"x"}, protocol=2)
    return files


def tar(files: dict[str, bytes], folder: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def assert_whole(name: str) -> None:
    for split in COUNTS:
        got, (images, labels) = data.load(name, split), made(name, split)
        assert np.array_equal(got.images, images) and got.labels.tolist() == labels.tolist()
        assert got.classes == CLASSES[name]


def below(folder: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (below("FashionMNIST/raw", CLOTHES | UNPACKED), "FashionMNIST"),
        (below("Clothes/raw", UNPACKED) | below("MNIST/raw", below("", {})), ""),
        (UNPACKED, "train-images-idx3-ubyte"),
        (CLOTHES, "t10k-labels-idx1-ubyte.gz"),
        ({f"{name}.gz": content for name, content in UNPACKED.items()}, ""),  # unpacked by a browser, the name kept
        ({name.replace("-idx", ".idx"): content for name, content in UNPACKED.items()}, ""),
    ],
    ids=["torchvision", "a folder above", "unpacked file", "packed file", "names kept", "dots"],
)
def test_idx_files_are_imported_in_every_form(tmp_path, files, path):
    data.import_set("clothes", write_files(tmp_path / "own", files) / path)
    assert_whole("clothes")


def test_idx_files_are_imported_from_a_zip(tmp_path):
    data.import_set("clothes", write_zip(tmp_path / "archive.zip", UNPACKED | {"fashion-mnist_train.csv": b"label\n"}))
    assert_whole("clothes")


def test_the_set_s_own_folder_is_taken_where_another_has_the_same_names(tmp_path):
    others = {name: bytes(content) for name, content in UNPACKED.items()}
    files = below("Clothes/raw", UNPACKED) | below("ATHLETE/raw", others)
    data.import_set("clothes", write_files(tmp_path / "own", files))
    assert_whole("clothes")
    with pytest.raises(ValueError, match="holds several sets: .*Give the path of one of them"):
        data.import_set("clothes", write_files(tmp_path / "two", below("a", UNPACKED) | below("b", UNPACKED)))


@pytest.mark.parametrize("form", ["tar", "tar in a folder", "folder", "torchvision", "binary folder"])
def test_cifar_s_versions_are_imported_in_every_form(tmp_path, form):
    own = tmp_path / "own"
    if form == "folder":
        path = write_files(own, pickles())
    elif form == "binary folder":
        with tarfile.open(fileobj=io.BytesIO(OFFICIAL["photos"]["photos.tar.gz"])) as archive:
            path = write_files(own, {m.name: archive.extractfile(m).read() for m in archive})
    else:
        files = {"cifar-10-python.tar.gz": tar(pickles(), "cifar-10-batches-py")}
        files |= below("cifar-10-batches-py", pickles()) if form == "torchvision" else {}
        path = write_files(own, files) / ("cifar-10-python.tar.gz" if form == "tar" else "")
    data.import_set("photos", path)
    assert_whole("photos")


def test_a_pickle_can_do_nothing_but_hold_arrays(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("this must not run",)

    path = write_files(tmp_path / "own", pickles() | {"test_batch": pickle.dumps({b"data": Evil(), b"labels": []})})
    with pytest.raises(ValueError, match="test_batch is damaged .*print"):
        data.import_set("photos", path)


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("photos", lambda p: write_files(p, {"x.rar": b"Rar!"}) / "x.rar", "is a file, not a folder or zip"),
        (
            "clothes",
            lambda p: write_zip(p / "kaggle.zip", {"train.csv": b"label\n"}),
            "no pictures under train/<class>/",
        ),
        ("clothes", lambda p: write_files(p, dict(list(CLOTHES.items())[:1])), "lacks train-labels-idx1-ubyte, t10k-"),
        ("photos", lambda p: write_files(p, dict(list(pickles().items())[:5])), "lacks test_batch"),
        ("photos", lambda p: p / "nowhere", "there is no folder or file"),
        ("photos", lambda p: write_files(p, {"photos.tar.gz": b"junk"}) / "photos.tar.gz", "photos.tar.gz is damaged"),
    ],
)
def test_what_is_something_else_is_told_what_would_do(tmp_path, name, make, message):
    with pytest.raises(ValueError) as caught:
        data.import_set(name, make(tmp_path / "own"))
    assert message in str(caught.value)
    if "nowhere" not in str(caught.value):
        assert f"{name} is imported from its official files (" in str(caught.value)


def test_a_zip_from_windows_and_what_is_left_out_of_it(tmp_path, capsys):
    files = {name.replace("/", "\\"): content for name, content in class_files("clothes").items()}
    path = write_zip(tmp_path / "windows.zip", files | {"train\\bag\\a.heic": b"", "train/bag/Thumbs.db": b""})
    data.import_set("clothes", path)
    assert len(data.load("clothes")) == 12
    assert capsys.readouterr().out.startswith("clothes: left out 1 file of another kind (.heic); HEIC")


def test_folders_with_other_files_are_imported_with_a_word(tmp_path, capsys):
    files = class_files("clothes") | {
        "train/bag/a.svg": b"<svg/>",
        "val/bag/1.png": b"",
    }
    data.import_set("clothes", write_files(tmp_path / "own", files))
    assert (
        "left out 1 file of another kind (.svg) and 1 folder beside train/ and test/ (val)" in capsys.readouterr().out
    )


# What stands between here and a server


@pytest.fixture
def reached(tmp_path, monkeypatch):
    """A function that asks a mirror for a set, with some variables set, and gives what comes of it."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    def fetch(mirror: str, **variables: str) -> str:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GANCOURSE_MIRROR", mirror)
        with pytest.raises(OSError) as caught:
            data.fetch("photos")
        return str(caught.value)

    return fetch


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost, and its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", file.with_suffix(".crt")]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except OSError:
        pytest.skip("no openssl on this machine")
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture
def tls(certificate):
    """A server that speaks TLS with that certificate; its address."""
    server = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    server.answers = {"/photos.zip": [404]}
    yield f"https://localhost:{server.http.server_port}"
    server.http.shutdown()
    server.http.server_close()


def test_a_certificate_that_is_not_trusted_is_told_with_its_remedy(reached, tls, certificate):
    said = reached(tls.replace("https://", "https://ann:secret@"))
    assert "localhost" in said and "certificate isn't trusted (self-signed certificate)" in said
    assert "set REQUESTS_CA_BUNDLE" in said and "no connection" not in said and "secret" not in said
    assert "gancourse data fetch" not in said, "that is the command that has just failed"
    assert "answers 404" in reached(tls, REQUESTS_CA_BUNDLE=str(certificate.with_suffix(".crt"))), "the remedy helps"


def test_no_tls_at_all_is_told(reached, server):
    said = reached(server.url.replace("http://127.0.0.1", "https://localhost"))
    assert "no TLS with localhost" in said


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_that_does_not_answer_is_told_without_its_password(reached, variable):
    said = reached("https://example.org", **{variable: "http://ann:secret@127.0.0.1:9"})
    assert f"the proxy 127.0.0.1:9 ({variable}) doesn't answer" in said and "secret" not in said


def test_a_proxy_that_refuses_is_told(reached, server):
    said = reached("https://example.org", HTTPS_PROXY=server.url)
    assert f"the proxy {server.url[7:]} (HTTPS_PROXY) refuses (501" in said


@pytest.mark.parametrize("mirror", ["https://", "http://a..b", f"http://{'x' * 70}.org", "http://[::1"])
def test_an_address_that_is_none_is_told(reached, mirror):
    assert any(words in reached(mirror) for words in ("the request for", "no connection", "Invalid IPv6 URL"))


def test_a_proxy_of_a_kind_that_needs_more_is_told_once(reached):
    assert "failed: Missing dependencies for SOCKS support" in reached(
        "https://example.org", HTTPS_PROXY="socks5://127.0.0.1:9"
    )


def test_a_bundle_that_is_not_there_is_named(reached, tls):
    assert "/nowhere.pem" in reached(tls, REQUESTS_CA_BUNDLE="/nowhere.pem")


def test_a_download_s_reasons_do_not_show_a_password_in_the_address(reached, server):
    said = reached(server.url.replace("://", "://ann:secret@"))
    assert "answers 404" in said and "secret" not in said


def test_the_catalogue_s_servers_are_asked_in_turn_past_one_that_is_not_trusted(course, monkeypatch, tls, server):  # noqa: F811
    write_catalog(course, tls, server.url)
    server.answers = {"/photos.tar.gz": [OFFICIAL["photos"]["photos.tar.gz"]]}
    monkeypatch.delenv("GANCOURSE_OFFLINE")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    assert_whole("photos")
