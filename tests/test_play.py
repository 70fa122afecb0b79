"""The pages to play with: models equal their networks, the ring lab's gradients PyTorch's, and the pages hold.

The pages are built once, in build/play/ (npm and the registry, or what they left there before), and opened in Chromium
from a server on this machine. Screenshots lie in test-output/play/.
"""

import functools
import http.server
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from base64 import b64decode, b64encode
from importlib import import_module
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from test_browser import CHROMIUM_FLAGS
from torch import nn

from gancourse import data, losses, paths
from gancourse.nets.resolution import bicubic, enlarge_picture
from gancourse.nets.style import mean_style
from gancourse.trained import sampling

sys.path.insert(0, str(paths.root() / "tools"))
export_onnx = import_module("export_onnx")

ROOT = Path(__file__).resolve().parents[1]
PLAY = ROOT / "site" / "play"
OFFERED = {shipped.weights: shipped for shipped in export_onnx.offered().values()}
UPSCALERS = export_onnx.upscalers()
FACE = data.draw_faces(1, seed=11, size=64).images[0]
WAIT_MS = 120_000  # for a first picture, on a machine that does much else
DRAW = """
async ([name, z, y, psi]) => {
  const { models, open } = await import("./generator.js");
  const draw = await open((await models()).find((model) => model.name === name));
  const { pictures, channels, size } = await draw(Float32Array.from(z), y, psi);
  return { pictures: [...pictures], channels, size };
}
"""
PIXELS = "canvas => canvas.toDataURL()"
LATENT_DIM = 16
STEP = """
import { Net, discriminatorLoss, generatorLoss } from %s;
const { g, d, z, real, shares, settings } = JSON.parse(await new Response(process.stdin).text());
const net = (layers) => {
  const made = new Net([layers[0].from, ...layers.map(({ to }) => to)], () => 0);
  made.layers.forEach((layer, i) => (layer.W.set(layers[i].W), layer.b.set(layers[i].b)));
  return made;
};
const [G, D] = [net(g), net(d)];
const drawn = G.forward(Float32Array.from(z));
const lossD = discriminatorLoss(D, Float32Array.from(real), drawn.at(-1), settings, Float32Array.from(shares));
const lossG = generatorLoss(G, D, drawn, settings);
const gradients = (made) => made.layers.flatMap(({ gW, gb }) => [[...gW], [...gb]]);
console.log(JSON.stringify({ lossD, lossG, d: gradients(D), g: gradients(G) }));
"""


def small_net(inputs: int, outputs: int) -> nn.Sequential:
    """Lesson 02's."""
    return nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, outputs))


def layers(net: nn.Sequential) -> list[dict]:
    """As ring-gan.js has them: weights (from, to)."""
    return [
        {"from": each.in_features, "to": each.out_features, "W": flat(each.weight.T), "b": flat(each.bias)}
        for each in net
        if isinstance(each, nn.Linear)
    ]


def flat(tensor: torch.Tensor) -> list[float]:
    return tensor.detach().flatten().tolist()


def gradients(loss: torch.Tensor, net: nn.Sequential) -> list[list[float]]:
    """By the parameters, in the order of the layers: weights (from, to), biases."""
    found = torch.autograd.grad(loss, list(net.parameters()))
    return [flat(each.T if each.ndim == 2 else each) for each in found]


D_LOSSES = {
    "non-saturating": losses.discriminator_loss,
    "saturating": losses.discriminator_loss,
    "wasserstein": losses.critic_loss,
    "hinge": losses.hinge_discriminator_loss,
}
G_LOSSES = {
    "non-saturating": losses.generator_loss,
    "saturating": lambda fake: -nn.functional.softplus(fake).mean(),  # log(1 - sigma(d))
    "wasserstein": losses.wasserstein_generator_loss,
    "hinge": losses.wasserstein_generator_loss,
}


def penalty(kind: str, d: nn.Module, real: torch.Tensor, fake: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """R1 as lesson 02 has it, with its 1/2; the gradient penalty as lesson 04 has it, at the places that were drawn."""
    if kind == "none":
        return torch.zeros(())
    points = (real if kind == "r1" else shares * real + (1 - shares) * fake).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(d(points).sum(), points, create_graph=True)
    norm = gradient.norm(dim=1)
    return norm.square().mean() / 2 if kind == "r1" else (norm - 1).square().mean()


@pytest.mark.stage("02")
@pytest.mark.parametrize("kind", ["none", "r1", "gradient penalty"])
@pytest.mark.parametrize("loss", ["non-saturating", "saturating", "wasserstein", "hinge"])
def test_the_ring_labs_gradients_are_those_of_pytorch(loss, kind):
    if not shutil.which("node"):
        pytest.skip("no Node on this machine (Debian: apt install nodejs)")
    torch.manual_seed(len(loss) + len(kind))
    g, d = small_net(LATENT_DIM, 2), small_net(2, 1)
    with torch.no_grad():
        d[-1].weight *= 12  # outputs on both sides of the hinge's margins
    z, real, shares = torch.randn(37, LATENT_DIM), 2 * torch.randn(37, 2), torch.rand(37, 1)
    settings = {"loss": loss, "penalty": kind, "strength": 0.7}
    task = {"g": layers(g), "d": layers(d), "z": flat(z), "real": flat(real), "shares": flat(shares)}
    program = STEP % json.dumps((PLAY / "ring-gan.js").as_uri())
    command = ["node", "--input-type=module", "--eval", program]
    result = subprocess.run(
        command, input=json.dumps(task | {"settings": settings}), capture_output=True, text=True, check=True
    )
    ours = json.loads(result.stdout)

    fake = g(z)
    loss_d = D_LOSSES[loss](d(real), d(fake.detach())) + 0.7 * penalty(kind, d, real, fake, shares)
    loss_g = G_LOSSES[loss](d(fake))
    np.testing.assert_allclose([ours["lossD"], ours["lossG"]], [loss_d.item(), loss_g.item()], rtol=1e-5)
    for name, wanted in {"d": (loss_d, d), "g": (loss_g, g)}.items():
        for mine, theirs in zip(ours[name], gradients(*wanted), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-6)


def build(out: Path, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, PLAY / "build.py", out],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_without_npm_nothing_is_built_and_the_reason_is_said(tmp_path):
    bare = os.environ | {"PATH": str(tmp_path), "GANCOURSE_WORK": str(tmp_path / "work")}
    result = build(tmp_path / "out", env=bare)
    assert result.returncode == 3 and "npm isn't installed" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The folder with the pages."""
    out = tmp_path_factory.mktemp("play")
    result = build(out)
    if result.returncode == 3:
        pytest.skip(result.stderr.strip().splitlines()[0])
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def address(site):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(browser_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Call it with a page's name and options: the page, opened. In the end nothing may have gone wrong in any."""
    wrong, opened = [], []

    def visit(name: str, **options):
        page = browser.new_page(**options)
        opened.append(page)
        page.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda asked: wrong.append(asked.url) if not own(asked.url) else None)
        page.goto(f"{address}/{name}")
        return page

    def own(url: str) -> bool:
        return url.startswith((f"{address}/", "data:", "blob:"))

    yield visit
    for page in opened:
        page.close()
    assert not wrong


def test_every_model_is_small_and_what_has_terms_of_use_is_not_there(site):
    files = {path.stem: path.stat().st_size for path in (site / "models").glob("*.onnx")}
    assert files.keys() == OFFERED.keys() | UPSCALERS.keys() and max(files.values()) < 3_000_000
    restricted = {
        path.stem for path in export_onnx.WEIGHTS.glob("*.json") if "terms" in json.loads(path.read_text("utf-8"))
    }
    assert restricted and not restricted & files.keys()


def test_each_note_is_about_a_generator_that_ships():
    shipped = {each.weights for sets in sampling.SHIPPED.values() for each in sets.values()}
    assert tomllib.loads((PLAY / "notes.toml").read_text("utf-8")).keys() <= shipped


@pytest.mark.parametrize("name", OFFERED)
def test_a_model_draws_in_the_browser_what_its_generator_draws(visit, name):
    shipped = OFFERED[name]
    z = torch.randn(3, shipped.latent_dim, generator=torch.Generator().manual_seed(5))
    y, psi, generator = torch.tensor([1, 0, 1]), 0.6, sampling.load(shipped)
    with torch.no_grad():
        if shipped.style:
            mean = mean_style(generator.mapping, shipped.latent_dim)
            noise = generator.synthesis.noise(1, torch.Generator().manual_seed(0))
            wanted = generator.synthesis(generator.styles(torch.lerp(mean, generator.mapping(z), psi)), noise)
        else:
            wanted = generator(z, y) if shipped.conditional else generator(z)
    page = visit("ring.html")  # whose own scripts load no model
    drawn = page.evaluate(DRAW, [name, flat(z), y.tolist(), psi])
    pictures = np.reshape(drawn["pictures"], (3, drawn["channels"], drawn["size"], drawn["size"]))
    assert wanted.std() > 0.1 and np.abs(pictures - wanted.numpy()).max() < 1e-3


def test_halved_weights_take_half_the_room_and_change_little():
    weight = np.random.default_rng(0).normal(size=(64, 96)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["z", "w"], ["x"])],
        "linear",
        [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["n", 64])],
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", 96])],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    halved = export_onnx.halved(model)
    onnx.checker.check_model(halved, full_check=True)
    assert halved.ByteSize() < 0.51 * model.ByteSize()
    z = np.eye(64, dtype=np.float32)
    (drawn,) = ReferenceEvaluator(halved).run(None, {"z": z})
    assert drawn.dtype == np.float32 and 0 < np.abs(drawn - weight).max() < 2e-3


def test_one_plays_with_the_keyboard_and_hears_what_is_shown(visit, output):
    page = visit("play.html#05-conditional-gan", viewport={"width": 1280, "height": 900})
    picture, strip = page.locator("#picture"), page.locator("#strip")

    def changed(canvas, before: str) -> str:
        page.wait_for_function("([canvas, old]) => canvas.toDataURL() !== old", arg=[canvas.element_handle(), before])
        return canvas.evaluate(PIXELS)

    page.wait_for_selector("body[data-drawn]")
    expect(page.get_by_role("status")).to_contain_text("05 Conditional GAN: clothes to order, T-shirt/top")
    drawn, walk = picture.evaluate(PIXELS), strip.evaluate(PIXELS)
    page.get_by_role("slider", name="Direction 1").focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#direction-1 + span")).to_have_text("1.5")
    drawn = changed(picture, drawn)
    page.get_by_role("radio", name="T-shirt/top").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Trouser")).to_be_checked()
    expect(picture).to_have_accessible_name(re.compile("Trouser: 0 % of the way"))
    drawn = changed(picture, drawn)
    page.get_by_role("button", name="Walk").press("Enter")
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="Walk").wait_for()
    expect(page.get_by_role("slider", name="From A to B")).to_have_value("1")
    changed(picture, drawn)
    page.get_by_role("spinbutton", name="Seed of B").fill("77")
    changed(strip, walk)
    named = "controls => controls.every((each) => each.labels?.length || each.textContent.trim())"
    controls = page.locator("#controls :is(input, select, button)")
    assert controls.count() > 20 and controls.evaluate_all(named)
    page.screenshot(path=output / "play-light-1280.png", full_page=True)
    page.get_by_label("Generator").select_option("06 Keras GAN: horses")
    expect(page.get_by_role("link", name="Read lesson 06")).to_have_attribute("href", "../course/06-keras-gan.html")
    page.wait_for_function("document.getElementById('strip').width === 9 * 32")
    expect(page.get_by_role("group", name="Class")).to_be_hidden()


def test_a_generator_that_cannot_be_had_is_named(browser, address):
    page = browser.new_page()
    page.route("**/01-first-gan.onnx", lambda route: route.abort())
    page.goto(f"{address}/play.html#01-first-gan")
    expect(page.get_by_role("status")).to_contain_text("This generator can't be run here", timeout=WAIT_MS)
    page.close()


@pytest.mark.parametrize("name", OFFERED)
def test_each_generator_holds_on_a_narrow_dark_screen(visit, output, name):
    page = visit(f"play.html#{name}", viewport={"width": 375, "height": 800}, color_scheme="dark")
    page.wait_for_selector("body[data-drawn]")
    page.wait_for_function("document.getElementById('strip').width >= 9 * document.getElementById('picture').width")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.screenshot(path=output / f"play-{name}-dark-375.png", full_page=True)


@pytest.mark.stage("02")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_the_ring_lab_trains_pauses_and_says_so(visit, output, scheme, width):
    page = visit("ring.html", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.get_by_role("radio", name="Wasserstein with penalty").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Loss", exact=True)).to_have_value("wasserstein")
    page.get_by_role("button", name="Start").last.wait_for()
    page.locator("#run").press("Enter")
    page.wait_for_function("Number(document.getElementById('steps').textContent.replace(',', '')) >= 20")
    page.get_by_role("button", name="Pause").press("Enter")
    steps = page.locator("#steps").inner_text()
    page.wait_for_timeout(300)
    assert page.locator("#steps").inner_text() == steps
    expect(page.locator("#plane")).to_have_accessible_name(re.compile(r"Step \d+: \d of 8 clusters covered"))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=output / f"ring-{scheme}-{width}.png", full_page=True)


# The page that enlarges

RUN = """
async ([name, small, height, width]) => {
  const { Tensor } = await import("./ort/ort.wasm.bundle.min.mjs");
  const { session } = await import("./generator.js");
  const input = new Tensor("float32", Float32Array.from(small), [1, 3, height, width]);
  const { pictures } = await (await session(name)).run({ small: input });
  return { values: [...pictures.data], shape: pictures.dims };
}
"""
RESIZE = """
async ([data, width, height, newWidth, newHeight]) => {
  const { bicubic } = await import("./upscaler.js");
  return [...bicubic({ data, width, height }, newWidth, newHeight).data];
}
"""
PASTE = """
(base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
}
"""
DROP = """
([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  if (name) dataTransfer.items.add(new File([bytes], name));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}
"""
SHRINK = """
(sides) => {
  const slider = document.getElementById("side");
  for (const side of sides) {
    slider.value = side;
    slider.dispatchEvent(new Event("change"));
  }
}
"""
ANSWERS = """
() => new Promise((resolve) => {
  const worker = new Worker("enlarge-worker.js", { type: "module" });
  const picture = { data: new Uint8ClampedArray(400).fill(90), width: 10, height: 10 };
  const ids = [];
  worker.onmessage = ({ data: { id } }) => {
    ids.push(id);
    if (id === 3) resolve(ids);
  };
  for (const id of [1, 2, 3]) worker.postMessage({ id, picture, width: 9, height: 9 });
})
"""


def png(picture: np.ndarray) -> bytes:
    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "png")
    return packed.getvalue()


def base64(content: bytes) -> str:
    return b64encode(content).decode()


def shown(page, times: int) -> None:
    """Wait until so many pictures have been enlarged."""
    page.wait_for_function("times => Number(document.body.dataset.drawn) >= times", arg=times)


@pytest.mark.stage("11")
@pytest.mark.parametrize("size", [(13, 22), (1, 5)])
@pytest.mark.parametrize("name", UPSCALERS)
def test_a_network_enlarges_in_the_browser_as_in_pytorch(visit, name, size):
    small = 2 * torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(5)) - 1
    with torch.no_grad():
        wanted = UPSCALERS[name](small)
    made = visit("ring.html").evaluate(RUN, [name, flat(small), *size])
    assert made["shape"] == list(wanted.shape)
    assert np.abs(np.reshape(made["values"], wanted.shape) - wanted.numpy()).max() < 1e-3


@pytest.mark.stage("11")
@pytest.mark.parametrize("size", [(7, 31), (52, 92), (13, 5)], ids=str)
def test_the_page_resizes_as_the_lesson_does(visit, size):
    picture = np.random.default_rng(1).integers(0, 256, (13, 23, 4), np.uint8)
    picture[:4] = 255  # a hard edge, beyond which bicubic interpolation leaves the range
    wanted = data.to_pictures(bicubic(data.to_batch(picture[None, ..., :3]), size))[0]
    made = visit("ring.html").evaluate(RESIZE, [picture.ravel().tolist(), 23, 13, size[1], size[0]])
    made = np.reshape(made, (*size, 4))
    # A value halfway between two may be rounded either way.
    assert np.abs(made[..., :3] - wanted.astype(int)).max() <= 1
    assert (made[..., :3] == wanted).mean() > 0.99 and (made[..., 3] == 255).all()


@pytest.mark.stage("11")
def test_ones_own_picture_is_enlarged_compared_and_kept(visit, output, tmp_path):
    page = visit("enlarge.html", viewport={"width": 1280, "height": 900})
    picture, status = page.locator("#picture"), page.get_by_role("status")
    shown(page, 1)
    expect(status).to_have_text(
        re.compile(r"A drawn face: 128 × 128 pixels, shrunk to 32 × 32; both networks enlarged it to 128 × 128 in \d")
    )
    page.screenshot(path=output / "enlarge-light-1280.png", full_page=True)

    photo = np.asarray(Image.fromarray(FACE).resize((40, 64))).copy()
    (tmp_path / "My face.2.png").write_bytes(png(photo))
    page.get_by_label("Choose a picture").set_input_files(tmp_path / "My face.2.png")
    shown(page, 2)
    expect(status).to_contain_text("My face.2.png: 40 × 64 pixels; both networks enlarged it to 160 × 256")
    expect(page.get_by_role("radio", name="The original")).to_be_disabled()
    expect(picture).to_have_accessible_name(
        "My face.2.png, 160 × 256 pixels. Left of 50 %: bicubic; right of it: with the GAN"
    )

    def kept() -> np.ndarray:
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as PNG").press("Enter")
        assert download.value.suggested_filename == "My face.2-4x.png"
        return np.asarray(Image.open(download.value.path()).convert("RGB")).astype(int)

    accurate, sharp = (enlarge_picture(net, photo).astype(int) for net in UPSCALERS.values())
    assert np.abs(accurate - sharp).max() > 2
    assert np.abs(kept() - sharp).max() <= 1
    before = picture.evaluate(PIXELS)
    page.get_by_role("slider", name="Sharp").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(picture).to_have_accessible_name(re.compile("right of it: mixed, sharp 0.75"))
    assert picture.evaluate(PIXELS) != before
    assert np.abs(kept() - (accurate + 3 * sharp) / 4).max() <= 1.5
    page.get_by_role("slider", name="Boundary").press("End")
    page.get_by_role("radio", name="Bicubic").press("ArrowRight")
    expect(picture).to_have_accessible_name(re.compile("Left of 100 %: squared error"))
    data_url = picture.evaluate(PIXELS).partition(",")[2]
    assert np.abs(np.asarray(Image.open(io.BytesIO(b64decode(data_url))).convert("RGB")) - accurate).max() <= 1
    named = "controls => controls.every((each) => each.labels?.length || each.textContent.trim())"
    controls = page.locator("main :is(input, button)")
    assert controls.count() == 9 and controls.evaluate_all(named)


@pytest.mark.stage("11")
def test_a_large_picture_is_shrunk_first_and_compared_with_itself(visit):
    page = visit("enlarge.html")
    shown(page, 1)
    large = np.zeros((20, 700, 4), np.uint8)  # transparent, so white
    page.evaluate(DROP, ["large.png", base64(png(large))])
    shown(page, 2)
    status = page.get_by_role("status")
    expect(status).to_contain_text(
        "large.png: 700 × 20 pixels, shrunk to 160 × 5; both networks enlarged it to 640 × 20"
    )
    page.get_by_role("radio", name="The original").press("Space")
    page.get_by_role("slider", name="Boundary").press("End")
    pixel = "canvas => [...canvas.getContext('2d').getImageData(300, 10, 1, 1).data]"
    assert page.locator("#picture").evaluate(pixel) == [255, 255, 255, 255]
    page.get_by_role("slider", name="Shrink to").press("Home")
    expect(status).to_contain_text("shrunk to 16 × 1; both networks enlarged it to 64 × 4")
    expect(page.get_by_role("slider", name="Shrink to")).to_have_attribute("aria-valuetext", "16 px")
    page.evaluate(PASTE, base64(png(np.full((3, 2, 3), 80, np.uint8))))
    expect(status).to_contain_text("pasted.png: 2 × 3 pixels; both networks enlarged it to 8 × 12")
    expect(page.get_by_role("radio", name="Bicubic")).to_be_checked()


@pytest.mark.stage("11")
def test_what_is_no_picture_leaves_the_last_one(visit, tmp_path):
    page = visit("enlarge.html")
    shown(page, 1)
    before = page.locator("#picture").evaluate(PIXELS)
    for content in (b"Dear diary", png(FACE)[:60], b""):
        page.evaluate(DROP, ["notes.png", base64(content)])
        expect(page.get_by_role("status")).to_contain_text("notes.png can't be shown: it isn't a picture")
        page.evaluate(DROP, ["", ""])
        expect(page.get_by_role("status")).to_contain_text("That wasn't a file")
    assert (
        page.locator("#picture").evaluate(PIXELS) == before and page.locator("body").get_attribute("data-drawn") == "1"
    )


@pytest.mark.stage("11")
def test_only_the_newest_picture_is_shown(visit):
    page = visit("enlarge.html")
    shown(page, 1)
    pictures = [[f"{side}.png", base64(png(np.full((side, side, 3), 90, np.uint8)))] for side in (2000, 8, 40)]
    page.evaluate(f"pictures => pictures.forEach({DROP.strip()})", pictures)
    shown(page, 2)
    expect(page.get_by_role("status")).to_contain_text("40.png: 40 × 40 pixels; both networks enlarged it to 160")
    assert page.evaluate(ANSWERS) == [3], "the worker doesn't begin with what is outdated"
    page.evaluate(SHRINK, [30, 20, 24])
    shown(page, 3)
    expect(page.get_by_role("status")).to_contain_text("shrunk to 24 × 24; both networks enlarged it to 96 × 96")
    page.wait_for_timeout(300)
    assert page.locator("body").get_attribute("data-drawn") == "3"


@pytest.mark.stage("11")
def test_networks_that_cannot_be_had_are_said_to_be_missing(browser, address):
    page = browser.new_page()
    page.route("**/11-super-resolution-sharp.onnx", lambda route: route.abort())
    page.goto(f"{address}/enlarge.html")
    expect(page.get_by_role("status")).to_contain_text("The networks can't be run here", timeout=WAIT_MS)
    page.close()


@pytest.mark.stage("11")
def test_the_enlarged_picture_holds_on_a_narrow_dark_screen(visit, output):
    page = visit("enlarge.html", viewport={"width": 375, "height": 800}, color_scheme="dark")
    shown(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.screenshot(path=output / "enlarge-dark-375.png", full_page=True)
    for side, shape in enumerate([(160, 20, 3), (20, 160, 3)], start=2):
        page.evaluate(DROP, ["strip.png", base64(png(np.full(shape, 90, np.uint8)))])
        shown(page, side)
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        box = page.locator("#picture").bounding_box()
        assert abs(box["width"] / box["height"] / (shape[1] / shape[0]) - 1) < 0.05 and box["height"] < 400


@pytest.mark.parametrize("name", ["play.html", "ring.html", "enlarge.html"])
def test_links_lead_to_lessons_and_pages_that_exist(name):
    targets = re.findall(r'(?:href|src)="([^"]+)"', (PLAY / name).read_text("utf-8"))
    local = [target for target in targets if not target.startswith(("../", "data:", "ort/"))]
    lessons = [Path(target).stem for target in targets if target.startswith("../course/")]
    assert "../index.html" in targets and len(local) > 3
    assert all((PLAY / target).exists() for target in local)
    assert all((ROOT / "course" / f"{lesson}.ipynb").exists() for lesson in lessons)
