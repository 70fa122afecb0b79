"""The `gancourse` command: `main`, and a file for learners, authors, data and each command of instructors."""
