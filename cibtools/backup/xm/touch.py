"""Which names a statement may bind or change, for statements that are not entered.

A name too many makes a value unknown that could be known; a name too few makes us believe a value that is not so. When
in doubt these functions name it.
"""

from __future__ import annotations

import ast
import re

from cibtools.backup.xm.text import STRINGS, tokens


def touched_names(code: str) -> set[str]:
    """Names that a stretch of Python 2 may set or change."""
    plain = tokens().sub(lambda found: "" if found.lastgroup in ("comment", *STRINGS) else found[0], code)
    assigned = re.findall(r"\b([A-Za-z_]\w*)[ \t]*(?:[-+*/%|&^]|//|<<|>>|\*\*)?=(?!=)", plain)
    declared = re.findall(r"\b(?:for|import|as|def|class|del|global)[ \t]+([A-Za-z_][\w, \t]*)", plain)
    changed = re.findall(r"\b([A-Za-z_]\w*)[ \t]*[.\[]", plain)
    listed = [head for head in re.findall(r"^([^=\n]*)=(?!=)", plain, re.MULTILINE) if "," in head]
    several = (name for group in (*declared, *listed) for name in re.findall(r"[A-Za-z_]\w*", group))
    return {*assigned, *changed, *several}


def names_of_target(target: ast.expr) -> set[str]:
    """Names in the target of an assignment, subscripts and attributes included."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def stored_names(statement: ast.stmt) -> set[str]:
    """Names that a statement may bind, anywhere inside."""
    names: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                names |= names_of_target(node)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
            case ast.alias():
                names.add((node.asname or node.name).split(".")[0])
    return names - {"*"}
