"""A request as a cURL command, without the token."""

from __future__ import annotations

from omni_tui.api.request_log.log import Exchange
from omni_tui.formatting import shell_word

# Headers that curl computes itself.
_CURLS_OWN_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"}
)


def as_curl(exchange: Exchange) -> str:
    """Return the request as a curl command line, with `$OMNI_API_TOKEN` in place of the token."""
    words = ["curl"]
    if exchange.method != ("POST" if exchange.request_body else "GET"):
        words.append(f"--request {shell_word(exchange.method)}")
    words.append(shell_word(exchange.url))
    for name, value in exchange.request_headers:
        if name.lower() == "authorization":
            words.append('--header "Authorization: Bearer $OMNI_API_TOKEN"')
        elif name.lower() not in _CURLS_OWN_HEADERS:
            words.append(f"--header {shell_word(f'{name}: {value}')}")
    if exchange.request_body:
        words.append(f"--data-raw {shell_word(exchange.request_body)}")
    return " ".join(words)
