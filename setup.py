"""The one step of a build that pyproject.toml cannot name: the lexicon's entries become a table.

The table is made by the code that is being built, with NLTK's stemmers, offline. An editable installation
leaves this out: there, as in a checkout, the table is made when it is first asked for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setuptools import setup
from setuptools.command.build_py import build_py

if TYPE_CHECKING:
    Base: Any = object
else:
    Base = build_py

ENTRIES = Path(__file__).resolve().parent / "search" / "translation" / "entries"
TABLE = Path("coopsearch", "search", "translation", "bundled.lexicon")


class WithLexicon(Base):  # type: ignore[misc]
    """Builds the packages, and the table among them."""

    def run(self) -> None:
        """Copy the modules, then have those make the table."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, TABLE)
            code = (
                f"import sys; sys.path.insert(0, {str(Path(self.build_lib).resolve())!r}); "
                "from coopsearch.search.translation.making import make; make(*sys.argv[1:])"
            )
            # Without compiled modules: they would go into the wheel.
            subprocess.run([sys.executable, "-B", "-c", code, str(ENTRIES), str(target)], check=True)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:  # noqa: FBT001, FBT002 - setuptools' own
        """Name the table among what was made."""
        outputs: list[str] = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else [*outputs, str(Path(self.build_lib, TABLE))]


setup(cmdclass={"build_py": WithLexicon})
