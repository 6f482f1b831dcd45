"""What goes wrong with sound, said so that a person can act."""


class SpeechFault(Exception):
    """A fault of sound or of a speech engine. Never holds speech, a transcript or a name."""

    def __init__(self, code: str, said: str, remedy: str = "", *, retry: bool = False) -> None:
        super().__init__(f"{said} {remedy}".strip())
        self.code = code
        """Stable, kebab-case, such as "audio-not-decodable"."""
        self.said = said
        """What was expected and what came, one sentence."""
        self.remedy = remedy
        """What to do, one sentence; "" when nothing can be done."""
        self.retry = retry
        """True when the same call may go through later."""
