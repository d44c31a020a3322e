"""What stands below conditions at the top of a module."""

import sys

try:
    import tomllib
except ImportError:
    tomllib = None

    def load(file):
        raise RuntimeError("no parser for TOML")
else:

    def load(file):
        return tomllib.load(file)


if sys.platform == "win32":

    class Lock:
        def acquire(self):
            return True

elif sys.platform == "darwin":
    Lock = None
else:

    @final
    class Lock:
        """A lock on a file."""

        def __init__(self, path):
            self.path = path

        @contextmanager
        def held(self):
            yield self.path


def outer(path):
    if path:

        def inner():
            return path

        return inner
    return None
