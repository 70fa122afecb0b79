"""Which names a cell's code binds and uses, told without running it."""

import ast
import builtins
import re
import symtable
import warnings
from dataclasses import dataclass

FILE = "<a learner's cell>"
warnings.filterwarnings("ignore", module=re.escape(FILE))  # in threads, catch_warnings would leave them off for good
MAX_WORK = 1_000_000  # symtable compares each name of a scope with each scope inside it
BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parser raises for hostile code, too
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.M)
DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)
ASSIGNED = re.compile(r"^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.M)


@dataclass(frozen=True)
class Names:
    """bound: by def, class, import or assignment at the cell's top level; made: those by def and class;
    free: used anywhere in the cell and bound neither there nor by Python itself."""

    bound: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()


def parse(code: str) -> Names:
    """The names in a code cell; where it isn't Python, also without its magics, those that a search for words finds."""
    for text in dict.fromkeys((code, python(code))):
        try:
            table = symtable.symtable(text, FILE, "exec")
        except BROKEN:
            continue
        tables, work = [table], 0
        for table in tables:
            tables += table.get_children()
            work += len(table.get_identifiers()) * (1 + len(table.get_children()))
        if work > MAX_WORK:
            break
        symbols = tables[0].get_symbols()
        bound = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
        made = {s.get_name() for s in symbols if s.is_namespace()}
        used = {s.get_name() for t in tables for s in t.get_symbols() if s.is_global() and s.is_referenced()}
        return Names(frozenset(bound), frozenset(made), frozenset(used - bound - set(dir(builtins))))
    return sketch(code)


def sketch(code: str) -> Names:
    """The names that code seems to bind, for what can't be parsed."""
    made = frozenset(DEFINED.findall(code))
    return Names(made | frozenset(ASSIGNED.findall(code)), made)


def python(code: str) -> str:
    """The code as IPython's shell takes it: without magics, without an indent that all its lines share."""
    lines = MAGIC.sub(r"\1pass", code).split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)


def additions(code: str, locked: str) -> str:
    """What a learner added to a locked cell: imports, definitions and assignments of names that `locked` doesn't bind.

    Everything else that was changed is left out, and so is all of a cell that isn't Python.
    """
    text = python(code)
    try:
        statements = ast.parse(text, FILE).body
        known = {ast.unparse(node) for node in ast.parse(python(locked), FILE).body}
        lines, taken, kept = text.split("\n"), parse(locked).bound, []
        for node in statements:
            binds = _binds(node)
            if not binds or binds & taken or ast.unparse(node) in known:
                continue
            if isinstance(node, DEFINITIONS):  # with its comments
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                kept += lines[first - 1 : node.end_lineno]
            else:
                kept.append(ast.unparse(node))
    except BROKEN:
        return ""
    return "\n".join(kept)


def _binds(node: ast.stmt) -> set[str]:
    """The names that an import ("*" for all of a module), a definition or an assignment binds."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return set()
