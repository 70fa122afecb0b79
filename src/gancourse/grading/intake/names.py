"""Which names a cell's code binds and uses, told without running or compiling it.

Not by Python's own symtable: it takes the square of the number of functions, so that half a megabyte keeps it busy for
many minutes.
"""

import ast
import builtins
import re
import warnings
from dataclasses import dataclass

from gancourse.grading.intake import syntax

FILE = "<a learner's cell>"
warnings.filterwarnings("ignore", module=re.escape(FILE))  # in threads, catch_warnings would leave them off for good
BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parser raises for hostile code, too
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
ADDED = DEFINITIONS | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign
SCOPES = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp  # keep what they bind to themselves
MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.M)
DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)
ASSIGNED = re.compile(r"^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.M)


@dataclass(frozen=True)
class Names:
    """bound: by def, class, import or assignment at the cell's top level; made: those by def and class;
    free: used somewhere in the cell and bound nowhere in it, nor by Python itself."""

    bound: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()


def parse(code: str) -> Names:
    """The names in a code cell; where it isn't Python, also without its magics, those that a search for words finds."""
    try:
        tree, _ = _tree(code)
    except BROKEN:
        return sketch(code)
    bound, made, todo = set(), set(), [*tree.body]
    while todo:
        node = todo.pop()
        bound |= _binds(node)
        if isinstance(node, DEFINITIONS):
            made.add(node.name)
        elif not isinstance(node, SCOPES):
            todo += ast.iter_child_nodes(node)
    used, local = set(), set(dir(builtins))
    for node in ast.walk(tree):
        local |= _binds(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(node.id)
    return Names(frozenset(bound), frozenset(made), frozenset(used - local))


def sketch(code: str) -> Names:
    """The names that code seems to bind, for what can't be parsed."""
    made = frozenset(DEFINED.findall(code))
    return Names(made | frozenset(ASSIGNED.findall(code)), made)


def additions(code: str, locked: str) -> str:
    """What a learner added to a locked cell: imports, definitions and assignments of names that `locked` doesn't bind.

    Everything else that was changed is left out, and so is all of a cell that isn't Python.
    """
    kept = []
    try:
        (tree, text), taken = _tree(code), parse(locked).bound
        known, lines = {ast.unparse(node) for node in _tree(locked)[0].body}, text.split("\n")
        for node in tree.body:
            if not isinstance(node, ADDED) or ast.unparse(node) in known:
                continue
            if not isinstance(node, DEFINITIONS):
                if not taken & set().union(*map(_binds, ast.walk(node))):
                    kept.append(ast.unparse(node))
            elif node.name not in taken:
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                kept += lines[first - 1 : node.end_lineno]  # with its comments
    except BROKEN:
        return ""
    return "\n".join(kept)


def _tree(code: str) -> tuple[ast.Module, str]:
    """The code's tree, and the code as it was parsed: as it is, or else as IPython's shell takes it, without magics and
    without an indent that its lines share. Raises one of BROKEN."""
    try:
        return syntax.parse(code, FILE), code
    except BROKEN:
        lines = MAGIC.sub(r"\1pass", code).split("\n")
        first = next((line for line in lines if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip())]
        text = "\n".join(line.removeprefix(indent) for line in lines)
        return syntax.parse(text, FILE), text


def _binds(node: ast.AST) -> set[str]:
    """The names that a node itself binds, without those inside it; of `import *` only that."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return {node.id}
    return {node.arg} if isinstance(node, ast.arg) else set()
