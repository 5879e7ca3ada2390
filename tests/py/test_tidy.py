"""The tidy check: each rule finds its fault, and clean text passes."""

from __future__ import annotations

from pathlib import Path

import pytest

import tidy
from check_subject import bad_subjects
from devtools.function_length import cpp_functions, python_functions
from devtools.vocabulary import banned_words

CPP = """\
// What it is.
#include <vector>
#define BROKEN {
namespace hft {
enum class Kind { none };
struct Reader {
  int next() const noexcept {
    // a brace in a comment {
    return '{' + 1'000;
  }
  std::vector<int> list = {1, 2};
};
template <class T>
auto twice(T value) -> T {
  if (value > 0) {
    return value;
  }
  return [&] { return value; }();
}
Reader::Reader(int a)
    : a_(a) {
}
extern "C" int entry(const char* text) { return *text; }
extern "C" {
void inner() {}
}
}  // namespace hft
"""


def test_cpp_functions_are_found_with_their_lengths() -> None:
    found = {function.name: (function.line, function.length) for function in cpp_functions(CPP)}
    assert found == {
        "next": (7, 4),
        "twice": (13, 7),
        "Reader::Reader": (20, 3),
        "entry": (23, 1),
        "inner": (25, 1),
    }


def test_raw_strings_and_continued_macros_hide_their_braces() -> None:
    text = '#define M(x) \\\n  { x\nint f() {\n  auto s = R"x({{{)x";\n  return 0;\n}\n'
    assert [(f.name, f.line, f.length) for f in cpp_functions(text)] == [("f", 3, 4)]


def test_python_docstrings_are_not_counted() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert [(f.name, f.length) for f in python_functions(text)] == [("f", 2)]


def test_words_of_other_vocabularies_are_found_in_any_style() -> None:
    text = "int last_seq;\nlet x = maxQty;\nauto v = std::memory_order_seq_cst;\nsequence tickets\n"
    text += 'row["seq"]  # a foreign name\n'
    assert [(line, better) for line, _, better in banned_words(text)] == [
        (1, "sequence_number"),
        (2, "size"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.cpp", "// What.\n" + "int x;\n" * 600, "split the file"),
        ("a.cpp", "// What.\n// " + "x" * 98 + "\n", "columns"),
        ("a.cpp", "// What.\nvoid f() {\n" + "  g();\n" * 69 + "}\n", "split it"),
        ("a.py", "# What.\ndef f():\n" + "    g()\n" * 70, "split it"),
        ("a.cpp", "int x;\n", "opens without a comment"),
        ("a.md", "The qty of an order.\n", "the word here is size"),
        ("a.cpp", "// What.\n// TO" + "DO later\n", "finish it"),
        ("a.cpp", "// What.\n#if 0\n#endif\n", "dead code"),
        ("a.cpp", "// What.\nint x;  // NO" + "LINT\n", "say the reason"),
        ("a.py", "# What.\nx = y  # type: " + "ignore\n", "name what is ignored"),
        ("a.txt", "see /wo" + "rk/somewhere\n", "outside the project"),
        ("a.md", "text \n", "white space"),
        ("a.md", "text", "no newline"),
        ("a.bin", "\x00" * (tidy.MOST_BYTES + 1), "out of git"),
    ],
)
def test_each_rule_finds_its_fault(tmp_path: Path, name: str, text: str, problem: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert [p for _, p in tidy.findings(path) if problem in p], list(tidy.findings(path))


def test_clean_files_pass(tmp_path: Path) -> None:
    for name, text in {
        "a.cpp": "// What.\n" + "int x;\n" * 599,
        "b.cpp": "// What.\nvoid f() {\n" + "  g();\n" * 68 + "}\n",
        "c.cpp": "// What.\nint x;  // NOLINT(check): the caller checked it\n",
        "d.py": '"""What."""\nsequence_number = 1\n',
        "__init__.py": "",
    }.items():
        path = tmp_path / name
        path.write_text(text)
        assert list(tidy.findings(path)) == []


def test_commit_subjects() -> None:
    good = ["ring: drop a reader that is lapped", "feed, book: agree on replace", "Revert x"]
    bad = ["Fix stuff", "ring: ends with a full stop.", "ring:no space", "ring: " + "x" * 70]
    assert bad_subjects(good + bad) == bad
