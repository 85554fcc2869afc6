"""What users get: builds sdist and wheel, installs the wheel alone in an empty environment, runs everything from there.

Run with `python -m tests.smoke`; needs `build` and `twine`. Ends with an error at the first thing that is not right.
"""

import os
import subprocess
import sys
import tarfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from actcli.help import EXAMPLES

ROOT = Path(__file__).parents[1]

# Under the prefix of the environment: where shells and man look. Each is also what the command prints, if one is named.
SHARED: Mapping[str, str | None] = {
    "share/bash-completion/completions/actcli": "bash",
    "share/zsh/site-functions/_actcli": "zsh",
    "share/fish/vendor_completions.d/actcli.fish": "fish",
    "share/man/man1/actcli.1": None,
}
IN_WHEEL = {"actcli/py.typed", "actcli/render/schema.json", "actcli/completions/_actcli"}
IN_SDIST = {"LICENSE", "README.md", "CHANGELOG.md", "docs/actcli.1", "completions/_actcli", "tests/smoke.py"}


def run(*words: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a program prints; anything but status 0 is an error that shows it."""
    ended = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ended.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\nended with {ended.returncode}:\n{ended.stdout}")
    return ended.stdout


def require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise SystemExit(otherwise)


def built(folder: Path) -> Path:
    """Build the sdist and, from it, the wheel; hand back the wheel."""
    shown = run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    require("warning" not in shown.lower(), shown)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    shown = run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel, cwd=folder)
    require("warning" not in shown.lower(), shown)
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    require(inside >= IN_SDIST, f"the sdist lacks {IN_SDIST - inside}")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    require(names >= IN_WHEEL, f"the wheel lacks {IN_WHEEL - names}")
    strangers = {name for name in names if not name.startswith(("actcli/", "actcli-"))}
    require(not strangers, f"the wheel holds {strangers}")
    return wheel


def installed(wheel: Path, prefix: Path) -> Path:
    """Make an environment with nothing but the wheel and what it needs; hand back its folder of programs."""
    venv.create(prefix, with_pip=True)
    programs = prefix / "bin"
    run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=prefix)
    run(programs / "python", "-m", "pip", "check", cwd=prefix)
    return programs


def run_examples(programs: Path, folder: Path) -> int:
    """Run every example of help from an empty folder; certified digits are an extra, whose error names it."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    lines = [example.line for examples in EXAMPLES.values() for example in examples]
    for line in lines:
        shell: Sequence[str] = ("/bin/bash", "-o", "pipefail", "-c")
        if "--exact" in line:
            shown = run(*shell, f"{line} || test $? = 1", cwd=folder, environment=environment)
            require("pip install 'actcli[exact]'" in shown, shown)
        else:
            run(*shell, line, cwd=folder, environment=environment)
    return len(lines)


def check_shared(programs: Path) -> None:
    """Completions and man page lie under the prefix, and `actcli completion` prints the former."""
    for place, shell in SHARED.items():
        path = programs.parent / place
        require(path.is_file(), f"{place} is not installed")
        if shell is not None:
            printed = run(programs / "actcli", "completion", shell, cwd=programs.parent)
            require(printed == path.read_text(encoding="utf-8"), f"actcli completion {shell} prints something else")


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built(folder)
        programs = installed(wheel, folder / "environment")
        empty = folder / "empty"
        empty.mkdir()
        count = run_examples(programs, empty)
        check_shared(programs)
        run(programs / "python", "-W", "error", "-c", "from actcli import catalog, kernels", cwd=empty)
        sys.stdout.write(f"{wheel.name}: built, checked and installed; {count} examples run\n")


if __name__ == "__main__":
    main()
