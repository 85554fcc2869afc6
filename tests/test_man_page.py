"""The manual page is made of the help, is fresh, and is sound to the formatters that are there."""

import shutil
import subprocess

import pytest

from actcli.help import EXAMPLES, help_of
from tests.make.contexts import contexts
from tests.make.man_page import TARGET, page, roff


def test_the_page_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "python -m tests.make.man_page makes it anew"


def test_every_option_example_and_topic_is_told() -> None:
    lines = page().splitlines()
    for context in contexts():
        for section in help_of(context.command, context).sections:
            for name, _ in section.rows:
                assert f".B {roff(name)}" in lines or f".SS {name}" in lines, name
    for examples in EXAMPLES.values():
        assert all(f".B {roff(example.line)}" in lines for example in examples)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_finds_nothing_to_warn_of() -> None:
    ended = subprocess.run(
        [str(shutil.which("groff")), "-ww", "-man", "-Tascii", "-P-cbou", str(TARGET)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    text = " ".join(ended.stdout.split())
    assert "printf '1 2\\n3 4\\n' | actcli eval tanh" in text
    assert "a decimal comma is not read" in text
