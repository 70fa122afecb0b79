"""What the test cells of an assignment call: `probe`, inputs drawn from a secret seed, and a helper for each kind of
mistake that the result alone doesn't show.

They run in the learner's process, so they only measure: `gancourse.grading.judge` decides, outside.
"""

from gancourse.checks.chance import equally_likely, odd_latents
from gancourse.checks.networks import Layer, bends, layers, parameter_facts, passed_on
from gancourse.checks.probes import MAX_BYTES, MIME, SEED_VARIABLE, probe, secret_rng, secret_torch
from gancourse.checks.watching import Watch, raised, shared

__all__ = [
    "MAX_BYTES",
    "MIME",
    "SEED_VARIABLE",
    "Layer",
    "Watch",
    "bends",
    "equally_likely",
    "layers",
    "odd_latents",
    "parameter_facts",
    "passed_on",
    "probe",
    "raised",
    "secret_rng",
    "secret_torch",
    "shared",
]
