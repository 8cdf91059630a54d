"""An open index as it is served to other programs: questions within bounds, ids of documents, and answers.

`search.web` puts HTTP and pages around it, `search.mcp` the Model Context Protocol.
"""
