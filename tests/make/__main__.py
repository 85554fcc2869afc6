"""Makes anew all that is made of the code: schema, completions, man page, pictures, and the examples in the pages.

Run with `python -m tests.make`. What takes minutes is measured apart: `python -m tests.make.accuracy_table --write` and
`python -m tests.benchmarks --write`.
"""

import subprocess
import sys
from pathlib import Path

from tests.make import completions, man_page, pictures, properties, readme

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/functions.md", "docs/pictures.md", "docs/lessons.md", "docs/zh.md")

for part in (properties, completions, man_page, readme, pictures):
    part.make()
subprocess.run([sys.executable, "-m", "cogapp", "-r", *PAGES], cwd=ROOT, check=True)
