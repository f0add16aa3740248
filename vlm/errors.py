"""Errors of the runtime. Each says what happened and which knob to turn."""


class VLMError(Exception):
    """Base of every error the runtime raises for something the user can mend."""


class ConfigError(VLMError):
    """A model configuration or a parameter that cannot be used."""


class CheckpointError(VLMError):
    """A checkpoint that lacks a tensor, has one too many, or one of another shape."""


class ContextError(VLMError):
    """A prompt that does not fit the model's context."""


class ModelClosed(VLMError):
    """A request to a model that was closed."""


class ModelUnavailable(VLMError):
    """A model that is not on this machine and could not be brought here."""
