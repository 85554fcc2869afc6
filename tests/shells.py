"""Real shells on a pseudo-terminal: what a TAB makes of a line, and all that it offers."""

import os
import re
import shutil
import subprocess
import warnings
from io import StringIO
from pathlib import Path
from typing import Any

import pexpect

COMPLETIONS = Path(__file__).parents[1] / "completions"
PATIENCE = 20  # seconds after which a hang is one
CLEAR, TAB, SHOW, ALL = "\x15", "\t", "\x18p", "\x18a"

# Read at the start, so that nothing is typed before the shell reads key by key, which its prompt tells.
_SETUP = {
    "bash": r"""
        PS1='prompt> '
        bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set completion-query-items 0'
        bind -x '"\C-xp": printf "\n{{%s}}\n" "$READLINE_LINE"'; bind '"\C-xa": insert-completions'
        source "$COMPLETIONS/actcli.bash"
        """,
    "zsh": r"""
        PS1='prompt> '
        fpath=($COMPLETIONS $fpath); autoload -Uz compinit; compinit -u -D; unset zle_bracketed_paste; unsetopt beep
        show() { zle -I; print -r -- "{{$BUFFER}}" }; zle -N show; bindkey '^Xp' show
        zle -C all complete-word _generic; bindkey '^Xa' all
        zstyle ':completion:all::::' completer _all_matches _complete; zstyle ':completion:all:*' insert true
        """,
    "fish": r"""
        function fish_prompt; echo -n 'prompt> '; end
        set -g fish_autosuggestion_enabled 0; set -g fish_greeting
        function show; echo; echo "{{"(commandline)"}}"; commandline -f repaint; end
        bind \cxp show
        source $COMPLETIONS/actcli.fish
        """,
}
_STARTED = {
    "bash": ["--noprofile", "--rcfile", ".setup/.zshrc", "-i"],
    "zsh": ["-d", "-i"],
    "fish": ["--no-config", "--init-command", "source .setup/.zshrc", "-i"],
}


class Shell:
    """One of bash, zsh and fish, with the completion script loaded, in a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder
        self._program = str(shutil.which(name))
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ZDOTDIR": str(folder / ".setup"),  # where zsh looks for .zshrc
            "COMPLETIONS": str(COMPLETIONS),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
        }
        (folder / ".setup").mkdir(parents=True)
        (folder / ".setup" / ".zshrc").write_text(_SETUP[name], encoding="utf-8")
        with warnings.catch_warnings():
            # From Python 3.12 on a fork beside NumPy's threads warns; what is forked here becomes a shell at once.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process: Any = pexpect.spawn(
                self._program,
                _STARTED[name],
                cwd=folder,
                env=self._environment,
                encoding="utf-8",
                timeout=PATIENCE,
                dimensions=(50, 4000),
            )
        self._process.logfile_read = self._screen = StringIO()
        self._process.delaybeforesend = None  # nothing here asks for passwords, whose prompts need that pause
        self._process.expect("prompt> ")

    def tell(self, line: str) -> None:
        """Run a line."""
        self._process.sendline(line + "; echo is''ready")
        self._process.expect("isready\\r\\n.*prompt> ")

    def close(self) -> None:
        """End the shell."""
        self._process.close(force=True)

    def completed(self, line: str) -> str:
        """The line after a TAB at its end."""
        return self._after(line, TAB)

    def typed(self, line: str) -> str:
        """The line as it was typed, which takes what reading and showing it takes."""
        return self._after(line, "")

    def shown(self) -> str:
        """All that the terminal has shown so far."""
        return self._screen.getvalue()

    def offered(self, line: str) -> set[str]:
        """Everything that a TAB at the end of a line would offer, without what its last word has before : or @."""
        start, word = re.findall(r"^(.* )(\S*?[:@])?", line)[0]
        found = self._offered_by_fish(line) if self._name == "fish" else self._after(line, ALL).removeprefix(start)
        return {each.removeprefix(word).removeprefix("@") for each in found.split()} - {""}

    def _after(self, line: str, key: str) -> str:
        self._process.send(CLEAR + line + key + SHOW)
        self._process.expect(r"\{\{([^\r\n]*)\}\}\r\n")
        answer = str(self._process.match[1])
        self._process.expect("prompt> ")  # until then the terminal, and not the shell, takes the key that clears
        return answer

    def _offered_by_fish(self, line: str) -> str:
        ended = subprocess.run(
            [self._program, "--no-config", "-c", 'source $COMPLETIONS/actcli.fish; complete -C "$argv"', line],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
        if ended.stderr:
            raise ValueError(f"a TAB prints {ended.stderr}")
        return re.sub(r"\t.*", "", ended.stdout)
