"""The GAN in Keras: the same numbers as in PyTorch, what a step moves, saving, and the run folder."""

import copy
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from torch import nn

from gancourse import data, train
from gancourse import losses as torch_losses
from gancourse.data import ImageSet
from gancourse.keras import batches, losses, nets, to_pictures, training
from gancourse.nets import dcgan

pytestmark = pytest.mark.stage("06")

LATENT_DIM = 5


def carried(torch_net: nn.Sequential, keras_net: keras.Sequential) -> keras.Sequential:
    """The PyTorch network's weights and statistics in the Keras one: only the order of the axes differs."""
    coarsest = keras_net.layers[1].output if keras_net.name == "generator" else keras_net.layers[-2].input
    height, width, channels = coarsest.shape[1:]
    theirs = [layer for layer in torch_net if layer.state_dict()]
    ours = [layer for layer in keras_net.layers if layer.weights]
    for a, b in zip(theirs, ours, strict=True):
        weight, *others = (value.numpy() for name, value in a.state_dict().items() if name != "num_batches_tracked")
        if weight.ndim == 4:
            weight = weight.transpose(2, 3, 1, 0)
        elif weight.ndim == 2 and keras_net.name == "generator":
            weight = weight.reshape(channels, height, width, -1).transpose(3, 1, 2, 0).reshape(weight.shape[::-1])
        elif weight.ndim == 2:
            weight = weight.reshape(-1, channels, height, width).transpose(2, 3, 1, 0).reshape(weight.shape[::-1])
        b.set_weights([weight, *others])
    return keras_net


def twins(size: int = 16, channels: int = 4, batch_norm: bool = True):
    """(generator, discriminator) in PyTorch and the same two in Keras, with weights that say something."""
    torch.manual_seed(3)
    theirs = (
        dcgan.dcgan_generator(LATENT_DIM, (3, size, size), channels),
        dcgan.dcgan_discriminator((3, size, size), channels, batch_norm),
    )
    for parameter in [*theirs[0].parameters(), *theirs[1].parameters()]:
        nn.init.normal_(parameter, parameter.mean().round().item(), 0.2)
    ours = (
        nets.dcgan_generator(LATENT_DIM, (size, size, 3), channels),
        nets.dcgan_discriminator((size, size, 3), channels, batch_norm),
    )
    return theirs, tuple(map(carried, theirs, ours))


def pictures(n: int, size: int = 16) -> tuple[torch.Tensor, tf.Tensor]:
    x = torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(n)) * 2 - 1
    return x, tf.constant(x.permute(0, 2, 3, 1).numpy())


def last(x: torch.Tensor) -> np.ndarray:
    """A PyTorch batch with its channels last."""
    return x.detach().permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("size", [16, 28])
def test_the_same_weights_draw_and_judge_alike(size, train):
    (g, d), (keras_g, keras_d) = twins(size)
    g.train(train), d.train(train)
    z = torch.randn(6, LATENT_DIM)
    fake = g(z)
    np.testing.assert_allclose(keras_g(z.numpy(), training=train), last(fake), atol=1e-5)
    np.testing.assert_allclose(keras_d(last(fake), training=train), d(fake).detach(), atol=1e-5)


def test_the_same_logits_give_the_same_losses():
    real, fake = 5 * torch.randn(7, 1), 5 * torch.randn(4, 1) + 2
    d_loss = losses.discriminator_loss(real.numpy(), fake.numpy())
    assert float(d_loss) == pytest.approx(torch_losses.discriminator_loss(real, fake).item(), abs=1e-5)
    g_loss = losses.generator_loss(fake.numpy())
    assert float(g_loss) == pytest.approx(torch_losses.generator_loss(fake).item(), abs=1e-5)


def test_the_same_critic_gets_the_same_penalty_and_the_same_slopes_of_it():
    (_, critic), (_, keras_critic) = twins(batch_norm=False)
    (real, keras_real), (fake, keras_fake) = pictures(5), pictures(5)
    fake, keras_fake = -0.5 * fake, -0.5 * keras_fake
    torch.manual_seed(1)
    penalty = torch_losses.gradient_penalty(critic, real, fake)
    penalty.backward()
    torch.manual_seed(1)
    share = torch.rand(5, 1, 1, 1).numpy()  # the first that the penalty above has drawn
    with tf.GradientTape() as tape:
        keras_penalty = losses.gradient_penalty(keras_critic, keras_real, keras_fake, share)
    assert float(keras_penalty) == pytest.approx(penalty.item(), abs=1e-5, rel=1e-5)
    slope = tape.gradient(keras_penalty, keras_critic.trainable_variables[0])
    theirs = critic[0].weight.grad.numpy().transpose(2, 3, 1, 0)
    np.testing.assert_allclose(slope, theirs, atol=1e-5, rtol=1e-4)


def test_one_training_step_moves_all_weights_as_in_pytorch():
    """`GAN.train_step` against lesson 03's step: logits, losses, and both networks after one step of Adam."""
    (g, d), (keras_g, keras_d) = twins()
    old = copy.deepcopy(g)
    gan = training.GAN(keras_g, keras_d, LATENT_DIM, ema_decay=0.75, seed=4)
    z = torch.from_numpy(np.array(keras.random.normal((6, LATENT_DIM), seed=keras.random.SeedGenerator(4))))
    x, keras_x = pictures(6)
    # Adam's epsilon is added before PyTorch's correction by sqrt(1 - beta2^t) and after Keras's. A large one keeps
    # slopes that are 0 but for rounding from being stretched to whole steps.
    epsilon, rate = 1e-3, 0.01
    options = {"beta_1": 0.5, "beta_2": 0.99, "epsilon": epsilon * np.sqrt(1 - 0.99)}
    gan.compile(keras.optimizers.Adam(rate, **options), keras.optimizers.Adam(rate, **options))
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), rate, betas=(0.5, 0.99), eps=epsilon) for net in (g, d))

    logs = gan.train_step((keras_x, tf.zeros(6)))

    fake = g(z)
    d_loss = torch_losses.discriminator_loss(d(x), d(fake.detach()))
    d_loss.backward()
    opt_d.step()
    opt_g.zero_grad()
    g_loss = torch_losses.generator_loss(d(fake))
    g_loss.backward()
    opt_g.step()
    assert float(logs["discriminator"]) == pytest.approx(d_loss.item(), abs=1e-5)
    assert float(logs["generator"]) == pytest.approx(g_loss.item(), abs=1e-5)
    expected = (
        carried(g, nets.dcgan_generator(LATENT_DIM, (16, 16, 3), 4)),
        carried(d, nets.dcgan_discriminator((16, 16, 3), 4)),
    )
    for net, moved in zip((keras_g, keras_d), expected):
        for ours, theirs in zip(net.weights, moved.weights, strict=True):
            if ours.name != "moving_variance":  # PyTorch stores the unbiased one
                np.testing.assert_allclose(ours, theirs, atol=1e-5, err_msg=ours.path)
    start = carried(old, nets.dcgan_generator(LATENT_DIM, (16, 16, 3), 4))
    for average, before, after in zip(gan.average.weights, start.weights, keras_g.weights, strict=True):
        share = 0.25 if average.trainable else 1.0
        np.testing.assert_allclose(average, (1 - share) * np.asarray(before) + share * np.asarray(after), atol=1e-6)


@pytest.mark.parametrize(("size", "coarsest"), [(8, 4), (28, 7), (32, 4), (64, 4)])
def test_networks_for_every_size(size, coarsest):
    g, d = nets.dcgan_generator(3, (size, size, 2), 2), nets.dcgan_discriminator((size, size, 2), 2)
    assert g.input_shape == (None, 3) and g.output_shape == d.input_shape == (None, size, size, 2)
    assert d.output_shape == (None, 1)
    assert g.layers[1].output.shape[1] == d.layers[-2].input.shape[1] == coarsest
    theirs = dcgan.dcgan_generator(3, (2, size, size), 2), dcgan.dcgan_discriminator((2, size, size), 2)
    for ours, other in zip((g, d), theirs):
        assert sum(w.numpy().size for w in ours.trainable_weights) == sum(p.numel() for p in other.parameters())


@pytest.mark.parametrize("shape", [(32, 28, 3), (20, 20, 3), (7, 7, 1), (6, 6, 1), (33, 33, 3)])
def test_sizes_that_cannot_be_halved_are_refused_as_in_pytorch(shape):
    refused = shape != (20, 20, 3)  # 20 halves to 5
    for build, their_shape in [(nets, shape), (dcgan, (shape[2], *shape[:2]))]:
        if refused:
            with pytest.raises(ValueError, match="must be squares"):
                build.dcgan_discriminator(their_shape, 2)
        else:
            build.dcgan_discriminator(their_shape, 2)


def new_gan(seed: int = 1, size: int = 8, gan=training.GAN):
    keras.utils.set_random_seed(3)
    model = gan(
        nets.dcgan_generator(LATENT_DIM, (size, size, 3), 4), nets.dcgan_discriminator((size, size, 3), 4), 5, seed=seed
    )
    model.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(2e-3, beta_1=0.5))
    return model


def test_a_step_takes_any_batch_and_pictures_without_labels():
    gan = new_gan()
    for n in (3, 7, 2):
        logs = gan.train_step(pictures(n, 8)[1])
        assert np.isfinite([float(value) for value in logs.values()]).all()
    assert gan(tf.zeros((1, LATENT_DIM))).shape == (1, 8, 8, 3)


def test_sampling_moves_nothing():
    gan = new_gan()
    before = [keras.ops.convert_to_numpy(weight) for weight in gan.variables]
    gan(tf.ones((4, LATENT_DIM)))
    assert all(np.array_equal(a, b) for a, b in zip(before, gan.variables, strict=True))


def test_each_compiled_step_draws_new_noise():
    class Recording(training.GAN):
        def draw(self, z, labels):
            self.drawn.assign(z)
            return super().draw(z, labels)

    gan, seen = new_gan(gan=Recording), []
    gan.drawn = tf.Variable(tf.zeros((4, LATENT_DIM)))
    step = tf.function(gan.train_step)
    for _ in range(3):
        step((pictures(4, 8)[1], tf.zeros(4)))
        seen.append(gan.drawn.numpy())
    assert not np.allclose(seen[0], seen[1]) and not np.allclose(seen[1], seen[2])
    assert abs(np.std(seen) - 1) < 0.4


def test_the_keras_file_brings_everything_back(tmp_path):
    gan = new_gan()
    gan.train_step((pictures(4, 8)[1], tf.zeros(4)))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert type(loaded) is training.GAN and (loaded.latent_dim, loaded.ema_decay, loaded.seed) == (5, 0.995, 1)
    for part in ("generator", "discriminator", "average"):
        for a, b in zip(getattr(gan, part).weights, getattr(loaded, part).weights, strict=True):
            assert np.array_equal(a, b)
    for name, rate in [("g_optimizer", 1e-3), ("d_optimizer", 2e-3)]:
        mine, theirs = getattr(gan, name).variables, getattr(loaded, name).variables
        assert all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True)) and int(theirs[0]) == 1
        assert float(getattr(loaded, name).learning_rate) == pytest.approx(rate)


def image_set(n: int = 20) -> ImageSet:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (n, 8, 8, 3), dtype=np.uint8)
    return ImageSet(images, rng.integers(0, 2, n), ("a", "b"), "noise", "train", "drawn")


def trained(folder, epochs: int, seed: int = 1, each_epoch=None):
    """A GAN after `epochs` epochs of 5 steps in `folder`, and its callback."""
    gan = new_gan(seed)
    z = keras.random.normal((8, LATENT_DIM), seed=7)
    run = training.RunFolder(folder, lambda: to_pictures(gan(z)), each_epoch)
    passes = batches(image_set(), 4, shuffle=False)
    gan.fit(passes, epochs=epochs, initial_epoch=run.resume(gan), callbacks=[run], verbose=0, shuffle=False)
    return gan, run


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, capsys):
    whole, whole_run = trained(tmp_path / "whole", 3)
    trained(tmp_path / "broken", 1)
    resumed, run = trained(tmp_path / "broken", 3)
    assert "after epoch 1" in capsys.readouterr().out
    assert len(run.history) == 15 and [*run.history[0]] == ["discriminator", "generator"]
    for a, b in zip(run.history, whole_run.history, strict=True):
        assert a == pytest.approx(b, abs=1e-5)
    for a, b in zip(whole.weights, resumed.weights, strict=True):
        if a.name != "seed_generator_state":
            np.testing.assert_allclose(a, b, atol=1e-5, err_msg=a.path)


def test_what_a_run_leaves(tmp_path):
    shown = []
    _, run = trained(tmp_path, 2, each_epoch=lambda epoch, _, history: shown.append((epoch, len(history))))
    assert sorted(p.name for p in (tmp_path / "samples").iterdir()) == [f"epoch-00{i}.png" for i in range(3)]
    left = {p.name for p in tmp_path.iterdir()}
    assert {"checkpoint.safetensors", "losses.png", "metrics.json", "samples.png"} <= left
    assert list(tmp_path.glob("events.out.tfevents.*")) and not list(tmp_path.glob("*.part"))
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert (metrics["epochs"], metrics["steps"], metrics["seed"]) == (2, 10, 1) and metrics["train_seconds"] > 0
    means = [np.mean([step["generator"] for step in run.history[i : i + 5]]) for i in (0, 5)]
    assert [losses["generator"] for losses in metrics["losses_by_epoch"]] == pytest.approx(means)
    assert shown == [(1, 5), (2, 10)]


def test_a_finished_run_trains_no_further(tmp_path):
    first, _ = trained(tmp_path, 1)
    again, run = trained(tmp_path, 1)
    assert len(run.history) == 5 and int(again.g_optimizer.iterations) == 5
    assert all(np.array_equal(a, b) for a, b in zip(first.average.weights, again.average.weights, strict=True))


def test_another_trainings_checkpoint_is_refused(tmp_path):
    trained(tmp_path, 1)
    with pytest.raises(ValueError, match="another training's checkpoint"):
        trained(tmp_path, 2, seed=2)


def test_a_sampler_for_the_protocol():
    sample = training.sampler(new_gan().generator, LATENT_DIM)
    first, again = (sample(3, torch.Generator().manual_seed(5)) for _ in range(2))
    assert first.shape == (3, 3, 8, 8) and torch.equal(first, again) and first.abs().max() <= 1
    assert data.to_pictures(first).dtype == np.uint8

    asked = []
    conditional = training.sampler(
        lambda inputs, training: asked.append(inputs) or tf.zeros((40, 8, 8, 3)), 2, classes=3
    )
    conditional(40, torch.Generator().manual_seed(0))
    z, labels = asked[0]
    assert z.shape == (40, 2) and sorted(set(labels.numpy())) == [0, 1, 2]


def test_training_stops_at_the_first_loss_that_is_not_finite(tmp_path):
    run = training.RunFolder(tmp_path, lambda: np.zeros((8, 4, 4, 1), np.uint8))
    run.set_params({"epochs": 2})
    run.on_train_begin()
    run.on_epoch_begin(0)
    run.on_train_batch_end(0, {"discriminator": 1.0, "generator": 2.0})
    with pytest.raises(train.Diverged, match="loss 'discriminator' is nan at step 2, in epoch 1"):
        run.on_train_batch_end(1, {"discriminator": np.float32("nan"), "generator": 2.0})
