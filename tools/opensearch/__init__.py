"""A real OpenSearch on this machine, for tests and for trying: `python3 dev.py opensearch`.

`distribution.py` says which jars it is made of, `layout.py` has Maven resolve them and lays them out once,
`java.py` finds a Java that fits. `cluster.py` starts, stops and describes the nodes of one folder, with
`node.py` for the files and the process of each and `state.py` for what is noted about them. `guard.py` ends
the nodes of a test run that was killed.
"""
