"""What a node of OpenSearch is made of: its jars, and the files that the jars lack.

The archives that OpenSearch publishes are not in a package registry, but their jars are in Maven Central. Of
the plug-ins that an archive holds, these are the ones that an index of ours needs. Does not depend on files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final, NamedTuple

VERSION: Final = "2.19.6"
#: The version of log4j-api that the POM of OpenSearch takes; log4j-core has to be of the same.
LOG4J: Final = "2.25.4"
#: The versions of Java that can run it: from 24 on there is no security manager, which 2.x installs.
JAVA: Final = range(11, 24)
#: From this version on, Java installs a security manager only where it is told that it may.
TOLD_FROM: Final = 18
#: Memory for the objects of a node, in the words of Java.
HEAP: Final = "384m"
MAIN: Final = "org.opensearch.bootstrap.OpenSearch"

#: Of what `lib/` is made, as group and artifact and version, with all that these depend on.
LIBRARY: Final = (
    ("org.opensearch", "opensearch", VERSION),
    ("org.opensearch", "opensearch-plugin-classloader", VERSION),
    ("org.apache.logging.log4j", "log4j-core", LOG4J),
)


class Module(NamedTuple):
    """A plug-in that every archive of OpenSearch holds."""

    artifact: str
    """Its name in the group `org.opensearch.plugin`."""
    entry: str
    """The class by which OpenSearch loads it."""
    extends: tuple[str, ...] = ()
    """The modules whose classes it sees, and whose jars must not be in its own folder a second time."""
    permissions: tuple[str, ...] = ()
    """What the security manager lets it do."""


MODULES: Final[Mapping[str, Module]] = {
    "transport-netty4": Module(
        "transport-netty4-client",
        "org.opensearch.transport.Netty4Plugin",
        permissions=(
            'java.io.FilePermission "/proc/sys/net/core/somaxconn", "read"',
            'java.net.SocketPermission "*", "accept,connect"',
            'java.lang.RuntimePermission "*", "setContextClassLoader"',
            'java.lang.RuntimePermission "getClassLoader"',
            'java.util.PropertyPermission "sun.nio.ch.bugLevel", "write"',
        ),
    ),
    "lang-painless": Module(
        "lang-painless",
        "org.opensearch.painless.PainlessPlugin",
        permissions=(
            'java.lang.RuntimePermission "createClassLoader"',
            'java.lang.RuntimePermission "getClassLoader"',
        ),
    ),
    "analysis-common": Module(
        "analysis-common", "org.opensearch.analysis.common.CommonAnalysisPlugin", extends=("lang-painless",)
    ),
    "reindex": Module(
        "reindex-client",
        "org.opensearch.index.reindex.ReindexPlugin",
        extends=("lang-painless",),
        permissions=('java.net.SocketPermission "*", "connect"',),
    ),
}

#: The first two for a start that takes half the processor time and a process that is small.
JVM: Final = (
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-OmitStackTraceInFastThrow",
    "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Djna.nosys=true",
    "-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0", "-Dio.netty.allocator.numDirectArenas=0",
    "-Dlog4j.shutdownHookEnabled=false", "-Dlog4j2.disable.jmx=true", "-Dlog4j2.formatMsgNoLookups=true",
    "-Dopensearch.distribution.type=tar", "-Dopensearch.bundled_jdk=false",
)  # fmt: skip

LOGGING: Final = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""

#: Raised when the files are laid out another way, of which the table above says nothing.
_LAYOUT: Final = 1


def digest(hashes: str) -> str:
    """Return what tells this distribution from another one that was laid out before.

    Args:
        hashes: the list of the jars' hashes.
    """
    wanted = json.dumps([VERSION, LIBRARY, MODULES, _LAYOUT, hashes])
    return hashlib.sha256(wanted.encode()).hexdigest()[:12]


def descriptor(name: str) -> str:
    """Return the `plugin-descriptor.properties` of a module, which its jar lacks."""
    module = MODULES[name]
    extends = f"extended.plugins={','.join(module.extends)}\n" if module.extends else ""
    return (
        f"name={name}\ndescription={name}\nversion={VERSION}\nopensearch.version={VERSION}\n"
        f"java.version={JAVA.start}\nclassname={module.entry}\n{extends}has.native.controller=false\n"
    )


def policy(name: str) -> str:
    """Return the `plugin-security.policy` of a module; empty where it needs none."""
    lines = "".join(f"  permission {permission};\n" for permission in MODULES[name].permissions)
    return f"grant {{\n{lines}}};\n" if lines else ""


def poms() -> dict[str, str]:
    """Return a Maven project by its folder: one around all, one for `lib/`, one for each module."""
    head = '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    whole = "<groupId>local</groupId><artifactId>opensearch-node</artifactId><version>1</version>"
    wanted = {"lib": LIBRARY} | {
        name: (("org.opensearch.plugin", module.artifact, VERSION),) for name, module in MODULES.items()
    }
    parts = "".join(f"<module>{name}</module>" for name in wanted)
    found = {".": f"{head}{whole}<packaging>pom</packaging><modules>{parts}</modules></project>"}
    for name, jars in wanted.items():
        dependencies = "".join(
            f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
            f"<version>{version}</version></dependency>"
            for group, artifact, version in jars
        )
        found[name] = (
            f"{head}<parent>{whole}</parent><artifactId>{name}</artifactId><packaging>pom</packaging>"
            f"<dependencies>{dependencies}</dependencies></project>"
        )
    return found
