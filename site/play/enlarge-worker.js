// Shrinks and enlarges for enlarge.js, which stays awake meanwhile. A task that a newer one has followed is given up.

import { bicubic, enlarged, FACTOR, load } from "./upscaler.js";

let newest;
let turn = Promise.resolve();

onmessage = ({ data: task }) => {
  newest = task;
  turn = turn.then(() => work(task));
};

async function work(task) {
  const outdated = async () => {
    await new Promise((resolve) => setTimeout(resolve)); // lets messages in
    return task !== newest;
  };
  if (await outdated()) return;
  try {
    const small = bicubic(task.picture, task.width, task.height);
    const pictures = { small, bicubic: bicubic(small, FACTOR * small.width, FACTOR * small.height) };
    await load();
    const began = performance.now();
    for (const network of ["accurate", "sharp"]) {
      pictures[network] = await enlarged(network, small);
      if (await outdated()) return;
    }
    postMessage({ id: task.id, pictures, seconds: (performance.now() - began) / 1000 });
  } catch (error) {
    postMessage({ id: task.id, error: error.message });
  }
}
