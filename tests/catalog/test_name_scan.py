"""Names from the cached list, as completion finds them: the same as the whole list says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.documents import Document
from omni_tui.catalog.disk_cache import UnfinishedLoad, append_page, write_cache
from omni_tui.catalog.name_scan import ids_of, names_with
from omni_tui.catalog.table import Table
from tests.examples import examples

ids = st.text("abAB01-_", min_size=1, max_size=5)
names = st.text("abAB é:'\"\\/\u202e😀\n", max_size=8)
lists = st.lists(st.builds(Document, ids, names), max_size=12, unique_by=lambda each: each.identifier)


def written(folder: Path, documents: list[Document]) -> Path:
    path = folder / "x.list"
    write_cache(path, Table(documents), 1.0)
    return path


@given(documents=lists, changed=lists, prefix=names | ids, gone=st.sets(ids))
@examples(150)
def test_it_finds_what_the_list_holds(
    tmp_path_factory: pytest.TempPathFactory,
    documents: list[Document],
    changed: list[Document],
    prefix: str,
    gone: set[str],
) -> None:
    path = written(tmp_path_factory.mktemp("list"), documents)
    table = Table()
    gone -= {each.identifier for each in changed}
    append_page(path, UnfinishedLoad(1.0), table, changed=changed, gone=list(gone))
    now = {each.identifier: each.name for each in [*documents, *changed] if each.identifier not in gone}
    wanted = {
        id_
        for id_, name in now.items()
        if name.casefold().startswith(prefix.casefold()) or (prefix and id_.startswith(prefix))
    }
    found = {each.id: each.name for each in names_with(path, prefix, 100)}
    assert found.items() <= now.items()
    # names are compared by their words first, so a prefix of punctuation alone may find less
    if prefix == "" or prefix.strip("ab AB01"):
        assert found.keys() <= wanted
    else:
        assert found.keys() == wanted


def test_more_than_the_most_share_only_what_all_share(tmp_path: Path) -> None:
    documents = [Document(f"{number:03}", f"Report {number:03}") for number in range(150)]
    path = written(tmp_path, [*documents, Document("x", "Revenue")])
    found = [each.name for each in names_with(path, "re", 10)]
    assert len(found) == 11
    assert {each[:3] for each in found} == {"Rep", "Rev"}
    assert {each.name[:8] for each in names_with(path, "rep", 10)} == {"Report 0", "Report 1"}
    assert len(names_with(path, "", 10)) == 11


def test_the_ids_of_a_name(tmp_path: Path) -> None:
    documents = [
        Document("1", "Sales"),
        Document("2", "Sales 2"),
        Document("3", "SALES"),
        Document("4", "Sales!"),
    ]
    path = written(tmp_path, documents)
    assert sorted(ids_of(path, "sales")) == ["1", "3"]
    assert ids_of(path, "sale") == []


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"version": 3}\n', b"\x00" * 99, b'{"version": 2}\n[]'])
def test_a_damaged_list_has_no_names(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.list"
    path.write_bytes(content)
    assert names_with(path, "a", 9) == []
    assert names_with(tmp_path / "none", "a", 9) == []
