"""The memory of a process that lasts."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

_COUNTED = """
import ctypes, os, sys, threading
from coopsearch.search.cli.heap import keep_one_heap
if sys.argv[1] == "one":
    keep_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
begin = threading.Barrier(4)
def take():
    begin.wait()
    for _ in range(200):
        libc.malloc(ctypes.c_size_t(5000))
threads = [threading.Thread(target=take) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
out = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, out)
libc.fclose.argtypes = [ctypes.c_void_p]
libc.fclose(out)
print(open(sys.argv[2]).read().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has several heaps")
@pytest.mark.parametrize(
    ("how", "given", "one"), [("one", "", True), ("many", "", False), ("one", "3", False)]
)
def test_one_heap(tmp_path: Path, how: str, given: str, one: bool) -> None:
    """All threads take memory from one heap, unless the user said how many there are."""
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    environment |= {"MALLOC_ARENA_MAX": given} if given else {}
    done = subprocess.run(
        [sys.executable, "-c", _COUNTED, how, str(tmp_path / "heaps.xml")],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    assert (int(done.stdout) == 1) is one
