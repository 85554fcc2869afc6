"""Work on block after block by several cores, answers in the order of the blocks."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Answer = TypeVar("Answer")

_AHEAD = 2  # blocks a core that wait to be fetched: more would only fill memory


def in_order(work: Callable[[Block], Answer], blocks: Iterable[Block]) -> Iterator[Answer]:
    """Answer each block, a few of them at a time: NumPy works on arrays without holding the interpreter.

    An error of `work` or of the blocks comes after the answers before it.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    coming = iter(blocks)
    with ThreadPoolExecutor(cores) as pool:
        waiting: deque[Future[Answer]] = deque()
        fault: Exception | None = None
        while fault is None:
            try:
                waiting.append(pool.submit(work, next(coming)))
            except StopIteration:
                break
            except Exception as error:  # raised below, when its turn has come
                fault = error
            if len(waiting) > _AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if fault is not None:
            raise fault
