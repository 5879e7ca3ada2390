"""How long functions are, in C++ and Python, without a compiler.

C++ is read by its braces: a block that opens after `)` (and const, noexcept, a trailing return
type, an initializer list) while only namespaces and types are open is a function. That is enough
for code that clang-format has laid out.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator

TYPE_OR_NAMESPACE = re.compile(r"\b(namespace|class|struct|union|enum)\b[^;()]*$|\bextern\s*$")
FUNCTION = re.compile(
    r"\)\s*(const|noexcept(\([^)]*\))?|override|final|mutable|&&?|requires\b.*|->.*|:.*|\s)*$",
    re.DOTALL,
)
NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")
# Comments and literals, blanked out so that their braces do not count. Raw strings first.
BLANKED = re.compile(
    r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    line: int  # where it begins, from 1
    length: int  # lines, first and last included


def python_functions(text: str) -> Iterator[Function]:
    """Functions of a Python file; the docstring is not counted, it explains and does nothing."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None and first.end_lineno:
                length -= first.end_lineno - first.lineno + 1
            yield Function(node.name, node.lineno, length)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group(0))


def cpp_functions(text: str) -> Iterator[Function]:
    """Functions of a C++ file, those of a class's body included, lambdas counted in their owner."""
    text = PREPROCESSOR.sub(_blank, BLANKED.sub(_blank, text))
    open_blocks: list[tuple[str, int, str]] = []  # kind, line, name
    statement = 0  # where the text before the next brace begins
    for match in re.finditer(r"[{};]", text):
        line = text.count("\n", 0, match.start()) + 1
        if match.group() == "{":
            before = text[statement : match.start()]
            kind = _kind(before, all(kind == "scope" for kind, _, _ in open_blocks))
            begin = line - before.lstrip().count("\n")
            name = NAME.search(before)
            open_blocks.append((kind, begin, name.group(1) if name else "?"))
        elif match.group() == "}" and open_blocks:
            kind, begin, name_of = open_blocks.pop()
            if kind == "function":
                yield Function(name_of, begin, line - begin + 1)
        statement = match.end()


def _kind(before: str, in_scope: bool) -> str:
    if not in_scope:
        return "block"
    if TYPE_OR_NAMESPACE.search(before) or re.match(r"\s*extern [^(]*$", before):
        return "scope"
    return "function" if FUNCTION.search(before) else "block"
