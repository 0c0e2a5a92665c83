"""Find the candidates for the cursor's position, from the commands' own parsers."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from omni_tui.commands.completion import cached_values
from omni_tui.commands.completion.cached_values import Value
from omni_tui.commands.registry import COMMANDS, parser_of, split_command
from omni_tui.launch_options import Arguments


class Directive(StrEnum):
    """Tells a completion script what to do with the candidates."""

    PLAIN = "plain"
    NO_SPACE = "nospace"  # more follows in the same word
    FILES = "files"  # the shell completes file names


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates for the cursor's position; all start with what is typed there."""

    values: tuple[Value, ...] = ()
    directive: Directive = Directive.PLAIN


@dataclass(slots=True)
class _CommandWords:
    """The words of a command line: `pending` is the flag whose value is at the cursor."""

    positionals: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    pending: argparse.Action | None = None
    is_after_dashes: bool = False

    @property
    def arguments(self) -> Arguments:
        """Return the arguments that choose the Omni server."""
        return Arguments(
            demo="--demo" in self.flags,
            profile=self.values.get("--profile"),
            base_url=self.values.get("--base-url"),
        )


def candidates(words: Sequence[str], prefix: str) -> Candidates:
    """Return what can follow `words` (without the program's name) and starts with `prefix`."""
    command, rest = split_command(list(words))
    if command == "schedule" and "--" in rest:
        return candidates(rest[rest.index("--") + 1 :], prefix)
    if command:
        parser = parser_of(command)
    else:
        from omni_tui.commands.shared.program_parser import build_parser

        parser = build_parser()
    typed = _read(parser, rest)
    if typed.pending is not None:
        return _value_of(typed.pending, typed, prefix)
    if prefix.startswith("-") and not typed.is_after_dashes:
        flag, equals, value = prefix.partition("=")
        action = _flags(parser).get(flag)
        if not equals:
            return _starting(_flag_values(parser, typed), prefix)
        if action is None:
            return Candidates()
        after = _value_of(action, typed, value)  # the word holds both
        values = tuple(Value(f"{flag}={text}", description) for text, description in after.values)
        return Candidates(values, after.directive)
    if not command and not typed.positionals:
        found = _starting((Value(each.name, each.summary) for each in COMMANDS.values()), prefix)
        if found.values or not prefix:
            return found
    action = _positional(parser, len(typed.positionals))
    return _value_of(action, typed, prefix) if action else Candidates()


def _read(parser: argparse.ArgumentParser, words: Iterable[str]) -> _CommandWords:
    typed = _CommandWords()
    flags = _flags(parser)
    for word in words:
        if typed.pending is not None:
            typed.values[typed.flags[-1]] = word
            typed.pending = None
        elif typed.is_after_dashes or not word.startswith("-") or word == "-":
            typed.positionals.append(word)
        elif word == "--":
            typed.is_after_dashes = True
        else:
            flag, equals, value = word.partition("=")
            typed.flags.append(flag)
            action = flags.get(flag)
            if equals:
                typed.values[flag] = value
            elif action is not None and action.nargs != 0:
                typed.pending = action
    return typed


def _flags(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the parser's flags that are in its help, by each spelling."""
    return {
        flag: action
        for action in parser._actions
        if action.help != argparse.SUPPRESS
        for flag in action.option_strings
    }


def _flag_values(parser: argparse.ArgumentParser, typed: _CommandWords) -> Iterable[Value]:
    """Yield the long flags that can still be given."""
    for flag, action in _flags(parser).items():
        is_given = any(each in typed.flags for each in action.option_strings)
        is_repeated = isinstance(action, argparse._AppendAction)
        if flag.startswith("--") and (is_repeated or not is_given):
            yield Value(flag, first_sentence(action))


def first_sentence(action: argparse.Action) -> str:
    """Return the first sentence of a flag's help, without its period."""
    text = (action.help or "").replace("%%", "%")
    return re.split(r"[.;:] ", f"{text} ", maxsplit=1)[0].strip().rstrip(".")


def _positional(parser: argparse.ArgumentParser, index: int) -> argparse.Action | None:
    """Return the positional argument of this number; the last one may take all others."""
    actions = [each for each in parser._actions if not each.option_strings]
    if index < len(actions):
        return next(islice(actions, index, None))
    return actions[-1] if actions and actions[-1].nargs in ("*", "+") else None


def _value_of(action: argparse.Action, typed: _CommandWords, prefix: str) -> Candidates:
    """Return what can be given to a flag or a positional argument."""
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if action.choices:
        return _starting((Value(str(each)) for each in action.choices), prefix)
    if metavar.startswith("{"):
        return _starting(map(Value, metavar.strip("{}").split(",")), prefix)
    if metavar.startswith("DASHBOARD"):
        found = cached_values.dashboards(typed.arguments, prefix)
        return Candidates(tuple(found))
    flag = action.option_strings[0] if action.option_strings else metavar
    if (values := _BY_FLAG.get(flag)) is not None:
        found = values(typed)
        is_label = flag in ("--filter", "--each")
        return _starting(found, prefix, Directive.NO_SPACE if is_label else Directive.PLAIN)
    is_file = re.search(r"FILE|FOLDER|\.pdf", metavar) and flag != "--folder"
    return Candidates(directive=Directive.FILES) if is_file else Candidates()


def _topics(_: _CommandWords) -> list[Value]:
    from omni_tui.help.topic import all_topics

    commands = [Value(each.name, each.summary) for each in COMMANDS.values()]
    return [*(Value(topic.name, topic.title) for topic in all_topics()), *commands]


_BY_FLAG: dict[str, Callable[[_CommandWords], list[Value]]] = {
    "--profile": lambda _: cached_values.profiles(),
    "--preset": lambda _: cached_values.presets(),
    "--tile": lambda typed: cached_values.tiles(typed.arguments, typed.positionals),
    "--query-identifier-map-key": lambda typed: cached_values.tile_keys(typed.arguments, typed.positionals),
    "--filter": lambda typed: cached_values.filter_labels(typed.arguments, typed.positionals),
    "--each": lambda typed: cached_values.filter_labels(typed.arguments, typed.positionals),
    "TOPIC": _topics,
    "NAME": lambda _: cached_values.schedules(),  # the positional argument of `schedule`
}


def _starting(values: Iterable[Value], prefix: str, directive: Directive = Directive.PLAIN) -> Candidates:
    """Return those that start with the prefix, in any case."""
    folded = prefix.casefold()
    return Candidates(tuple(each for each in values if each.text.casefold().startswith(folded)), directive)
