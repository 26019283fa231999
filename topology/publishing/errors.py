"""What can go wrong while something is published."""


class PublishError(Exception):
    """Nothing new stands there; the text is a sentence without its beginning, which is the target's name."""


class PassingError(PublishError):
    """It may go away by itself: worth another try."""


class ConflictError(PublishError):
    """What was to be replaced was replaced by somebody else meanwhile."""


class OlderError(PublishError):
    """What stands there knows more than what was to be published, which is therefore not written."""


class OtherSourceError(PublishError):
    """Another console publishes what it makes of another description."""
