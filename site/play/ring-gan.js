// Lesson 02's GAN on a ring of points, from scratch: networks, losses, penalties, Adam and the training step.
// A batch is a Float32Array, row after row. tests/test_play.py compares one step's gradients with PyTorch's.

import { normal, uniform } from "./random.js";

export const LATENT_DIM = 16;
const HIDDEN = 64;
const BATCH = 128;
const BETAS = [0.5, 0.999];
const MODES = 8;
const SPREAD = 0.02;

/** The centres of the modes, on a circle of radius 2. */
export const CENTRES = Array.from({ length: MODES }, (_, k) => [
  2 * Math.cos((2 * Math.PI * k) / MODES),
  2 * Math.sin((2 * Math.PI * k) / MODES),
]);

/** out (n, to) = rows (n, from) times W (from, to), plus b (to) where there is one. */
function times(rows, W, from, to, b) {
  const n = rows.length / from;
  const out = new Float32Array(n * to);
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * to, (i + 1) * to);
    if (b) row.set(b);
    for (let j = 0; j < from; j++) {
      const value = rows[i * from + j];
      if (value !== 0) for (let k = 0, w = j * to; k < to; k++, w++) row[k] += value * W[w];
    }
  }
  return out;
}

/** W^T (to, from) of W (from, to). */
function transposed(W, from, to) {
  return W.map((_, i) => W[(i % from) * to + Math.floor(i / from)]);
}

/** gW (from, to) += a (n, from)^T times b (n, to). */
function addProduct(gW, a, b, from, to) {
  for (let i = 0; i < a.length / from; i++) {
    for (let j = 0; j < from; j++) {
      const value = a[i * from + j];
      if (value !== 0) for (let k = 0, r = i * to, w = j * to; k < to; k++, r++, w++) gW[w] += value * b[r];
    }
  }
}

/** Where `mask` isn't above 0, `values` become 0: ReLU, and the derivative of ReLU. */
function keepWhere(values, mask) {
  for (let i = 0; i < values.length; i++) if (mask[i] <= 0) values[i] = 0;
  return values;
}

/** A multilayer perceptron with ReLU between its linear layers, initialised as PyTorch does. */
export class Net {
  constructor(sizes, random) {
    this.layers = sizes.slice(1).map((to, place) => {
      const from = sizes[place];
      const draw = () => (2 * random() - 1) / Math.sqrt(from);
      const W = Float32Array.from({ length: from * to }, draw);
      const b = Float32Array.from({ length: to }, draw);
      return { from, to, W, b, gW: new Float32Array(from * to), gb: new Float32Array(to) };
    });
  }

  zeroGradients() {
    for (const { gW, gb } of this.layers) {
      gW.fill(0);
      gb.fill(0);
    }
  }

  /** What each layer takes, and what the last one gives: layers + 1 arrays. */
  forward(x) {
    const taken = [x];
    this.layers.forEach(({ W, b, from, to }, place) => {
      const h = times(taken[place], W, from, to, b);
      taken.push(place < this.layers.length - 1 ? keepWhere(h, h) : h);
    });
    return taken;
  }

  /** From the loss's gradient by the output: adds to the layers' gradients, returns that by the input. */
  backward(taken, gradient, learn = true) {
    for (let place = this.layers.length - 1; place >= 0; place--) {
      const { W, gW, gb, from, to } = this.layers[place];
      if (learn) {
        addProduct(gW, taken[place], gradient, from, to);
        for (let i = 0; i < gradient.length; i++) gb[i % to] += gradient[i];
      }
      gradient = times(gradient, transposed(W, from, to), to, from);
      if (place > 0) keepWhere(gradient, taken[place]);
    }
    return gradient;
  }

  /** The gradient of each row's single output by that row, (n, from), and its way through the layers. */
  inputGradient(taken) {
    const way = [new Float32Array(taken.at(-1).length).fill(1)];
    for (let place = this.layers.length - 1; place >= 0; place--) {
      const { W, from, to } = this.layers[place];
      const g = times(way[0], transposed(W, from, to), to, from);
      way.unshift(place > 0 ? keepWhere(g, taken[place]) : g);
    }
    return way;
  }

  /**
   * For a loss that is a function of the input gradient, from its gradient by that: adds to the layers' gradients.
   * ReLU's second derivative is 0, so biases get none, and what was cut off stays so.
   */
  backwardThroughInputGradient(taken, way, gradient) {
    this.layers.forEach(({ W, gW, from, to }, place) => {
      addProduct(gW, gradient, way[place + 1], from, to);
      gradient = times(gradient, W, from, to);
      if (place < this.layers.length - 1) keepWhere(gradient, taken[place + 1]);
    });
  }
}

const sigmoid = (d) => 1 / (1 + Math.exp(-d));
const softplus = (d) => Math.max(d, 0) + Math.log1p(Math.exp(-Math.abs(d)));

// For each loss of D's output d: [value, derivative] for a real point, for a generated one, and for G.
const againstOnes = (d) => [softplus(-d), -sigmoid(-d)];
const againstZeros = (d) => [softplus(d), sigmoid(d)];
const higher = (d) => [-d, -1];
export const LOSSES = {
  "non-saturating": { real: againstOnes, fake: againstZeros, generator: againstOnes },
  saturating: { real: againstOnes, fake: againstZeros, generator: (d) => [-softplus(d), -sigmoid(d)] },
  wasserstein: { real: higher, fake: (d) => [d, 1], generator: higher },
  hinge: {
    real: (d) => (d < 1 ? [1 - d, -1] : [0, 0]),
    fake: (d) => (d > -1 ? [1 + d, 1] : [0, 0]),
    generator: higher,
  },
};

/** Mean loss of a batch of outputs, and its gradient by them. */
function mean(loss, outputs) {
  const gradient = new Float32Array(outputs.length);
  let sum = 0;
  outputs.forEach((d, i) => {
    const [value, derivative] = loss(d);
    sum += value;
    gradient[i] = derivative / outputs.length;
  });
  return [sum / outputs.length, gradient];
}

// For each penalty: [value, derivative by the norm] from the norm of D's gradient at a point.
const PENALTIES = {
  r1: (norm) => [norm ** 2 / 2, norm],
  "gradient penalty": (norm) => [(norm - 1) ** 2, 2 * (norm - 1)],
};

/** Adds strength * penalty on D's gradient at `points` (n, 2) to D's gradients; returns its value. */
function penalise(d, points, kind, strength) {
  const taken = d.forward(points);
  const way = d.inputGradient(taken);
  const inputGradients = way[0];
  const n = inputGradients.length / 2;
  const gradient = new Float32Array(inputGradients.length);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const norm = Math.hypot(inputGradients[2 * i], inputGradients[2 * i + 1]);
    const [value, derivative] = PENALTIES[kind](norm);
    sum += value;
    const share = norm > 0 ? (strength * derivative) / (norm * n) : 0;
    gradient[2 * i] = share * inputGradients[2 * i];
    gradient[2 * i + 1] = share * inputGradients[2 * i + 1];
  }
  d.backwardThroughInputGradient(taken, way, gradient);
  return (strength * sum) / n;
}

/** D's loss on a batch, penalty included; its gradients replace those in D's layers. `shares` place the penalty. */
export function discriminatorLoss(d, real, fake, { loss, penalty, strength }, shares) {
  d.zeroGradients();
  let total = 0;
  for (const [points, part] of [
    [real, LOSSES[loss].real],
    [fake, LOSSES[loss].fake],
  ]) {
    const taken = d.forward(points);
    const [value, gradient] = mean(part, taken.at(-1));
    d.backward(taken, gradient);
    total += value;
  }
  if (penalty === "none") return total;
  const between = (value, i) => shares[i >> 1] * value + (1 - shares[i >> 1]) * fake[i];
  return total + penalise(d, penalty === "r1" ? real : real.map(between), penalty, strength);
}

/** G's loss on what `g.forward` gave; its gradients replace those in G's layers, and D's stay. */
export function generatorLoss(g, d, drawn, { loss }) {
  g.zeroGradients();
  const judged = d.forward(drawn.at(-1));
  const [value, gradient] = mean(LOSSES[loss].generator, judged.at(-1));
  g.backward(drawn, d.backward(judged, gradient, false));
  return value;
}

class Adam {
  constructor(net) {
    this.steps = 0;
    this.slots = net.layers.flatMap(({ W, b, gW, gb }) =>
      [[W, gW], [b, gb]].map(([values, gradient]) => ({
        values,
        gradient,
        m: new Float32Array(values.length),
        v: new Float32Array(values.length),
      })),
    );
  }

  step(rate) {
    this.steps++;
    const [beta1, beta2] = BETAS;
    const size = rate / (1 - beta1 ** this.steps);
    const root = Math.sqrt(1 - beta2 ** this.steps);
    for (const { values, gradient, m, v } of this.slots) {
      for (let i = 0; i < values.length; i++) {
        const derivative = gradient[i];
        m[i] += (1 - beta1) * (derivative - m[i]);
        v[i] += (1 - beta2) * (derivative * derivative - v[i]);
        values[i] -= (size * m[i]) / (Math.sqrt(v[i]) / root + 1e-8);
      }
    }
  }
}

/** A training that goes on step by step. */
export class RingGan {
  /** settings: {loss, penalty, strength, rateG, rateD, stepsD}; all but the seed may change during training. */
  constructor(settings, seed) {
    this.settings = settings;
    this.random = uniform(seed);
    this.normal = normal(this.random);
    this.g = new Net([LATENT_DIM, HIDDEN, HIDDEN, 2], this.random);
    this.d = new Net([2, HIDDEN, HIDDEN, 1], this.random);
    this.adamG = new Adam(this.g);
    this.adamD = new Adam(this.d);
    this.steps = 0;
  }

  latents(n) {
    return Float32Array.from({ length: n * LATENT_DIM }, this.normal);
  }

  real(n) {
    const points = new Float32Array(2 * n);
    for (let i = 0; i < n; i++) {
      const [x, y] = CENTRES[Math.floor(this.random() * MODES)];
      points[2 * i] = x + SPREAD * this.normal();
      points[2 * i + 1] = y + SPREAD * this.normal();
    }
    return points;
  }

  generated(n) {
    return this.g.forward(this.latents(n)).at(-1);
  }

  /** `stepsD` steps of D, then one of G on D's last batch; returns both losses, D's with its penalty. */
  step() {
    const { rateG, rateD, stepsD } = this.settings;
    let drawn, lossD;
    for (let i = 0; i < stepsD; i++) {
      drawn = this.g.forward(this.latents(BATCH));
      const shares = Float32Array.from({ length: BATCH }, this.random);
      lossD = discriminatorLoss(this.d, this.real(BATCH), drawn.at(-1), this.settings, shares);
      this.adamD.step(rateD);
    }
    const lossG = generatorLoss(this.g, this.d, drawn, this.settings);
    this.adamG.step(rateG);
    this.steps++;
    return { lossD, lossG };
  }
}

/** How many modes have a point (n, 2) within `radius`, and the share of such points: lesson 02's `mode_coverage`. */
export function modeCoverage(points, radius = 0.2) {
  const found = new Set();
  let near = 0;
  for (let i = 0; i < points.length; i += 2) {
    const mode = CENTRES.findIndex(([x, y]) => Math.hypot(points[i] - x, points[i + 1] - y) <= radius);
    if (mode >= 0) {
      found.add(mode);
      near++;
    }
  }
  return { modes: found.size, share: near / (points.length / 2) };
}

const COLLAPSE = { loss: "non-saturating", penalty: "none", strength: 0.1, rateG: 3e-4, rateD: 3e-3, stepsD: 1 };
/** What the ring lab offers to try; benchmarks/ring_lab.py trains each with several seeds. */
export const PRESETS = {
  collapse: COLLAPSE,
  cure: { ...COLLAPSE, rateG: 1e-3, penalty: "r1" },
  control: { ...COLLAPSE, rateG: 1e-3 },
  vanishing: { ...COLLAPSE, loss: "saturating" },
  wasserstein: { ...COLLAPSE, loss: "wasserstein", penalty: "gradient penalty", strength: 1, rateG: 1e-3, stepsD: 2 },
};
