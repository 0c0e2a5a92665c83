"""The lines of keys, in ordinary and in misleading TOML."""

from __future__ import annotations

import tomllib

import pytest

from omni_tui.settings.toml_lines import lines_of_keys

PLAIN = """\
# a comment with ["brackets"] and = and "quotes
["Monday pack"]
format = "pdf" # [not.a.header]
name = 'it = "that"'

["Monday pack".filters]
Status = "complete"
"a.b".c = 1
"""
LONG_VALUES = '''\
["first"]
name = """
["not a header"]
format = "pdf" \\"""
""""
list = [ # with a comment ]
  ["a", "]"],
  { x = 1 },
]
other = \'\'\'
[nor.this]\'\'\'\'
format = "csv"
[ second . "third [x]" ]
a = {b = "[", c = 2}
'''


def test_the_lines_of_headers_and_keys() -> None:
    assert lines_of_keys(PLAIN) == {
        ("Monday pack",): 2,
        ("Monday pack", "format"): 3,
        ("Monday pack", "name"): 4,
        ("Monday pack", "filters"): 6,
        ("Monday pack", "filters", "Status"): 7,
        ("Monday pack", "filters", "a.b"): 8,
        ("Monday pack", "filters", "a.b", "c"): 8,
    }


def test_text_within_values_is_not_a_key() -> None:
    tomllib.loads(LONG_VALUES)
    assert lines_of_keys(LONG_VALUES) == {
        ("first",): 1,
        ("first", "name"): 2,
        ("first", "list"): 6,
        ("first", "other"): 10,
        ("first", "format"): 12,
        ("second",): 13,
        ("second", "third [x]"): 13,
        ("second", "third [x]", "a"): 14,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only this", "a=1", "[a]", "[[a]]\n[[a]]", '"" = 1'])
def test_small_files(text: str) -> None:
    keys = tomllib.loads(text)
    assert {path[0] for path in lines_of_keys(text)} == set(keys)


def test_other_line_breaks_count_the_same() -> None:
    assert lines_of_keys(PLAIN.replace("\n", "\r\n")) == lines_of_keys(PLAIN)


def test_quotes_before_the_quotes_that_end_a_text_belong_to_it() -> None:
    text = "a = \"\"\"x\"\"\"\" # [\"]\nb = '''y'''' # [']\n[c]\n"
    assert set(tomllib.loads(text)) == {"a", "b", "c"}
    assert lines_of_keys(text) == {("a",): 1, ("b",): 2, ("c",): 3}
