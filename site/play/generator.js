// A shipped network, run by onnxruntime-web from files beside this page.

import * as ort from "./ort/ort.wasm.bundle.min.mjs";

ort.env.wasm.numThreads = 1; // more need headers that a plain file server doesn't send

const sessions = {}; // by a model's name, so that coming back to one takes no time

/** The session of a model of this name. */
export function session(name) {
  const address = new URL(`models/${name}.onnx`, import.meta.url).href;
  return (sessions[name] ??= ort.InferenceSession.create(address));
}

/** The generators that were exported, as tools/export_onnx.py describes them. */
export async function models() {
  return (await fetch(new URL("models/models.json", import.meta.url))).json();
}

/**
 * Opens a generator: a function of latents z, Float32Array (n, latent_dim), of n numbers y for a model with classes, and of
 * one number psi for a model that truncates, that resolves to {pictures: Float32Array (n, channels, size, size), about
 * in [-1, 1], channels, size}.
 */
export async function open(model) {
  const opened = await session(model.name);
  return async (z, y, psi) => {
    const n = z.length / model.latent_dim;
    const inputs = { z: new ort.Tensor("float32", z, [n, model.latent_dim]) };
    if (model.classes.length) inputs.y = new ort.Tensor("int64", BigInt64Array.from(y, BigInt), [n]);
    if (model.truncation) inputs.psi = new ort.Tensor("float32", new Float32Array(n).fill(psi), [n]);
    const { pictures } = await opened.run(inputs);
    const [, channels, size] = pictures.dims;
    return { pictures: pictures.data, channels, size };
  };
}

/** Draws n pictures side by side: one pixel of a picture is one of the canvas, CSS enlarges it. */
export function paint(canvas, { pictures, channels, size }) {
  const n = pictures.length / (channels * size * size);
  const image = new ImageData(n * size, size);
  const plane = size * size;
  for (let i = 0; i < n; i++) {
    for (let place = 0; place < plane; place++) {
      const to = 4 * (Math.floor(place / size) * n * size + i * size + (place % size));
      for (let c = 0; c < 3; c++) {
        image.data[to + c] = 127.5 * (pictures[(i * channels + Math.min(c, channels - 1)) * plane + place] + 1);
      }
      image.data[to + 3] = 255;
    }
  }
  if (canvas.width !== image.width || canvas.height !== size) Object.assign(canvas, { width: image.width, height: size });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
