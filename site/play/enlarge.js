const LONGEST = 160; // pixels of the longer side that the networks are given; more would take long
const SHORTEST = 16;
const VIEWS = { pixels: "its pixels", bicubic: "bicubic", accurate: "squared error", original: "the original" };

const by = (id) => document.getElementById(id);
const worker = new Worker("enlarge-worker.js", { type: "module" });
const result = document.createElement("canvas"); // both networks' pictures mixed: what is downloaded

let original; // the picture that was given: {canvas, name}
let views; // ways to enlarge it, by their names: ImageData of one size
let given = 0; // pictures so far, with those that can't be read
let asked = 0; // what the worker was asked so far

function say(text) {
  by("status").textContent = text;
}

const sides = ({ width, height }) => `${width} × ${height}`;

/** A canvas with a picture drawn over all of it. */
function drawn(picture, width, height, smooth = true) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  Object.assign(context, { imageSmoothingEnabled: smooth, imageSmoothingQuality: "high" });
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);

/** Takes a picture from a file, and enlarges it; another kind of file changes nothing. */
async function take(file, name, side = LONGEST) {
  const turn = ++given;
  let canvas;
  try {
    const picture = await createImageBitmap(file);
    canvas = drawn(picture, picture.width, picture.height);
  } catch {
    return say(`${name} can't be shown: it isn't a picture, or not of a kind that this browser reads. Nothing has changed.`);
  }
  if (turn !== given) return; // another has been given meanwhile
  original = { canvas, name };
  const longer = Math.max(canvas.width, canvas.height);
  Object.assign(by("side"), { min: Math.min(SHORTEST, longer), max: Math.min(LONGEST, longer) });
  by("side").value = side;
  show(by("side"));
  enlarge();
}

/** Has the worker do it; `worker.onmessage` goes on. */
function enlarge() {
  const { canvas, name } = original;
  const scale = by("side").valueAsNumber / Math.max(canvas.width, canvas.height);
  const [width, height] = [canvas.width, canvas.height].map((length) => Math.max(1, Math.round(scale * length)));
  say(`${name}: enlarging ${width} × ${height} pixels …`);
  worker.postMessage({ id: ++asked, picture: pixels(canvas), width, height });
}

worker.onerror = () => say("The networks can't be run here.");
worker.onmessage = ({ data: { id, pictures, seconds, error } }) => {
  if (id !== asked) return;
  if (error) return say(`The networks can't be run here: ${error}`);
  const image = ({ data, width, height }) => new ImageData(data, width, height);
  const { canvas, name } = original;
  const { small, accurate: large } = pictures;
  const pixelated = drawn(drawnFrom(image(small)), large.width, large.height, false);
  views = { pixels: pixels(pixelated), original: pixels(drawn(canvas, large.width, large.height)) };
  for (const way of ["bicubic", "accurate", "sharp"]) views[way] = image(pictures[way]);
  const shrunk = small.width < canvas.width || small.height < canvas.height;
  by("with-original").disabled = !shrunk;
  if (!shrunk && by("with-original").checked) by("with-bicubic").checked = true;
  const first = shrunk ? `${sides(canvas)} pixels, shrunk to ${sides(small)}` : `${sides(small)} pixels`;
  mix();
  say(`${name}: ${first}; both networks enlarged it to ${sides(large)} in ${seconds.toFixed(1)} seconds.`);
  by("download").disabled = false;
  document.body.dataset.drawn = Number(document.body.dataset.drawn ?? 0) + 1; // benchmarks and tests count
};

function drawnFrom(image) {
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Mixes the two networks' pictures, value by value. */
function mix() {
  const { accurate, sharp } = views;
  const share = by("sharp").valueAsNumber;
  const mixed = new ImageData(accurate.width, accurate.height);
  for (let i = 0; i < mixed.data.length; i++) mixed.data[i] = (1 - share) * accurate.data[i] + share * sharp.data[i];
  Object.assign(result, { width: mixed.width, height: mixed.height });
  result.getContext("2d").putImageData(mixed, 0, 0);
  paint();
}

/** What the result is called. */
function mixture() {
  return { 0: "squared error", 1: "with the GAN" }[by("sharp").value] ?? `mixed, sharp ${by("sharp").ariaValueText}`;
}

/** Shows what is compared to the left of the boundary, the result to its right. */
function paint() {
  const canvas = by("picture");
  const { width, height } = result;
  const chosen = document.querySelector("#compare input:checked").value;
  const boundary = Math.round((by("boundary").valueAsNumber / 100) * width);
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    canvas.style.setProperty("--ratio", width / height);
  }
  const context = canvas.getContext("2d");
  context.putImageData(views[chosen], 0, 0);
  context.drawImage(result, boundary, 0, width - boundary, height, boundary, 0, width - boundary, height);
  const line = Math.ceil(width / 400);
  if (0 < boundary && boundary < width) {
    context.fillStyle = "white";
    context.fillRect(boundary - line, 0, line, height);
    context.fillStyle = "black";
    context.fillRect(boundary, 0, line, height);
  }
  by("left").textContent = VIEWS[chosen];
  by("right").textContent = mixture();
  const places = `Left of ${by("boundary").value} %: ${VIEWS[chosen]}; right of it: ${mixture()}`;
  canvas.setAttribute("aria-label", `${original.name}, ${sides(result)} pixels. ${places}`);
}

/** Writes a slider's value beside it, for the eye, and into it, for the ear. */
function show(slider) {
  const written = { side: `${slider.value} px`, sharp: slider.valueAsNumber.toFixed(2), boundary: `${slider.value} %` };
  slider.ariaValueText = slider.nextElementSibling.textContent = written[slider.id];
}

function takeFrom({ files: [file] }) {
  if (!file) return say("That wasn't a file. Save the picture first, then drop the file.");
  by("file").value = ""; // it would go on naming another one
  take(file, file.name);
}

by("file").addEventListener("change", ({ target: { files: [file] } }) => file && take(file, file.name));
document.addEventListener("paste", ({ clipboardData }) => clipboardData.files.length && takeFrom(clipboardData));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  takeFrom(event.dataTransfer);
});

by("controls").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("input", ({ target }) => {
  if (target.type === "range") show(target);
  if (!views) return;
  if (target.id === "sharp") mix();
  else if (target.id === "boundary" || target.name === "compare") paint();
});
by("side").addEventListener("change", enlarge);

for (const kind of ["pointerdown", "pointermove"]) {
  by("picture").addEventListener(kind, (event) => {
    if (!event.buttons || !views) return;
    by("boundary").value = (100 * event.offsetX) / event.target.clientWidth;
    show(by("boundary"));
    paint();
  });
}

by("download").addEventListener("click", () => {
  result.toBlob((blob) => {
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(blob), download: `${original.name.replace(/\.\w+$/, "")}-4x.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
});

for (const id of ["side", "sharp", "boundary"]) show(by(id)); // a browser keeps what they had before a reload
take(await (await fetch("face.png")).blob(), "A drawn face", 32);
