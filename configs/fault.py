"""What goes wrong anywhere above the sound, said so that a person can act."""


class Fault(Exception):
    """A fault with a stable code. Never holds speech, a transcript or a person's name."""

    def __init__(self, code: str, said: str, remedy: str = "", *, retry: bool = False) -> None:
        super().__init__(f"{said} {remedy}".strip())
        self.code = code
        """Stable, kebab-case, such as "scenario-key-unknown"."""
        self.said = said
        """What was expected and what came, one sentence."""
        self.remedy = remedy
        """What to do, one sentence; "" when nothing can be done."""
        self.retry = retry
        """True when the same call may go through later."""


class PlacedFault(Fault):
    """A fault of a file that people write, with its place in it."""

    def __init__(self, code: str, where: str, said: str, remedy: str, *, keys: str) -> None:
        super().__init__(code, f"{where}: {said}", remedy)
        self.keys = keys
        """Where, such as "objections #2 > by_turn"; "" for the file as a whole."""
        self.here = said
        """What was expected and what came, for a reader who sees the place."""
