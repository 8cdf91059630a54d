"""Real nodes answer, can be killed and started again, and nothing of them is left in the end."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import StartCluster, opensearch, request, runs

WHOLE = {"settings": {"number_of_shards": 3, "number_of_replicas": 1}}


def test_a_document_is_found(opensearch_url: str) -> None:
    """The node that all tests share takes an index and a document, and finds it; scripts can be used."""
    request(opensearch_url, "/test_nodes", {"settings": {"number_of_replicas": 0}}, method="PUT")
    try:
        document = {"text": "Smuggling routes across the desert"}
        request(opensearch_url, "/test_nodes/_doc/1?refresh=true", document, method="PUT")
        script = {"source": "_score * params.f", "params": {"f": 2}}
        query = {"script_score": {"query": {"match": {"text": "routes"}}, "script": script}}
        found = request(opensearch_url, "/test_nodes/_search", {"query": query})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]
    finally:
        request(opensearch_url, "/test_nodes", method="DELETE")


def test_three_nodes_of_which_one_is_killed(cluster: StartCluster) -> None:
    """A killed manager is succeeded by another node, comes back with its data, and all ends with `stop`."""
    three = cluster(3)
    three.ask("/kept", WHOLE, method="PUT")
    lines = "".join(f'{{"index": {{"_id": "{number}"}}}}\n{{"n": {number}}}\n' for number in range(50))
    assert not three.ask("/kept/_bulk?refresh=true", lines)["errors"]
    three.wait_for_green()

    lost = three.manager()
    three.kill(lost)
    other = (lost + 1) % 3
    assert three.ask("/kept/_count", node=other)["count"] == 50
    assert three.manager(asked=other) != lost
    shown = opensearch("status", f"--run={three.run}", check=False)
    assert (shown.returncode, shown.stdout.splitlines()[lost].split()[-1]) == (1, "ended")

    three.restart(lost)
    three.wait_for_green(node=lost)
    assert three.ask("/kept/_count", node=lost)["count"] == 50
    assert opensearch("status", f"--run={three.run}").stdout.splitlines()[-1] == "cluster  green"

    log = Path(three.nodes[lost]["log"]).read_text(encoding="utf-8")
    if any(kept.stat().st_size for kept in Path(opensearch("prepare").stdout.strip()).parent.glob("*.jsa")):
        assert log.count("-XX:SharedArchiveFile=") == 2  # both starts were faster ones

    pids = [node["pid"] for node in three.nodes]
    assert all(map(runs, pids))
    three.stop()
    assert not any(map(runs, pids))
    assert not three.run.exists()
