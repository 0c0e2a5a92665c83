"""The sources of settings, their order, and the errors for invalid ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_tui.settings.errors import MissingCredentials, SettingsError
from omni_tui.settings.models import Settings, load_settings, require_credentials
from tests.settings.support import write_config, write_vendor_config

TOKEN = "omni_osk_planted_SECRET"
TWO_PROFILES = """\
default_profile = "work"
requests_per_minute = 100
theme = "nord"

[keymap]
export = "f5"

[profiles.work]
base_url = "work"
api_token = "work-token"
requests_per_minute = 500

[profiles.play]
base_url = "https://play.playground.exploreomni.dev"
api_token = "play-token"
"""


def token_of(settings: Settings) -> str | None:
    return settings.api_token.get_secret_value() if settings.api_token else None


def test_without_anything_there_are_the_defaults() -> None:
    settings = load_settings()
    assert settings == Settings(
        base_url=None,
        api_token=None,
        key_kind=None,
        profile="",
        requests_per_minute=60,
        timeout_seconds=30,
        job_timeout_seconds=1800,
        download_dir=None,
        theme=None,
        keymap={},
        notices=(),
    )


def test_the_default_profile_overrides_shared_settings() -> None:
    write_config(TWO_PROFILES)
    settings = load_settings()
    assert (settings.profile, settings.base_url, token_of(settings)) == ("work", "work", "work-token")
    assert (settings.requests_per_minute, settings.theme) == (500, "nord")
    assert settings.keymap == {"export": "f5"}


def test_a_profile_can_be_chosen_by_argument_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(TWO_PROFILES)
    assert token_of(load_settings(profile="play")) == "play-token"
    monkeypatch.setenv("OMNI_TUI_PROFILE", "play")
    settings = load_settings()
    assert (settings.profile, token_of(settings), settings.requests_per_minute) == ("play", "play-token", 100)
    assert load_settings(profile="work").profile == "work"


def test_the_environment_wins_over_the_profile_and_arguments_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_config(TWO_PROFILES)
    monkeypatch.setenv("OMNI_BASE_URL", "other")
    monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
    monkeypatch.setenv("OMNI_TUI_REQUESTS_PER_MINUTE", "7")
    settings = load_settings()
    assert (settings.base_url, token_of(settings), settings.requests_per_minute) == ("other", TOKEN, 7)
    assert load_settings(base_url="third").base_url == "third"


def test_the_names_that_other_tools_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_API_KEY", "from-key")
    assert token_of(load_settings()) == "from-key"
    monkeypatch.setenv("OMNI_API_TOKEN", "from-token")
    assert token_of(load_settings()) == "from-token"
    monkeypatch.setenv("OMNI_TUI_API_TOKEN", "our-own")
    assert token_of(load_settings()) == "our-own"


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(TWO_PROFILES)
    for name in ("OMNI_BASE_URL", "OMNI_API_TOKEN", "OMNI_TUI_THEME", "OMNI_TUI_PROFILE", "OMNI_TUI_KEYMAP"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("OMNI_API_KEY", "  ")
    settings = load_settings(profile="", base_url="")
    assert (settings.base_url, token_of(settings), settings.theme) == ("work", "work-token", "nord")


def test_what_a_paste_brings_along_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_BASE_URL", " work \n")
    monkeypatch.setenv("OMNI_API_TOKEN", f" {TOKEN}\n")
    assert require_credentials(load_settings()) == ("work", TOKEN)
    monkeypatch.delenv("OMNI_API_TOKEN")
    write_config('base_url = "work"\napi_token = "  padded\\n"')
    assert require_credentials(load_settings()) == ("work", "padded")
    write_config('base_url = "work"\napi_token = ""')
    assert load_settings().api_token is None


def test_every_setting_can_come_from_a_variable_of_ours(
    monkeypatch: pytest.MonkeyPatch, fake_home: Path
) -> None:
    monkeypatch.setenv("OMNI_TUI_TIMEOUT_SECONDS", "2.5")
    monkeypatch.setenv("OMNI_TUI_JOB_TIMEOUT_SECONDS", "60")
    monkeypatch.setenv("OMNI_TUI_DOWNLOAD_DIR", "~/exports")
    monkeypatch.setenv("OMNI_TUI_THEME", "nord")
    monkeypatch.setenv("OMNI_TUI_KEYMAP", '{"export": "f9"}')
    settings = load_settings()
    assert (settings.timeout_seconds, settings.job_timeout_seconds) == (2.5, 60)
    assert settings.download_dir == fake_home / "exports"
    assert (settings.theme, settings.keymap) == ("nord", {"export": "f9"})


def test_the_only_profile_needs_no_default() -> None:
    write_config('[profiles.one]\nbase_url = "one"\napi_token = "t"')
    assert load_settings().profile == "one"


def test_of_several_profiles_none_is_guessed() -> None:
    write_config(TWO_PROFILES.replace("default_profile", "# default_profile"))
    settings = load_settings()
    assert (settings.profile, settings.base_url) == ("", None)


class TestTokensStayWithTheirAddress:
    """A token that is stored with an address goes to no other."""

    def test_an_address_from_elsewhere_gets_no_token_of_a_profile(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_config(TWO_PROFILES)
        monkeypatch.setenv("OMNI_BASE_URL", "https://elsewhere.example")
        settings = load_settings()
        assert settings.base_url == "https://elsewhere.example"
        assert settings.api_token is None
        with pytest.raises(MissingCredentials) as caught:
            require_credentials(settings)
        assert "The API key of the profile work is for work only." in caught.value.hint
        assert "OMNI_API_TOKEN" in caught.value.hint
        assert load_settings(base_url="third").api_token is None

    @pytest.mark.parametrize(
        "address",
        ["work", "https://work.omniapp.co", "WORK.omniapp.co:443/dashboards/12db1a0a", "work/api/v1"],
    )
    def test_the_same_instance_in_other_words_gets_it(self, address: str) -> None:
        write_config(TWO_PROFILES)
        assert token_of(load_settings(base_url=address)) == "work-token"

    @pytest.mark.parametrize(
        "address",
        [
            "work2",
            "https://work",
            "work:8443",
            "https://work.omniapp.co@evil.example",
            "https://work.omniapp.co.evil.example",
            "https://evil.example/work.omniapp.co",
            "https://[::1",
        ],
    )
    def test_an_address_that_only_looks_alike_does_not(self, address: str) -> None:
        write_config(TWO_PROFILES)
        assert load_settings(base_url=address).api_token is None

    def test_a_token_for_all_goes_with_a_profile_that_has_only_an_address(self) -> None:
        write_config('api_token = "for-all"\n[profiles.a]\nbase_url = "a"')
        assert token_of(load_settings()) == "for-all"

    def test_a_token_that_shares_its_place_with_another_address_does_not(self) -> None:
        write_config('base_url = "b"\napi_token = "for-b"\n[profiles.a]\nbase_url = "a"')
        settings = load_settings(profile="a")
        assert (settings.base_url, settings.api_token) == ("a", None)
        assert "is for b only" in settings.notices[0]

    def test_a_profiles_token_belongs_to_the_address_for_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write_config('base_url = "b"\n[profiles.a]\napi_token = "t"')
        assert token_of(load_settings()) == "t"
        assert load_settings(base_url="c").api_token is None

    def test_a_token_from_the_environment_goes_where_the_user_says(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_config(TWO_PROFILES)
        monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
        assert require_credentials(load_settings()) == ("work", TOKEN)
        assert require_credentials(load_settings(base_url="other")) == ("other", TOKEN)

    def test_the_vendors_token_is_not_sent_to_our_profiles_address(self) -> None:
        write_config('[profiles.a]\nbase_url = "a"')
        write_vendor_config({"v": {"apiEndpoint": "https://v.omniapp.co", "apiKey": "v-token"}}, "v")
        settings = load_settings()
        assert (settings.base_url, settings.api_token) == ("a", None)
        write_vendor_config({"v": {"apiEndpoint": "https://a.omniapp.co", "apiKey": "v-token"}}, "v")
        assert token_of(load_settings()) == "v-token"


def test_the_kind_of_key_is_each_profiles_own(monkeypatch: pytest.MonkeyPatch) -> None:
    write_config("[profiles.a]\nkey_kind = 'personal'\n[profiles.b]\n")
    assert load_settings(profile="a").key_kind == "personal"
    assert load_settings(profile="b").key_kind is None
    monkeypatch.setenv("OMNI_TUI_KEY_KIND", "organization")
    assert load_settings(profile="a").key_kind == "organization"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("OMNI_TUI_REQUESTS_PER_MINUTE", "many", "valid integer"),
        ("OMNI_TUI_KEY_KIND", "Admin", "'organization' or 'personal'"),
        ("OMNI_TUI_TIMEOUT_SECONDS", "0", "greater than 0"),
        ("OMNI_TUI_KEYMAP", "f5", "JSON"),
        pytest.param("OMNI_TUI_THEMES", "[" * 100_000, "JSON", id="deep"),
        ("OMNI_TUI_DOWNLOAD_DIR", "/tmp/\udcff", "it should be a valid path."),
    ],
)
def test_a_mistake_in_a_variable_names_it(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config("requests_per_minute = 5")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in caught.value.message
    assert words in caught.value.message


def test_an_unknown_profile_lists_the_known_ones() -> None:
    write_config(TWO_PROFILES)
    write_vendor_config({"v": {}})
    with pytest.raises(SettingsError) as caught:
        load_settings(profile="wrok")
    assert "'wrok'" in caught.value.message
    assert caught.value.hint == "Available profiles: work, play, v."


def test_without_profiles_the_place_for_them_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(profile="work")
    assert "config.toml" in caught.value.hint


def test_missing_credentials_say_what_to_set() -> None:
    with pytest.raises(MissingCredentials) as caught:
        require_credentials(load_settings())
    assert "OMNI_BASE_URL" in caught.value.hint
    with pytest.raises(MissingCredentials) as caught:
        require_credentials(load_settings(base_url="work"))
    assert "OMNI_API_TOKEN" in caught.value.hint
    assert "work" in caught.value.message


def test_tokens_that_others_can_read_are_reported() -> None:
    path = write_config(TWO_PROFILES)
    assert load_settings().notices == ()
    path.chmod(0o640)
    (notice,) = load_settings().notices
    assert f"chmod 600 {path}" in notice
    path.write_text("theme = 'nord'")
    assert load_settings().notices == ()


def test_a_token_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
    settings = load_settings()
    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_files_are_only_read() -> None:
    paths = [write_config(TWO_PROFILES), write_vendor_config({"v": {"apiKey": "k", "unknown": [1]}})]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    load_settings()
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before
    assert len(os.listdir(paths[0].parent)) == 1
