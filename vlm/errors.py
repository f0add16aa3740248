"""Errors of the runtime. Each says what happened and which knob to turn."""


class VLMError(Exception):
    """Base of every error the runtime raises for something the user can mend."""


class ConfigError(VLMError):
    """A setting or a parameter that cannot be used."""


class CheckpointError(VLMError):
    """A checkpoint that cannot be used: it lacks a file or a tensor, or one is damaged, of another shape, or says what
    Lector does not know."""


class ContextError(VLMError):
    """A prompt that does not fit the model's context."""


class ModelClosed(VLMError):
    """A request to a model that was closed."""


class ModelUnavailable(VLMError):
    """A model that is not on this machine and could not be brought here."""
