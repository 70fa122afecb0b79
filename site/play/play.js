import { models, open, paint } from "./generator.js";
import { normal, uniform } from "./random.js";

const STOPS = 9;
const WALK_SECONDS = 4;

const by = (id) => document.getElementById(id);
const sliders = () => [...document.querySelectorAll("#directions input")];
const spaced = (name) => name.replaceAll("_", " ");
const percent = (share) => `${Math.round(100 * share)} %`;

let model, draw;
const stale = { picture: false, strip: false };
let drawing = false;
let walking = 0; // when the walk would have begun at A, in ms; 0 for none

/** The latent that belongs to a seed: standard normal numbers. */
function latent(seed) {
  return Float32Array.from({ length: model.latent_dim }, normal(uniform(seed)));
}

/** From a to b on an arc, as lesson 01 walks: on a straight line, latents would be shorter than any in training. */
function between(a, b, t) {
  const dot = a.reduce((sum, value, i) => sum + value * b[i], 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot / (Math.hypot(...a) * Math.hypot(...b)))));
  if (angle < 1e-4) return a;
  return a.map((value, i) => (Math.sin((1 - t) * angle) * value + Math.sin(t * angle) * b[i]) / Math.sin(angle));
}

function moved(z) {
  const result = z.slice();
  sliders().forEach((slider, k) => {
    model.directions[k].forEach((value, i) => (result[i] += slider.valueAsNumber * value));
  });
  return result;
}

function chosenClass() {
  return Number(document.querySelector("#classes input:checked")?.value ?? 0);
}

/** Draws what has changed since; while one thing is being drawn, later wishes are merged into the next. */
async function refresh(parts) {
  Object.assign(stale, parts);
  if (drawing) return;
  drawing = true;
  while (stale.picture || stale.strip) {
    const part = stale.picture ? "picture" : "strip";
    stale[part] = false;
    const [a, b] = ["seed-a", "seed-b"].map((id) => latent(by(id).valueAsNumber || 0));
    const stops = part === "picture" ? [by("walk").valueAsNumber] : Array.from({ length: STOPS }, (_, i) => i / (STOPS - 1));
    const z = new Float32Array(stops.length * model.latent_dim);
    stops.forEach((t, i) => z.set(moved(between(a, b, t)), i * model.latent_dim));
    const drawn = await draw(z, Array(stops.length).fill(chosenClass()), by("psi").valueAsNumber);
    paint(by(part), drawn);
    if (part === "picture") {
      by("size").textContent = `It draws ${drawn.size} × ${drawn.size} pixels, enlarged here.`;
      document.body.dataset.drawn = Number(document.body.dataset.drawn ?? 0) + 1; // benchmarks and tests count
    }
    await new Promise(requestAnimationFrame);
  }
  drawing = false;
}

/** What the picture's label says, and what is read out once a control has come to rest. */
function describe() {
  const name = spaced(model.classes[chosenClass()] ?? "");
  const [a, b] = [by("seed-a").value, by("seed-b").value];
  const text = `${model.title}${name ? `, ${name}` : ""}: ${percent(by("walk").valueAsNumber)} of the way from seed ${a} to seed ${b}`;
  by("picture").setAttribute("aria-label", `Generated picture. ${text}`);
  by("strip").setAttribute("aria-label", `Nine generated pictures on the walk from seed ${a} to seed ${b}`);
  by("status").textContent = `${text}.`;
}

/** Writes a slider's value beside it, for the eye, and into it, for the ear. */
function show(slider) {
  const value = slider.valueAsNumber;
  slider.ariaValueText = slider.id === "walk" ? percent(value) : value.toFixed(slider.step < 0.1 ? 2 : 1);
  slider.nextElementSibling.textContent = slider.ariaValueText;
}

async function choose(next) {
  by("status").textContent = "Loading the generator …";
  let opened;
  try {
    opened = await open(next);
  } catch (error) {
    by("status").textContent = `This generator can't be run here: ${error.message}`;
    return;
  }
  if (offered[by("model").selectedIndex] !== next) return; // another has been chosen meanwhile
  [model, draw] = [next, opened];
  by("about").textContent = model.shows;
  by("limits").textContent = model.limits;
  by("lesson").href = `../course/${model.stage}.html`;
  by("lesson").textContent = `Read lesson ${model.stage.slice(0, 2)}`;
  by("classes").hidden = !model.classes.length;
  by("truncation").hidden = !model.truncation;
  document.querySelector("#classes div").replaceChildren(...model.classes.flatMap(radio));
  document.querySelector("#directions .rows").replaceChildren(...model.directions.map((_, k) => row(k)));
  describe();
  await refresh({ picture: true, strip: true });
}

function radio(name, value) {
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "class", id: `class-${value}`, value });
  input.checked = value === 0;
  const label = Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: spaced(name) });
  const pair = document.createElement("span");
  pair.append(input, label);
  return pair;
}

function row(k) {
  const id = `direction-${k + 1}`;
  const line = Object.assign(document.createElement("div"), { className: "row" });
  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: `Direction ${k + 1}` });
  const slider = Object.assign(document.createElement("input"), { id, type: "range", min: -4, max: 4, step: 0.1, value: 0 });
  const value = Object.assign(document.createElement("span"), { textContent: "0.0", ariaHidden: "true" });
  line.append(label, slider, value);
  return line;
}

function stepWalk(now) {
  if (!walking) return;
  const t = (now - walking) / 1000 / WALK_SECONDS;
  by("walk").value = Math.min(1, t);
  show(by("walk"));
  refresh({ picture: true });
  if (t < 1) requestAnimationFrame(stepWalk);
  else stopWalk();
}

function stopWalk() {
  walking = 0;
  by("go").textContent = "Walk";
  describe();
}

by("go").addEventListener("click", () => {
  if (walking) return stopWalk();
  const from = by("walk").valueAsNumber < 1 ? by("walk").valueAsNumber : 0;
  walking = performance.now() - 1000 * WALK_SECONDS * from;
  by("go").textContent = "Stop";
  requestAnimationFrame(stepWalk);
});

by("new").addEventListener("click", () => {
  for (const id of ["seed-a", "seed-b"]) by(id).value = Math.floor(Math.random() * 1_000_000);
  by("walk").value = 0;
  show(by("walk"));
  describe();
  refresh({ picture: true, strip: true });
});

by("reset").addEventListener("click", () => {
  for (const slider of sliders()) {
    slider.value = 0;
    show(slider);
  }
  describe();
  refresh({ picture: true, strip: true });
});

by("controls").addEventListener("submit", (event) => event.preventDefault());
by("controls").addEventListener("input", ({ target }) => {
  if (target.id === "model") return;
  if (target.type === "range") show(target);
  refresh({ picture: true, strip: target.type !== "range" });
});
by("controls").addEventListener("change", ({ target }) => {
  if (target.id === "model") return choose(offered[target.selectedIndex]);
  describe();
  if (target.closest("#directions, #truncation")) refresh({ strip: true });
});

const offered = await models();
for (const { title } of offered) by("model").add(new Option(title));
const first = Math.max(0, offered.findIndex(({ name }) => name === location.hash.slice(1)));
by("model").selectedIndex = first;
await choose(offered[first]);
