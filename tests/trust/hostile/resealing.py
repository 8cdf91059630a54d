"""Writing pages and columns of an index anew, with right checksums."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coopsearch.search.engines.columns.storage.column_file import BLOCK, PRELUDE, ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter


def _is_sealed(path: Path) -> bool:
    """Say whether a page has its checksum in itself; the others have it in the table."""
    return path.name in {"index.json", "pending.json", "whoosh.json"}


def say(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a page says."""
    value = json.loads(body_of(path))
    change(value)
    put(path, json.dumps(value).encode())


def body_of(path: Path) -> bytes:
    """The JSON of a page, whichever way it is sealed."""
    data = path.read_bytes()
    if path.name == "columns.toc":
        return data[:-10]
    if not _is_sealed(path):
        return data
    value = json.loads(data)
    del value["crc32"]
    return json.dumps(value).encode()


def put(path: Path, text: bytes) -> None:
    """Write the JSON of a page, with its checksum where that is in the page."""
    if path.name == "columns.toc":
        path.write_bytes(b"%b\n%08x\n" % (text, zlib.crc32(text)))
    elif _is_sealed(path):
        body = text.lstrip()[1:]
        path.write_bytes(b'{"crc32":"%08x",%b' % (zlib.crc32(body), body))
    else:
        path.write_bytes(text)


def tables(data: Path) -> None:
    """Let the table of an index agree with the files that it names, whatever they hold by now."""
    if (toc := data / "columns.toc").exists():
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            value = json.loads(body_of(toc))
            for entry in value["segments"]:
                entry["size"], entry["seal"] = _seal(data / entry["name"])
                if entry["deletions"]:
                    entry["deletions_seal"] = _seal(data / entry["deletions"])[1]
            for entry in value["stems"]:
                entry["seal"] = _seal(data / entry["name"])[1]
            for row in (*value["pages"].values(), value["whoosh"]):
                row[1:] = _sums(data / row[0])
            put(toc, json.dumps(value).encode())
    if (page := data / "whoosh.json").exists():
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            value = json.loads(body_of(page))
            for row in (*value["pages"].values(), *value["files"], value["toc"], value["forms"] or []):
                if row:
                    row[1:] = _sums(data / row[0])
            put(page, json.dumps(value).encode())


def _seal(path: Path) -> tuple[int, int]:
    with path.open("rb") as stream:
        head = stream.read(PRELUDE.size)
    return path.stat().st_size, zlib.crc32(head)


def _sums(path: Path) -> list[int]:
    data = path.read_bytes()
    return [len(data), zlib.crc32(data)]


def header_of(path: Path) -> tuple[dict[str, Any], int]:
    """The header of a file of columns, and its length."""
    data = path.read_bytes()
    _, _, length, _, _, _ = PRELUDE.unpack_from(data)
    return json.loads(data[PRELUDE.size : PRELUDE.size + length]), length


def put_columns(path: Path, *, header: bytes | None = None, arrays: dict[str, bytes] | None = None) -> None:
    """Write a file of columns anew: another header of the same length or less, other bytes in its arrays."""
    data = bytearray(path.read_bytes())
    magic, version, length, _, _, size = PRELUDE.unpack_from(data)
    table, _ = header_of(path)
    for name, content in (arrays or {}).items():
        start = table["arrays"][name][1]
        data[start : start + len(content)] = content
    sums_at, count = table["sums"]
    sums = bytearray(4 * count)
    for kind, start, values, first in table["arrays"].values():
        width = int(kind[2:])
        for block in range(-(-values * width // BLOCK)):
            at = start + block * BLOCK
            end = min(at + BLOCK, start + values * width)
            sums[4 * (first + block) : 4 * (first + block) + 4] = zlib.crc32(data[at:end]).to_bytes(
                4, "little"
            )
    data[sums_at : sums_at + 4 * count] = sums
    if header is not None:
        if len(header) > length:
            # The arrays stay where the header says, so a longer one stands for what they hold.
            data[PRELUDE.size :] = header
            length = len(header)
            size = len(data)
        else:
            data[PRELUDE.size : PRELUDE.size + length] = header.ljust(length)
    head = bytes(data[PRELUDE.size : PRELUDE.size + length])
    data[: PRELUDE.size] = PRELUDE.pack(
        magic, version, length, zlib.crc32(head), zlib.crc32(bytes(sums)), len(data)
    )
    del size
    path.write_bytes(bytes(data))


def json_of(value: Any) -> bytes:
    """The JSON of a header as it is written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def rewrite(path: Path, arrays: dict[str, Any]) -> None:
    """Write a file of columns anew with other arrays, of any length."""
    whole = ColumnFile(path)
    header, _ = header_of(path)
    writer = ColumnWriter(path.with_name("rewritten.col"))
    for name in header["arrays"]:
        writer.add(name, arrays[name] if name in arrays else whole[name].all())
    writer.finish(header["meta"])
    writer.path.replace(path)
