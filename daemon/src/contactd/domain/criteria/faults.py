"""What is wrong with the text of a condition."""


class CriteriaFault(ValueError):
    """The text is no condition: *message* says why, *position* where (columns count from 1), *hint* what to do."""

    def __init__(self, message: str, position: int, hint: str) -> None:
        super().__init__(f"column {position}: {message}; {hint}")
        self.message = message
        self.position = position
        self.hint = hint
