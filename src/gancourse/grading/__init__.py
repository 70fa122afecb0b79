"""Releasing, judging and checking assignments on top of nbgrader."""
