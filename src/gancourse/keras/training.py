"""A GAN as one `keras.Model`, and the run folder that its training leaves. Lesson 06 builds both.

`GAN` says what a training step is; `fit` calls it; `RunFolder` adds what `gancourse.train.fit` adds on the PyTorch
side: a progress bar, sample sheets, TensorBoard, and a checkpoint after each epoch from which an interrupted run
goes on.
"""

import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from tensorboard.plugins.image import summary_v2 as image_summary
from tensorboard.plugins.scalar import summary_v2 as scalar_summary
from tensorboard.util import lazy_tensor_creator
from tqdm.auto import tqdm

from gancourse import plots, train
from gancourse.keras.losses import discriminator_loss, generator_loss

# PyTorch's compiler, Triton, and TensorFlow bring an LLVM each, and crash once both are loaded: PyTorch does without.
sys.modules.setdefault("triton", None)
# TensorFlow has looked for a GPU before; where there is none, PyTorch would say so in the middle of a lesson.
warnings.filterwarnings("ignore", "CUDA initialization", UserWarning)


@keras.saving.register_keras_serializable("gancourse")
class GAN(keras.Model):
    """Generator and discriminator, trained in turns, and `average`, the moving average of the generator.

    generator: latents (n, latent_dim) to pictures (n, h, w, c) in [-1, 1]; discriminator: pictures to logits (n, 1).
    `fit` takes batches of pictures, or of (pictures, labels). Calling the GAN draws pictures with `average`. A
    subclass with another loss sets `d_loss` and `g_loss`; one with labels, or with augmentation before D, overrides
    `draw` and `score`.
    """

    d_loss = staticmethod(discriminator_loss)  # of real logits and fake logits
    g_loss = staticmethod(generator_loss)  # of fake logits

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int,
        ema_decay: float = 0.995,
        seed: int = 0,
        **options,
    ):
        super().__init__(**options)
        self.generator, self.discriminator = generator, discriminator
        self.average = keras.models.clone_model(generator)
        self.average.set_weights(generator.get_weights())
        self.latent_dim, self.ema_decay, self.seed = latent_dim, ema_decay, seed
        self.noise = keras.random.SeedGenerator(seed)
        self.d_mean, self.g_mean = keras.metrics.Mean("discriminator"), keras.metrics.Mean("generator")
        self.built = True  # its parts are

    def compile(self, g_optimizer: keras.Optimizer, d_optimizer: keras.Optimizer, **options) -> None:
        """Each network has an optimiser of its own. (`jit_compile` was measured: on a CPU it's slower.)"""
        super().compile(optimizer=None, **{"jit_compile": False} | options)
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        g_optimizer.build(self.generator.trainable_variables)
        d_optimizer.build(self.discriminator.trainable_variables)

    @property
    def metrics(self) -> list[keras.Metric]:
        """Means over an epoch; `fit` resets them when the next one begins."""
        return [self.d_mean, self.g_mean]

    def train_step(self, batch) -> dict[str, tf.Tensor]:
        """One step of D, then one of G against the D that has just moved; G draws once for both."""
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(batch)
        z = keras.random.normal((tf.shape(real)[0], self.latent_dim), seed=self.noise)
        with tf.GradientTape() as g_tape:
            fake = self.draw(z, labels)
            with g_tape.stop_recording():  # what happens in D's step is none of G's business
                d_loss = self._train_discriminator(real, fake, labels)
            g_loss = self.g_loss(self.score(fake, labels))
        variables = self.generator.trainable_variables
        self.g_optimizer.apply(g_tape.gradient(g_loss, variables), variables)
        ema_update(self.average, self.generator, self.ema_decay)
        self.d_mean.update_state(d_loss)
        self.g_mean.update_state(g_loss)
        return {"discriminator": d_loss, "generator": g_loss}

    def _train_discriminator(self, real: tf.Tensor, fake: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        with tf.GradientTape() as d_tape:
            d_loss = self.d_loss(self.score(real, labels), self.score(fake, labels))
        variables = self.discriminator.trainable_variables
        self.d_optimizer.apply(d_tape.gradient(d_loss, variables), variables)
        return d_loss

    def draw(self, z: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """G's pictures in a training step."""
        return self.generator(z, training=True)

    def score(self, pictures: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """D's logits in a training step. Real and fake pictures come in separate batches, for batch norm's sake."""
        return self.discriminator(pictures, training=True)

    def call(self, inputs, training: bool = False) -> tf.Tensor:
        return self.average(inputs, training=False)

    def get_config(self) -> dict:
        """What `.keras` files store beside the weights, and what `__init__` needs to make the same GAN again."""
        parts = {"generator": self.generator, "discriminator": self.discriminator}
        numbers = {"latent_dim": self.latent_dim, "ema_decay": self.ema_decay, "seed": self.seed, "name": self.name}
        return {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()} | numbers

    @classmethod
    def from_config(cls, config: dict) -> "GAN":
        parts = ("generator", "discriminator")
        return cls(**config | {name: keras.saving.deserialize_keras_object(config[name]) for name in parts})

    def get_compile_config(self) -> dict:
        optimizers = {"g_optimizer": self.g_optimizer, "d_optimizer": self.d_optimizer}
        return {name: keras.saving.serialize_keras_object(optimizer) for name, optimizer in optimizers.items()}

    def compile_from_config(self, config: dict) -> None:
        self.compile(**{name: keras.saving.deserialize_keras_object(part) for name, part in config.items()})


def ema_update(average: keras.Model, model: keras.Model, decay: float) -> None:
    """Move `average` a little towards `model`: a <- decay * a + (1 - decay) * m, for each trainable weight.

    The others (batch norm's moving statistics) are averages already and are copied, as in `gancourse.train`.
    """
    for a, m in zip(average.weights, model.weights, strict=True):
        a.assign(decay * a + (1 - decay) * m if m.trainable else m)


def as_torch(generator: keras.Model) -> Callable[..., torch.Tensor]:
    """A Keras generator, called as PyTorch's are: z (n, latent_dim), or z and labels, to pictures (n, c, h, w).

    A hundred pictures at a time: at inference each is drawn by itself, and large batches would take gigabytes.
    """

    def draw(z: torch.Tensor, *labels: torch.Tensor) -> torch.Tensor:
        inputs = [part.numpy() for part in (z, *labels)]
        parts = [[tf.constant(part[i : i + 100]) for part in inputs] for i in range(0, len(z), 100)]
        pictures = [generator(part if labels else part[0], training=False).numpy() for part in parts]
        return torch.tensor(np.concatenate(pictures)).permute(0, 3, 1, 2)

    return draw


def sampler(generator: keras.Model, latent_dim: int, classes: int | None = None) -> Callable:
    """A Keras generator as `gancourse.metrics.evaluate` expects it: sample(n, rng) to a PyTorch tensor (n, c, h, w).

    With `classes`, it is called with [latents, labels] of evenly drawn labels, int64 (n,).
    """
    draw = as_torch(generator)

    def sample(n: int, rng: torch.Generator) -> torch.Tensor:
        z = torch.randn(n, latent_dim, generator=rng)
        return draw(z) if classes is None else draw(z, torch.randint(classes, (n,), generator=rng))

    return sample


class RunFolder(keras.callbacks.Callback):
    """Leaves in `folder` what `gancourse.train.fit` leaves, and lets an interrupted `fit` of a `GAN` go on:

        run = RunFolder(folder, sample)
        gan.fit(batches, epochs=8, initial_epoch=run.resume(gan), callbacks=[run], verbose=0,
                shuffle=False)  # `batches` shuffles, and Keras warns otherwise

    `sample()` gives a sheet of pictures, uint8 (n, h, w, c), from fixed latents; it is asked before training and
    after each epoch, and `each_epoch(epoch, pictures, history)` may show how it goes. `history` holds the losses of
    each step. The folder gets `samples/epoch-000.png` etc., `samples.png` (the last), `losses.png`, `metrics.json`,
    TensorBoard events and `checkpoint.safetensors`. `gancourse.train.Diverged` is raised at the first loss that isn't
    finite.
    """

    def __init__(
        self,
        folder: Path,
        sample: Callable[[], np.ndarray],
        each_epoch: Callable[[int, np.ndarray, list[dict[str, float]]], None] | None = None,
    ):
        super().__init__()
        self.folder, self.sample, self.each_epoch = folder, sample, each_epoch
        self.history, self.start, self.seconds = [], 0, 0.0

    def resume(self, gan: GAN) -> int:
        """Restore the GAN from the folder's checkpoint; returns the number of epochs that it has behind it, 0 if none.

        All that training changes comes back: weights, average, optimisers, noise. Only the order of the pictures is
        drawn anew, so a resumed run equals an uninterrupted one but for that. Raises ValueError for another
        training's checkpoint.
        """
        file = self.folder / "checkpoint.safetensors"
        if not file.exists():
            return 0
        try:
            with safe_open(file, "np") as saved:
                facts = {name: json.loads(value) for name, value in saved.metadata().items()}
                stored = {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118 (it isn't a dict)
        except Exception as err:  # what safetensors raises for a damaged file
            raise ValueError(f"{file} is damaged ({err}): start a new run") from err
        losses, state = stored.pop("losses"), _state(gan)
        shapes = {name: tuple(variable.shape) for name, variable in state.items()}
        if facts["seed"] != gan.seed or shapes != {name: array.shape for name, array in stored.items()}:
            raise ValueError(
                f"{file} is another training's checkpoint (seed {facts['seed']}, {len(stored)} variables): go on with "
                "that run's own parameters, or start a new run in an empty folder"
            )
        for name, variable in state.items():
            variable.assign(stored[name])
        self.history = [dict(zip(facts["names"], map(float, step))) for step in losses]
        self.start, self.seconds = facts["epoch"], facts["seconds"]
        return self.start

    def on_train_begin(self, logs=None) -> None:
        (self.folder / "samples").mkdir(parents=True, exist_ok=True)
        if self.start == 0:
            train.write_sheet(self.folder / "samples" / "epoch-000.png", self.sample())
        elif self.start < self.params["epochs"]:
            print(f"Going on after epoch {self.start}, from the checkpoint in this run's folder.")
        # Where PyTorch trained before in this process, TensorBoard took a stand-in for TensorFlow: see gancourse.train.
        image_summary.tf = scalar_summary.tf = lazy_tensor_creator.tf = tf
        self.board = tf.summary.create_file_writer(str(self.folder))
        self.bar = tqdm(total=self.params["epochs"], initial=self.start, leave=False, unit="epoch")

    def on_epoch_begin(self, epoch: int, logs=None) -> None:
        self.epoch, self.began = epoch + 1, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs=None) -> None:
        self.history.append({name: float(value) for name, value in logs.items()})
        train.check_finite(self.history[-1], len(self.history), self.epoch)
        if len(self.history) % 20 == 0:
            self.bar.set_postfix(self.history[-1])

    def on_epoch_end(self, epoch: int, logs=None) -> None:
        """`logs` has the means over the epoch. Keras counts epochs from 0: here they are those behind us."""
        done = epoch + 1
        self.seconds += time.perf_counter() - self.began
        pictures = self.sample()
        train.write_sheet(self.folder / "samples" / f"epoch-{done:03d}.png", pictures)
        with self.board.as_default(step=len(self.history)):
            for name, mean in logs.items():
                tf.summary.scalar(name, mean)
            tf.summary.image("samples", plots.tile(pictures, 8)[None])
        self.board.flush()
        self._save_checkpoint(done)
        train.record_losses(
            self.folder,
            [len(self.history) // done * (i + 1) for i in range(done)],
            self.history,
            seed=self.model.seed,
            train_seconds=round(self.seconds, 1),
            hardware=_hardware(),
            tensorflow=tf.__version__,
        )
        self.bar.update()
        if self.each_epoch:
            self.each_epoch(done, pictures, self.history)

    def on_train_end(self, logs=None) -> None:
        self.bar.close()
        self.board.close()
        train.write_sheet(self.folder / "samples.png", self.sample())
        if self.history:
            figure = plots.losses(self.history)
            figure.savefig(self.folder / "losses.png", dpi=120)
            plt.close(figure)

    def _save_checkpoint(self, epoch: int) -> None:
        temporary = self.folder / "checkpoint.part"
        facts = {"epoch": epoch, "seed": self.model.seed, "seconds": self.seconds, "names": list(self.history[0])}
        tensors = {name: keras.ops.convert_to_numpy(variable) for name, variable in _state(self.model).items()}
        tensors["losses"] = np.array([list(step.values()) for step in self.history])
        save_file(tensors, temporary, metadata={name: json.dumps(value) for name, value in facts.items()})
        temporary.replace(self.folder / "checkpoint.safetensors")


def _state(gan: GAN) -> dict[str, keras.Variable]:
    """All that training changes: weights, moving statistics, noise, metrics, optimisers.

    Named by place alone, since automatic names change from one build to the next.
    """
    variables = [*gan.variables, *gan.g_optimizer.variables, *gan.d_optimizer.variables]
    return {f"{place:03d}": variable for place, variable in enumerate(variables)}


def _hardware() -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    threads = tf.config.threading.get_intra_op_parallelism_threads() or os.cpu_count()
    return f"{threads} CPU threads, {platform.machine()}"
