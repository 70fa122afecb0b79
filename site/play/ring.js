import { CENTRES, PRESETS, RingGan, modeCoverage } from "./ring-gan.js";

const POINTS = 600;
const EXTENT = 2.8; // of the plane shown, to each side
const CELLS = 40; // of the shading, in each direction
const FRAME_MS = 24; // what training may take of each frame
const TRACK_EVERY = 50; // steps
const ABOUT = {
  collapse: "G learns at a tenth of D's rate. It jumps from cluster to cluster, and loses all but a few within 1,000 steps.",
  cure: "G learns faster, and R1 keeps D flat at real points, so that it can't chase G around: all eight, within 1,000 steps.",
  control: "In lesson 02, where D learns at 0.001, a faster G alone was enough. Is it here, at 0.003? Change one thing at a time.",
  vanishing: "The original, saturating loss: where D is sure, G has hardly any gradient, and its points barely move.",
  wasserstein: "A critic whose gradient is held near norm 1 says how far to go, not only which side is right.",
};
const NUMBERS = ["strength", "rateG", "rateD", "stepsD"];

const by = (id) => document.getElementById(id);
const cells = Float32Array.from({ length: 2 * CELLS * CELLS }, (_, i) => {
  const place = i % 2 ? CELLS - 1 - Math.floor(i / 2 / CELLS) : Math.floor(i / 2) % CELLS;
  return EXTENT * ((2 * place + 1) / CELLS - 1);
});
const shading = new OffscreenCanvas(CELLS, CELLS);
const sigmoid = (d) => 1 / (1 + Math.exp(-d));

let gan, track, losses, running, pending, said;

function settings() {
  const numbers = NUMBERS.map((id) => [id, Number(by(id).value)]);
  return { loss: by("loss").value, penalty: by("penalty").value, ...Object.fromEntries(numbers) };
}

function apply(name) {
  for (const [id, value] of Object.entries(PRESETS[name])) by(id).value = value;
  by("about").textContent = ABOUT[name];
  showSettings();
}

function showSettings() {
  by("stepsD").nextElementSibling.textContent = by("stepsD").value;
  by("strength").disabled = by("penalty").value === "none";
}

function restart() {
  gan = new RingGan(settings(), by("seed").valueAsNumber || 0);
  [track, losses, said] = [[], null, 0];
  measure();
  draw();
}

function measure() {
  const points = gan.generated(POINTS);
  track.push({ step: gan.steps, ...modeCoverage(points) });
  return points;
}

function frame() {
  const end = performance.now() + FRAME_MS;
  do {
    losses = gan.step();
    if (gan.steps % TRACK_EVERY === 0) measure();
  } while (performance.now() < end);
  if (!Number.isFinite(losses.lossD + losses.lossG)) {
    press(false);
    by("status").textContent = `The losses left all bounds at step ${gan.steps}. Start over with smaller rates or a penalty.`;
  }
  draw();
  if (running) pending = requestAnimationFrame(frame);
}

function draw() {
  const { modes, share } = track.at(-1);
  by("steps").textContent = gan.steps.toLocaleString("en");
  by("modes").textContent = `${modes} of ${CENTRES.length}`;
  by("share").textContent = `${Math.round(100 * share)} %`;
  by("loss-d").textContent = losses ? losses.lossD.toFixed(2) : "–";
  by("loss-g").textContent = losses ? losses.lossG.toFixed(2) : "–";
  const text = `Step ${gan.steps}: ${modes} of ${CENTRES.length} clusters covered, ${Math.round(100 * share)} % of the generated points near one`;
  by("plane").setAttribute("aria-label", text);
  by("track").setAttribute("aria-label", `History of ${track.length} measurements. ${text}`);
  if (running && gan.steps - said >= 500) {
    said = gan.steps - (gan.steps % 500);
    by("status").textContent = `${text}.`;
  }
  drawPlane();
  drawTrack();
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["ink", "soft", "line", "accent", "real", "panel"].map((name) => [name, style.getPropertyValue(`--${name}`)]));
}

function drawPlane() {
  const canvas = by("plane");
  const context = canvas.getContext("2d");
  const colour = colours();
  const scale = canvas.width / 2 / EXTENT;
  const place = (x, y) => [canvas.width / 2 + scale * x, canvas.height / 2 - scale * y];

  const image = new ImageData(CELLS, CELLS);
  const opinion = gan.d.forward(cells).at(-1);
  // A critic's outputs have no zero that means anything: theirs are compared with their middle.
  const middle = by("loss").value === "wasserstein" ? (Math.min(...opinion) + Math.max(...opinion)) / 2 : 0;
  opinion.forEach((d, i) => image.data.set([128, 128, 128, 150 * sigmoid(d - middle)], 4 * i));
  shading.getContext("2d").putImageData(image, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(shading, 0, 0, canvas.width, canvas.height);

  context.strokeStyle = colour.real;
  context.lineWidth = 2;
  for (const centre of CENTRES) {
    context.beginPath();
    context.arc(...place(...centre), 0.2 * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = colour.accent;
  const points = gan.generated(POINTS);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = place(points[i], points[i + 1]);
    context.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
}

function drawTrack() {
  const canvas = by("track");
  const context = canvas.getContext("2d");
  const colour = colours();
  const last = Math.max(1000, track.at(-1).step);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const lines = [
    [colour.real, ({ modes }) => modes / CENTRES.length],
    [colour.accent, ({ share }) => share],
  ];
  for (const [stroke, height] of lines) {
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.beginPath();
    for (const each of track)
      context.lineTo((each.step / last) * canvas.width, 4 + (1 - height(each)) * (canvas.height - 8));
    context.stroke();
  }
}

function press(on) {
  running = on;
  by("run").textContent = on ? "Pause" : gan.steps ? "Go on" : "Start";
  cancelAnimationFrame(pending);
  if (on) pending = requestAnimationFrame(frame);
}

by("run").addEventListener("click", () => press(!running));
by("again").addEventListener("click", () => {
  restart();
  press(true);
});
by("controls").addEventListener("submit", (event) => event.preventDefault());
document.querySelector("main").addEventListener("input", ({ target }) => {
  if (target.name === "preset") apply(target.value);
  if (target.name === "preset" || target.id === "seed") {
    restart();
    press(false);
  }
  showSettings();
  gan.settings = settings();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

apply("collapse");
restart();
