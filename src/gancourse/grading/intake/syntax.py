"""Python's parser, one thread at a time."""

import ast
from threading import Lock

_parser = Lock()


def parse(source: str, file: str = "<unknown>") -> ast.Module:
    """`ast.parse`, safe in threads: CPython 3.11 counts the depth of a tree in one place for all threads, and raises
    SystemError ("AST constructor recursion depth mismatch") where two of them take turns inside.
    """
    with _parser:
        return ast.parse(source, file)
