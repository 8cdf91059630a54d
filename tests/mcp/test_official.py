"""The official client (the package ``mcp``) talks to the process: all is as its schemas have it."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.mcp.talking import NEWEST

if TYPE_CHECKING:
    from mcp import ClientSession


@pytest.fixture(scope="session", autouse=True)
def _library() -> None:
    """The client is there wherever the installed package is tested."""
    if "COOPSEARCH_TEST_INSTALLED" not in os.environ and importlib.util.find_spec("mcp") is None:
        pytest.skip("mcp is not installed")


Talked = Callable[[Callable[["ClientSession"], Awaitable[None]]], None]


@pytest.fixture
def talked(command: Sequence[str], home: dict[str, str], folder: Path) -> Talked:
    """Has a client begin, do something, and end."""
    import anyio
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    first, *rest = command
    server = StdioServerParameters(
        command=first, args=[*rest, "mcp", str(folder / "index_data")], env=home, cwd=folder
    )

    @asynccontextmanager
    async def begun() -> AsyncIterator[ClientSession]:
        async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
            about = await session.initialize()
            assert about.protocolVersion == NEWEST
            assert about.serverInfo.name == "coopsearch"
            assert (about.serverInfo.model_extra or {})["description"]
            assert about.instructions
            yield session

    def run(does: Callable[[ClientSession], Awaitable[None]]) -> None:
        async def main() -> None:
            async with begun() as session:
                await does(session)

        anyio.run(main)

    return run


async def called(session: ClientSession, name: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool. The client holds what comes against the schema of the tool's results."""
    from mcp.types import TextContent

    result = await session.call_tool(name, arguments)
    assert not result.isError, result
    (content,) = result.content
    assert isinstance(content, TextContent)
    value: dict[str, Any] = json.loads(content.text)
    assert result.structuredContent == value
    return value


def test_tools(talked: Talked) -> None:
    """The tools are listed, with what they take and give, and that they only read."""

    async def does(session: ClientSession) -> None:
        await session.send_ping()
        listed = (await session.list_tools()).tools
        assert [tool.name for tool in listed] == ["search", "fetch", "similar", "coverage"]
        for tool in listed:
            assert tool.annotations is not None
            assert tool.annotations.readOnlyHint is True
            assert tool.outputSchema is not None
            assert tool.inputSchema["additionalProperties"] is False

    talked(does)


@pytest.mark.parametrize(
    ("query", "words"),
    [("smuggling routes", "smuggling routes"), ("réfugiés", "réfugiés"), ("تهريب المهاجرين", "شبكات")],
)
def test_calls(talked: Talked, query: str, words: str) -> None:
    """Every tool is called about documents in three languages, and answers as its schema says."""

    async def does(session: ClientSession) -> None:
        found = await called(session, "search", query=query, limit=5)
        best = found["results"][0]
        assert {"id", "title", "url", "text"} <= set(best)
        document = await called(session, "fetch", id=best["id"])
        assert {"id", "title", "text", "url", "metadata"} <= set(document)
        assert words in document["text"]
        assert (await called(session, "similar", id=best["id"]))["total"] >= 0
        assert (await called(session, "coverage"))["indexes"]
        assert (await called(session, "coverage", state="failed"))["total"] == 1

    talked(does)


def test_resources(talked: Talked) -> None:
    """Documents are listed as resources and read by their addresses."""
    from mcp.types import TextResourceContents

    async def does(session: ClientSession) -> None:
        listed = await session.list_resources()
        assert listed.nextCursor is None
        assert len(listed.resources) > 5
        for resource in listed.resources:
            (content,) = (await session.read_resource(resource.uri)).contents
            assert isinstance(content, TextResourceContents)
            assert json.loads(content.text)["title"] == resource.title
        (template,) = (await session.list_resource_templates()).resourceTemplates
        assert "{id}" in template.uriTemplate

    talked(does)


def test_errors(talked: Talked) -> None:
    """Errors of tools and of the protocol reach the client as what they are."""
    from mcp import McpError
    from mcp.types import TextContent
    from pydantic import AnyUrl

    async def does(session: ClientSession) -> None:
        for name, arguments in (
            ("search", {"query": "(("}),
            ("fetch", {"id": "x"}),
            ("similar", {"ID": "x"}),
        ):
            result = await session.call_tool(name, arguments)
            assert result.isError
            assert isinstance(result.content[0], TextContent)
        with pytest.raises(McpError, match="there is no tool 'delete'"):
            await session.call_tool("delete", {})
        with pytest.raises(McpError, match="no document of the index"):
            await session.read_resource(AnyUrl("coopsearch://document/bm9uZQ"))
        with pytest.raises(McpError, match="there is no method 'prompts/list'"):
            await session.list_prompts()
        await session.send_ping()

    talked(does)
