"""Every failure that a user can meet, as one tree.

    OmniTuiError                    what happened (message) and what to do next (hint)
    ├── SettingsError               a setting is missing or cannot be read          settings/
    │   └── MissingCredentials      no address or no token
    │       └── NoTokenFrom         the command or the keyring does not give it
    ├── AddressError                what was typed is not an address of an Omni     api/addresses
    ├── ApiError                    the server refused, or could not be reached     api/errors
    │   ├── NotReached              no answer
    │   │   ├── TimedOut            … in time
    │   │   └── UntrustedStore      the certificates that were named cannot be used  api/trust
    │   ├── NotOmni                 an answer that Omni would not give (a web page, broken JSON)
    │   ├── Refused                 400, and any other 4xx without a kind of its own
    │   ├── Unauthorized            401: the token
    │   ├── Forbidden               403: the permission
    │   ├── NotFound                404
    │   ├── Conflict                409: another export of the dashboard is running
    │   ├── JobFailed               410: the server gave the job up
    │   ├── StillRunning            202 on a file: not ready yet
    │   ├── TooManyRequests         429
    │   └── ServerFailed            5xx
    ├── OptionsRefused              the options hold errors; no request was sent    downloads/
    ├── DownloadError               a job cannot go on                              downloads/
    │   ├── RenderFailed            the server says that the job failed
    │   ├── WrongFile               what came is not whole, or not what was asked for
    │   ├── FileGone                the server no longer has the file
    │   ├── FileTrouble             the folder or the disk does not let us write
    │   └── GaveUp                  the job's time is over
    ├── FilterTextError             the text of a filter cannot be read, or names none  options/
    ├── PresetError                 a preset cannot be made, found or saved         presets/
    ├── MissingExtra                an optional part (the demo) is not installed    demo/
    ├── CannotListen                the demo's address or port cannot be had        demo/
    ├── ScheduleError               a schedule cannot be added, found or run        schedule/
    │   └── InvalidSchedule         its name or its times are not valid
    └── UsageError                  the command line asks for what cannot be done   commands/

Only the root lives here: each kind stands with the folder that raises it.
"""

from __future__ import annotations

from omni_tui.formatting import sentences


class OmniTuiError(Exception):
    """What happened, in words for the user, and what to do next.

    `message` is one sentence, without a token or a traceback in it; `hint` is one more, or empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return sentences(self.message, self.hint)
