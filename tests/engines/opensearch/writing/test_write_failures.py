"""Whatever goes wrong while documents are written: none is lost that was committed, none is there twice."""

from __future__ import annotations

import json

import pytest

from coopsearch.search import schema
from coopsearch.search.engines import engine
from coopsearch.search.engines.nodes import Everything, Group
from coopsearch.search.engines.opensearch.cluster import bulk
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import IndexUnwritable
from tests.cluster import request
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.failing import Make, one_line, opened
from tests.engines.opensearch.tls_proxy import Fault, TlsProxy


def busy(body: bytes) -> bytes:
    """Return an answer to a bulk request of which every third line was refused for want of time."""
    value = json.loads(body)
    for item in value["items"][::3]:
        (answer,) = item.values()
        answer.clear()
        answer.update(status=429, error={"type": "rejected_execution_exception", "reason": "full"})
    return json.dumps(value | {"errors": True}).encode()


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("_bulk", status=429, times=2), Fault("_bulk", status=503, times=2)],
        [Fault("_bulk", rewrite=busy, times=2)],
        [Fault("_bulk", cut="before")],
        [Fault("_bulk", cut="within"), Fault("_bulk", cut="after", times=2)],
        [Fault("_bulk", status=413, larger=20_000, times=None)],
        [
            Fault("_refresh", status=503),
            Fault("_doc/state", cut="after", after=1),
            Fault("_search", status=429),
        ],
    ],
    ids=["busy", "lines", "lost", "answer-lost", "large", "others"],
)
def test_faults_while_writing(
    faults: list[Fault], make: Make, opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong for a while, every document is there once, and none is lost."""
    monkeypatch.setattr(bulk, "_BYTES", 60_000)
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url)
        proxy.faults[:] = faults
        with engine("opensearch").writer(folder) as writer:
            writer.delete_file("b.txt")
            for number in range(60):
                writer.add(analysed(f"c{number}.txt", f"boats {number} " + "harbour " * 30))
            writer.commit()
        proxy.faults.clear()
        with engine("opensearch").open(folder) as reader:
            assert reader.documents == reader.search(Everything(), 0).total == 61
            assert reader.search(Group(schema.WORDS, (("boats", 1.0),)), 0).total == 61
        place = read_place(folder)
        request(opensearch_url, f"/{place.name}/_refresh", {})
        assert not engine("opensearch").verify(folder).damages


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("_bulk", status=413, times=None), "takes no request of .* bytes, which c.txt needs; raise"),
        (
            Fault(
                "_bulk", status=403, times=None,
                body=b'{"error": {"type": "cluster_block_exception", "reason": "disk usage exceeded"}}',
            ),
            "takes nothing more into .*: disk usage exceeded; make room on its disks",
        ),
        (Fault("_bulk", status=403, times=None), "does not allow whoever gives no name to write"),
        (Fault("_doc/state.if_seq_no", status=409, times=None), "somebody else wrote .* run it again"),
    ],
    ids=["large", "full", "forbidden", "others"],
)  # fmt: skip
def test_what_cannot_be_written(fault: Fault, words: str, make: Make, opensearch_url: str) -> None:
    """It is told in one line, and the last state stands."""
    with TlsProxy(opensearch_url) as proxy:
        folder = make(proxy.url)
        with engine("opensearch").writer(folder) as writer:
            writer.add(analysed("c.txt", "boats"))
            proxy.faults[:] = [fault]
            with pytest.raises(IndexUnwritable, match=words) as told:
                writer.commit()
            one_line(told.value)
            proxy.faults.clear()
        assert opened(folder) == ["boats", "harbours"]
        with engine("opensearch").writer(folder) as writer:
            writer.add(analysed("c.txt", "boats too"))
            writer.commit()
        assert opened(folder) == ["boats", "boats too", "harbours"]
