"""How far reading has come: bytes of files, done and in all."""


class Meter:
    """Grows as files are read; `total` stays 0 where there is no telling, as for a pipe."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    @property
    def share(self) -> float:
        """How much has been read, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0
