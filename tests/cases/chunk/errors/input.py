import os


def whole(a, b):
    return a + b


def broken(:
    return os.path.join("a"

<<<<<<< HEAD
class Left:
    def one(self):
        return 1
=======
class Right:
    def two(self):
        return 2
>>>>>>> other


class After:
    """Comes through unharmed."""

    def three(self):
        return 3
