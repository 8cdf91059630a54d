"""The API: what other programs are given over HTTP, as JSON. `openapi.json` describes it."""
