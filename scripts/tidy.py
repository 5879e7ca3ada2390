#!/usr/bin/env python3
"""What no formatter checks: lengths, words, leftovers, openings, places outside the project.

    python3 scripts/tidy.py [FILE...]

Prints one line per finding, `FILE:LINE: problem; remedy`, and exits with 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from devtools.function_length import cpp_functions, python_functions
from devtools.shell import ROOT, tracked_files
from devtools.vocabulary import banned_words

Finding = tuple[int, str]  # line, problem and remedy
Rule = Callable[[Path, str], Iterator[Finding]]

MOST_LINES_OF_FILE = 600
MOST_LINES_OF_FUNCTION = 70
MOST_COLUMNS = 100
MOST_BYTES = 512 * 1024

CPP = frozenset({".hpp", ".cpp"})
CODE = CPP | {".py", ".pyi"}
PROSE = frozenset({".md"})
TEXT = CODE | PROSE | {".txt", ".toml", ".yaml", ".yml", ".sh", ".pml", ".json", ".in"}

NAME_THE_WORDS = frozenset({"GLOSSARY.md", "vocabulary.py", "test_tidy.py"})

# Spelled so that this file passes its own rule.
LEFTOVERS = {
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b": "finish it, or open an issue and name it here",
    r"^\s*#\s*if 0\b": "delete the dead code; git remembers it",
    r"\bbreak" r"point\(\)|\bpdb\b|^\s*print\(f?[\"']DEB" r"UG": "delete the leftover debugging",
    r"NOLINT(?!.*(:|--| because ))": "say the reason on the line: // NOLINT(check): reason",
    r"#\s*type:\s*ignore(?!\[)": "name what is ignored: # type: ignore[code]",
    r"^(<{7}|>{7}) ": "resolve the merge",
}
OUTSIDE = re.compile(r"/wor" r"k/|\.lib" r"rary\b")


def too_long_file(path: Path, text: str) -> Iterator[Finding]:
    """All but stubs: one describes one module, and is as long as that has names."""
    lines = text.count("\n")
    if path.suffix in CODE - {".pyi"} and lines > MOST_LINES_OF_FILE:
        yield 1, f"{lines} lines; split the file, {MOST_LINES_OF_FILE} are the most"


def too_long_lines(path: Path, text: str) -> Iterator[Finding]:
    if path.suffix not in CODE:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MOST_COLUMNS and "http" not in line:
            yield number, f"{len(line)} columns; {MOST_COLUMNS} are the most"


def too_long_functions(path: Path, text: str) -> Iterator[Finding]:
    if path.suffix in CPP:
        functions = cpp_functions(text)
    elif path.suffix == ".py":
        functions = python_functions(text)
    else:
        return
    for function in functions:
        if function.length > MOST_LINES_OF_FUNCTION:
            yield (
                function.line,
                f"{function.name} has {function.length} lines; split it, "
                f"{MOST_LINES_OF_FUNCTION} are the most",
            )


def no_opening(path: Path, text: str) -> Iterator[Finding]:
    """A file opens with what it is; an empty __init__.py has nothing to say."""
    openings = ("//", "#", '"""', "/*")
    if path.suffix in CODE and text.strip() and not text.lstrip().startswith(openings):
        yield 1, "opens without a comment; say in one to five lines what it is and why it is so"


def words(path: Path, text: str) -> Iterator[Finding]:
    if path.suffix not in CODE | PROSE or path.name in NAME_THE_WORDS:
        return
    for line, name, better in banned_words(text):
        yield line, f"{name}: the word here is {better} (docs/GLOSSARY.md)"


def leftovers(path: Path, text: str) -> Iterator[Finding]:
    if path.suffix not in TEXT:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, remedy in LEFTOVERS.items():
            if re.search(pattern, line):
                yield number, f"{line.strip()[:40]}: {remedy}"


def places_outside(_path: Path, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if OUTSIDE.search(line):
            yield number, "names a place outside the project; tests find theirs by HFT_SHARED"


def whitespace(path: Path, text: str) -> Iterator[Finding]:
    if path.suffix not in TEXT:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line; remove it"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end of the file; add one"


RULES: tuple[Rule, ...] = (
    too_long_file,
    too_long_lines,
    too_long_functions,
    no_opening,
    words,
    leftovers,
    places_outside,
    whitespace,
)


def findings(path: Path) -> Iterator[Finding]:
    """Everything the rules find in one file; a file that is not text has only its size."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        yield 1, f"{size} bytes; keep files above {MOST_BYTES} out of git"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for rule in RULES:
        yield from rule(path, text)


def main(argv: list[str]) -> int:
    paths = [Path(name).resolve() for name in argv[1:]] or tracked_files()
    count = 0
    for path in paths:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for line, problem in findings(path):
            print(f"{name}:{line}: {problem}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
