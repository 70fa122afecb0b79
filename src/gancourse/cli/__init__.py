"""The `gancourse` command: a file for each kind of user and task."""
