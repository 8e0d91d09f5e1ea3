"""One family of errors, so that every door can tell "you can mend this" from "we are broken".

    LineamentError
    ├── InputError            what was given cannot be used; the command line exits with 2
    │   ├── DataError         a data set: no labels, missing images, one class only …
    │   ├── ConfigError       a training configuration outside its bounds
    │   ├── WeightsError      base weights that are absent, unreadable or of another network
    │   ├── PhotoError        a photo that is refused: format, size, damage
    │   ├── UnknownRunError   an id that names no run, or is no id at all
    │   └── NotAllowedError   a visitor of a demo asks for what only its host may do
    ├── DownloadError         a download that broke off: the network, the hub, or what it sent
    │   └── DownloadCancelled somebody asked it to end
    └── RunError              a run that cannot do what was asked of it
        ├── RunBusyError        somebody else holds the run's lock
        ├── RunDamagedError     a run folder whose files cannot be read
        ├── NoPredictionsError  a run that was not scored, or not yet
        ├── CheckpointError     no checkpoint whose hash holds
        ├── QueueFullError      the queue is at the host's limit
        ├── ShortOfMemoryError  the server is near the memory that the host allows
        └── DiskFullError       less free disk than the host keeps in reserve

Every message has three parts: what happened, the value that caused it, what to do.
"""


class LineamentError(Exception):
    """Base of everything this product raises on purpose."""


class InputError(LineamentError):
    """What was given cannot be used; the person who gave it can mend it."""


class DataError(InputError):
    """A data set that cannot be opened, or not as asked."""


class ConfigError(InputError):
    """A training configuration outside its bounds."""


class WeightsError(InputError):
    """Base weights that are absent, unreadable or made for another network."""


class PhotoError(InputError):
    """A photo that is refused: its format, its size or its damage."""


class UnknownRunError(InputError):
    """An id that names no run, or is no id at all."""


class NotAllowedError(InputError):
    """A visitor of a demo asks for what only its host may do, or what belongs to somebody else."""


class DownloadError(LineamentError):
    """A download that broke off: the network, the hub, or what it sent."""


class DownloadCancelled(DownloadError):
    """A download that somebody asked to end."""


class RunError(LineamentError):
    """A run that cannot do what was asked of it."""


class RunBusyError(RunError):
    """Somebody else holds the run's lock."""


class RunDamagedError(RunError):
    """A run folder whose files cannot be read."""


class NoPredictionsError(RunError):
    """A run that was not scored, or not yet: it has no predictions to look at."""


class CheckpointError(RunError):
    """No checkpoint whose hash holds."""


class QueueFullError(RunError):
    """The queue is at the host's limit."""


class ShortOfMemoryError(RunError):
    """The server is near the memory that the host allows; what is under way goes on."""


class DiskFullError(RunError):
    """Less free disk than the host keeps in reserve."""
