"""`actcli completion`: the script that completes names and options at a TAB, for shells that find no installed one."""

from pathlib import Path

import actcli
from actcli.errors import DataError
from actcli.options import Shell

FILES = {"bash": "actcli.bash", "zsh": "_actcli", "fish": "actcli.fish"}


def completion(shell: Shell) -> bytes:
    """The completion script of SHELL.

    Where a package manager installs actcli, shells find the script by themselves. pipx and uv keep it out of their
    sight: put it where the shell looks, once, and again after an upgrade.

    bash: actcli completion bash > ~/.local/share/bash-completion/completions/actcli; without the package
    bash-completion, name a file that ~/.bashrc sources.

    zsh: actcli completion zsh > ~/.zfunc/_actcli, with fpath+=~/.zfunc before compinit in ~/.zshrc.

    fish: actcli completion fish > ~/.config/fish/completions/actcli.fish
    """
    # The one copy there is: beside the modules of an installed package, in the folder above them of a checkout.
    package = Path(actcli.__file__).parent
    for folder in (package, package.parent):
        path = folder / "completions" / FILES[shell]
        if path.is_file():
            return path.read_bytes()
    raise DataError(f"{FILES[shell]} is missing from the installation", "install actcli anew")
