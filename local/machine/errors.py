"""What keeps a program from starting on this machine."""


class CannotStartError(RuntimeError):
    """Something needed is missing or failed; `brief` says what, and what to do, in one line."""

    @property
    def brief(self) -> str:
        """The message in one line, for whoever typed a command."""
        return str(self)
