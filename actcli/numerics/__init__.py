"""The arithmetic and the hand-written NumPy kernels of the functions, a file per family; right for finite x."""

import numpy as np

# glibc hands memory back after every temporary, and the system clears it anew for the next: two thirds of the time.
# Once a large array has been freed it keeps what is twice as large.
np.empty(1 << 19)
