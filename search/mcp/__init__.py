"""The Model Context Protocol over standard input and output: an assistant searches, reads and cites.

``coopsearch mcp`` alone loads it. It needs nothing beyond what a search needs: `messages` and `session` are
the protocol, `tools` and `resources` what it offers. What documents say goes out as quoted material, marked
as such.
"""
