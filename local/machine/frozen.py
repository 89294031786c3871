"""Exempts all that this process has imported from garbage collection.

The process that starts modules imports it last. A collection writes to each object that it looks at: in a copy of that process,
it would copy nearly all of its memory, which is 50 MB for each program of a stack.
"""

import gc

gc.freeze()
