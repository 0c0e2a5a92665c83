"""The base class of all errors that a user can meet. This is the tree:

    OmniTuiError                    what happened (message) and what to do next (hint)
    ├── SettingsError               a setting is missing or can't be read           settings/
    │   └── MissingCredentials      no address or no API key
    │       └── NoTokenFrom         the command or the keyring doesn't return an API key
    ├── AddressError                the input isn't an Omni address                 api/urls
    ├── ApiError                    the server rejected it, or can't be reached     api/errors
    │   ├── NotReached              no response
    │   │   ├── TimedOut            … in time
    │   │   └── UntrustedStore      the configured certificates can't be used       api/transport
    │   ├── NotOmni                 not a response from Omni (a web page, broken JSON)
    │   ├── Rejected                400, and any other 4xx without its own class
    │   ├── Unauthorized            401: the API key
    │   ├── Forbidden               403: the permission
    │   ├── NotFound                404
    │   ├── Conflict                409: another export of the dashboard is running
    │   ├── JobFailed               410: the server failed to make the file
    │   ├── StillRunning            202 on a file: not ready yet
    │   ├── TooManyRequests         429: the rate limit
    │   └── ServerFailed            5xx
    ├── OptionsRejected             the options have errors; no request was sent    downloads/
    ├── DownloadError               a job can't continue                            downloads/
    │   ├── RenderFailed            the server reports that the job failed
    │   ├── WrongFile               the file is incomplete, or not the requested one
    │   ├── FileGone                the server no longer has the file
    │   ├── FileSaveError           the file can't be written
    │   └── JobTimedOut             the job exceeded its time limit
    ├── FilterTextError             a filter's text is invalid, or has no filter    options/
    ├── PresetError                 a preset can't be created, found or saved       presets/
    ├── MissingExtra                an optional part (the demo) isn't installed     demo/
    ├── PortUnavailable             the demo's address or port can't be used        demo/
    ├── ScheduleError               a schedule can't be added, found or run         schedule/
    │   └── InvalidSchedule         its name or its times are invalid
    └── UsageError                  the command line is invalid                     commands/

Only the base class is here; each folder defines its own errors.
"""

from __future__ import annotations

from omni_tui.formatting import sentences


class OmniTuiError(Exception):
    """An error with a message for the user: what happened, and what to do next.

    `message` is one sentence without tokens or tracebacks; `hint` is another one, or empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return sentences(self.message, self.hint)
