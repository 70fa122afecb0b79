"""PyTorch generators and discriminators, one file an architecture, each built first in a lesson."""
