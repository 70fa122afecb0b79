"""The course's settings, for nbgrader when it runs in this folder: Assignment List does, to fetch and submit."""

load_subconfig("../nbgrader_config.py")  # noqa: F821 - traitlets provides it
