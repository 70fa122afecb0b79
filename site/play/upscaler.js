// What lesson 11 does to a picture: bicubic resizing, and two networks that enlarge it.

import { Tensor } from "./ort/ort.wasm.bundle.min.mjs";
import { session } from "./generator.js";

export const FACTOR = 4;
const NETWORKS = { accurate: "11-super-resolution", sharp: "11-super-resolution-sharp" };

/** Keys' cubic kernel with a = -1/2. */
function kernel(distance) {
  const t = Math.abs(distance);
  if (t <= 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

/** For each of `to` places in a row: the first of its `from` old places that counts, and the weights from there on. */
function windows(from, to) {
  const scale = from / to;
  const wide = Math.max(1, scale); // when it shrinks, the kernel is as wide as the new pixels
  return Array.from({ length: to }, (_, place) => {
    const middle = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - 2 * wide + 0.5));
    const end = Math.min(from, Math.floor(middle + 2 * wide + 0.5));
    const weights = Array.from({ length: end - first }, (_, i) => kernel((first + i + 0.5 - middle) / wide));
    const sum = weights.reduce((total, weight) => total + weight);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Every row of length `from` resized to `to`, and the picture turned, so that doing it twice resizes both sides. */
function turned(values, from, to, step = 1, offset = 0) {
  const rows = values.length / step / from;
  const result = new Float32Array(to * rows);
  windows(from, to).forEach(({ first, weights }, place) => {
    for (let row = 0; row < rows; row++) {
      const start = (row * from + first) * step + offset;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * values[start + i * step];
      result[place * rows + row] = sum;
    }
  });
  return result;
}

/**
 * A picture {data, width, height}, R, G, B and A in turn as an ImageData has them, resized by bicubic interpolation as
 * `gancourse.nets.resolution.bicubic` does it, and rounded; the result is opaque.
 */
export function bicubic({ data, width, height }, newWidth, newHeight) {
  const result = new Uint8ClampedArray(4 * newWidth * newHeight).fill(255);
  for (let c = 0; c < 3; c++) {
    const plane = turned(turned(data, width, newWidth, 4, c), height, newHeight);
    for (let place = 0; place < plane.length; place++) result[4 * place + c] = plane[place];
  }
  return { data: result, width: newWidth, height: newHeight };
}

/** Loads both networks, which `enlarged` would do as well: for those who want to know how long enlarging takes. */
export async function load() {
  for (const name of Object.values(NETWORKS)) await session(name);
}

/** Lets a network, "accurate" or "sharp", enlarge a picture. */
export async function enlarged(network, { data, width, height }) {
  const opened = await session(NETWORKS[network]);
  const area = width * height;
  const small = Float32Array.from({ length: 3 * area }, (_, i) => data[4 * (i % area) + Math.floor(i / area)] / 127.5 - 1);
  const { pictures } = await opened.run({ small: new Tensor("float32", small, [1, 3, height, width]) });
  const [, , newHeight, newWidth] = pictures.dims;
  const result = new Uint8ClampedArray(4 * newWidth * newHeight).fill(255);
  const plane = newWidth * newHeight;
  pictures.data.forEach((value, i) => (result[4 * (i % plane) + Math.floor(i / plane)] = 127.5 * (value + 1)));
  return { data: result, width: newWidth, height: newHeight };
}
