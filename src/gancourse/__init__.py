"""What the course's notebooks import. Nothing heavy is imported here: `import gancourse` is quick."""

__version__ = "0.1.0"
