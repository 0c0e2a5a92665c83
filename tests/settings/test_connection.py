"""The address and the token that are used, for all combinations of their sources."""

from __future__ import annotations

import pytest

from omni_tui.settings.models import Settings, load_settings, require_credentials
from omni_tui.settings.origins import origins
from tests.settings.support import write_config, write_vendor_config

PROFILE = '[profiles.other]\n[profiles.prof]\nbase_url = "prof"\napi_token = "prof-token"\n'
VARIABLES = {
    "omni": ("OMNI_BASE_URL", "omni"),
    "tui": ("OMNI_TUI_BASE_URL", "tui"),
    "omni-token": ("OMNI_API_TOKEN", "omni-token"),
    "tui-token": ("OMNI_TUI_API_TOKEN", "tui-token"),
}
# What is given → the address and the token that are used ("-": none). Every combination is here once.
TABLE = """
                                                → -     -
omni                                            → omni  -
tui                                             → tui   -
omni tui                                        → tui   -
omni-token                                      → -     omni-token
omni omni-token                                 → omni  omni-token
tui omni-token                                  → tui   omni-token
omni tui omni-token                             → tui   -
tui-token                                       → -     tui-token
omni tui-token                                  → omni  tui-token
tui tui-token                                   → tui   tui-token
omni tui tui-token                              → tui   tui-token
omni-token tui-token                            → -     tui-token
omni omni-token tui-token                       → omni  tui-token
tui omni-token tui-token                        → tui   tui-token
omni tui omni-token tui-token                   → tui   tui-token
flag                                            → flag  -
flag omni                                       → flag  -
flag tui                                        → flag  -
flag omni tui                                   → flag  -
flag omni-token                                 → flag  omni-token
flag omni omni-token                            → flag  -
flag tui omni-token                             → flag  -
flag omni tui omni-token                        → flag  -
flag tui-token                                  → flag  tui-token
flag omni tui-token                             → flag  -
flag tui tui-token                              → flag  -
flag omni tui tui-token                         → flag  -
flag omni-token tui-token                       → flag  tui-token
flag omni omni-token tui-token                  → flag  -
flag tui omni-token tui-token                   → flag  -
flag omni tui omni-token tui-token              → flag  -
prof                                            → prof  prof-token
prof omni                                       → prof  prof-token
prof tui                                        → prof  prof-token
prof omni tui                                   → prof  prof-token
prof omni-token                                 → prof  prof-token
prof omni omni-token                            → prof  prof-token
prof tui omni-token                             → prof  prof-token
prof omni tui omni-token                        → prof  prof-token
prof tui-token                                  → prof  prof-token
prof omni tui-token                             → prof  prof-token
prof tui tui-token                              → prof  prof-token
prof omni tui tui-token                         → prof  prof-token
prof omni-token tui-token                       → prof  prof-token
prof omni omni-token tui-token                  → prof  prof-token
prof tui omni-token tui-token                   → prof  prof-token
prof omni tui omni-token tui-token              → prof  prof-token
flag prof                                       → flag  -
flag prof omni                                  → flag  -
flag prof tui                                   → flag  -
flag prof omni tui                              → flag  -
flag prof omni-token                            → flag  omni-token
flag prof omni omni-token                       → flag  -
flag prof tui omni-token                        → flag  -
flag prof omni tui omni-token                   → flag  -
flag prof tui-token                             → flag  tui-token
flag prof omni tui-token                        → flag  -
flag prof tui tui-token                         → flag  -
flag prof omni tui tui-token                    → flag  -
flag prof omni-token tui-token                  → flag  tui-token
flag prof omni omni-token tui-token             → flag  -
flag prof tui omni-token tui-token              → flag  -
flag prof omni tui omni-token tui-token         → flag  -
""".strip("\n")
ROWS = [tuple(part.split() for part in line.split("→")) for line in TABLE.splitlines()]


def token_of(settings: Settings) -> str:
    return settings.api_token.get_secret_value() if settings.api_token else "-"


def set_variables(monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    for name, value in (VARIABLES[each] for each in given if each in VARIABLES):
        monkeypatch.setenv(name, value)


def test_the_table_has_every_combination_once() -> None:
    given = {frozenset(row[0]) for row in ROWS}
    assert len(given) == len(ROWS) == 2 ** len({*VARIABLES, "flag", "prof"})


@pytest.mark.parametrize(("given", "expected"), ROWS, ids=[" ".join(row[0]) or "nothing" for row in ROWS])
def test_a_token_goes_only_to_the_address_it_was_given_with(
    given: list[str], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(PROFILE)
    set_variables(monkeypatch, given)
    profile = "prof" if "prof" in given else None
    base_url = "flag" if "flag" in given else None
    settings = load_settings(profile=profile, base_url=base_url)
    assert [settings.base_url or "-", token_of(settings)] == expected
    # every address that lost is named, beside the one that won
    told = " ".join(settings.notices)
    for name in {"omni", "tui", "prof"} & set(given) - {expected[0]}:
        assert f"{name}.omniapp.co" in told
        assert f"Connecting to {settings.base_url}.omniapp.co (" in told
    # `config show` names the sources that won
    _, found = origins(profile=profile, base_url=base_url)
    sources = {each.name: each.source for each in found}
    in_file = "the profile prof in ~/.config/omni-tui/config.toml"
    names = {
        "flag": "argument --base-url", "prof": in_file, "prof-token": in_file, "-": "default",
        **{key: f"environment {variable}" for key, (variable, _) in VARIABLES.items()},
    }  # fmt: skip
    assert [sources["base_url"], sources["api_token"]] == [names[each] for each in expected]


def test_the_same_host_in_another_form_is_the_same_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", "https://work.omniapp.co/api")
    monkeypatch.setenv("OMNI_API_TOKEN", "t")
    settings = load_settings(base_url="work")
    assert (settings.base_url, token_of(settings), settings.notices) == ("work", "t", ())


def test_a_token_that_is_kept_back_is_named_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", "a")
    monkeypatch.setenv("OMNI_API_TOKEN", "t")
    settings = load_settings(base_url="b")
    with pytest.raises(Exception, match="no API key for b") as caught:
        require_credentials(settings)
    assert (
        "Connecting to b.omniapp.co (--base-url), not to a.omniapp.co (OMNI_BASE_URL). "
        "The API key in OMNI_API_TOKEN is for a.omniapp.co (OMNI_BASE_URL) only." in str(caught.value)
    )


def test_a_kept_back_variable_lets_a_profile_for_that_address_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config('default_profile = "prof"\n' + PROFILE)
    monkeypatch.setenv("OMNI_BASE_URL", "a")
    monkeypatch.setenv("OMNI_API_TOKEN", "t")
    assert token_of(load_settings(base_url="https://prof.omniapp.co")) == "prof-token"
    assert token_of(load_settings()) == "t"


@pytest.mark.parametrize("name", ["OMNI_TUI_TOKEN_COMMAND", "OMNI_TUI_TOKEN_KEYRING"])
def test_other_ways_to_a_token_stay_with_their_address_too(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_TUI_BASE_URL", "a")
    monkeypatch.setenv(name, "true")
    here, elsewhere = load_settings(), load_settings(base_url="b")
    assert any([here.token_command, here.token_keyring])
    assert not any([elsewhere.token_command, elsewhere.token_keyring])


def test_a_variable_that_overrides_the_default_profile_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config('default_profile = "prof"\n' + PROFILE)
    monkeypatch.setenv("OMNI_API_KEY", "t")
    (notice,) = load_settings().notices
    assert notice == "Using the API key from OMNI_API_KEY, not the one from the profile prof."
    monkeypatch.setenv("OMNI_API_KEY", '"prof-token"')
    assert load_settings().notices == ()
    monkeypatch.setenv("OMNI_TUI_PROFILE", "prof")
    monkeypatch.setenv("OMNI_BASE_URL", "https://user:pw@a.example")
    (notice,) = load_settings().notices
    assert notice == "Connecting to a.example (OMNI_BASE_URL), not to prof.omniapp.co (the profile prof)."


def test_a_profile_with_only_a_token_is_for_the_address_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config('base_url = "top"\n[profiles.a]\napi_token = "t"\n[profiles.b]\ntheme = "nord"')
    monkeypatch.setenv("OMNI_BASE_URL", "elsewhere")
    monkeypatch.setenv("OMNI_API_TOKEN", "e")
    chosen, unrelated = load_settings(profile="a"), load_settings(profile="b")
    assert (chosen.base_url, token_of(chosen)) == ("top", "t")
    assert (unrelated.base_url, token_of(unrelated)) == ("elsewhere", "e")


def test_the_vendor_tools_profile_can_be_chosen_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    write_vendor_config({"v": {"apiEndpoint": "https://v.omniapp.co", "apiKey": "v-token"}})
    monkeypatch.setenv("OMNI_BASE_URL", "elsewhere")
    monkeypatch.setenv("OMNI_API_TOKEN", "e")
    settings = load_settings(profile="v")
    assert (settings.base_url, token_of(settings)) == ("https://v.omniapp.co", "v-token")
    assert token_of(load_settings()) == "e"


@pytest.mark.parametrize("quotes", ['"{}"', "'{}'", " “{}” \n", "<{}>", "‘{}’"])
def test_quotes_around_a_token_are_taken_off(quotes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", "work")
    monkeypatch.setenv("OMNI_API_TOKEN", quotes.format("omni_osk_x"))
    assert require_credentials(load_settings()) == ("work", "omni_osk_x")
