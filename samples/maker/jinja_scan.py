"""Finds what a file's Jinja calls: ref, source, config and macros, in the order in which dbt would run them.

Nothing is rendered. That is enough as long as calls stand in plain sight, which the samples' files keep to.
"""
import ast
import re
from dataclasses import dataclass

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
HOOK = re.compile(r"""(?:pre|post)_hook=\[?("[^"]*"|'[^']*')""")
NAME = re.compile(r"(?:\b(\w+)\.)?\b(\w+)\(")
MACRO = re.compile(
    r"\{%\s*(?:macro|test)\s+(\w+)\(([^)]*(?:\([^)]*\)[^)]*)*)\)\s*%\}.*?\{%\s*end(?:macro|test)\s*%\}", re.DOTALL
)


@dataclass
class Call:
    namespace: str  # "" where there is none
    name: str
    arguments: str  # the text between the parentheses


def calls(text):
    """Every call in the text's Jinja. Calls inside a hook's string come last, as dbt parses hooks last."""
    hooks = [match.group(1)[1:-1] for match in HOOK.finditer(text)]
    blanked = HOOK.sub(lambda match: match.group(0).replace(match.group(1), " " * len(match.group(1))), text)
    found = [call for tag in TAG.finditer(blanked) for call in calls_between(text, blanked, *tag.span())]
    return found + [call for hook in hooks for call in calls(hook)]


def calls_between(text, blanked, start, end):
    """The calls of one tag: found where hooks' strings are blanked, with their arguments as they are."""
    for match in NAME.finditer(blanked, start, end):
        if text[match.start() - 1] != ".":
            yield Call(match.group(1) or "", match.group(2), text[match.end():closing(text, match.end())])


def closing(code, start):
    """Where the parenthesis that was opened just before `start` is closed."""
    depth, quote = 1, None
    for i in range(start, len(code)):
        char = code[i]
        if quote:
            quote = None if char == quote else quote
        elif char in "\"'":
            quote = char
        else:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return i
    raise ValueError(f"parenthesis without an end: {code}")


def evaluate(arguments, names):
    """A call's positional and keyword arguments as values. Jinja's expressions are close enough to Python's."""
    names = {"true": True, "false": False, "none": None, **names}
    code = f"(lambda *args, **kwargs: (args, kwargs))({arguments.replace('~', '+')})"
    return eval(compile(code, "<jinja>", "eval"), {"__builtins__": {}}, names)  # the samples' own files only


def literal_arguments(arguments):
    """The same without any name being known: an argument that is no constant counts as None."""
    call = ast.parse(f"f({arguments.strip().replace('~', '+')})", mode="eval").body

    def value(node):
        return node.value if isinstance(node, ast.Constant) else None

    return [value(node) for node in call.args], {pair.arg: value(pair.value) for pair in call.keywords}


def macros(text):
    """The macros that a file defines: name, parameter names, text. A generic test `x` is the macro `test_x`."""
    for match in MACRO.finditer(text):
        prefix = "test_" if re.match(r"\{%\s*test", match.group(0)) else ""
        arguments = ast.parse(f"lambda {match.group(2)}: 0", mode="eval").body.args.args
        yield prefix + match.group(1), [argument.arg for argument in arguments], match.group(0)


def output_columns(sql):
    """The columns of the last select that begins at a line's start, one column per line; ["*"] for all of the
    parent's."""
    start = sql.rfind("\nselect\n") + 1
    if start == 0 and not sql.startswith("select\n"):
        return ["*"] if re.search(r"^select \*$", sql, re.MULTILINE) else []
    lines = sql[start:].split("\n")[1:]
    last = next(i for i, line in enumerate(lines) if line.startswith("from "))
    return [re.search(r"(\w+),?$", line).group(1) for line in lines[:last]]
