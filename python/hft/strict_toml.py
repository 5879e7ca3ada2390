"""TOML files read strictly into msgspec structs: for all configuration files of the project.

An unknown key is an error that names the known ones, because a mistyped key that is silently
ignored is found on the day it matters.
"""

from __future__ import annotations

import tomllib
import typing
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hft.errors import ConfigError

_Model = TypeVar("_Model", bound=msgspec.Struct)


def load_toml(path: str | Path, model: type[_Model], page: str) -> _Model:
    """Read a TOML file.

    Args:
        path: The file.
        model: The struct of the whole file; every key it does not have is refused.
        page: The page of the docs that shows the file, for error messages.

    Raises:
        ConfigError: It cannot be read, or a key is unknown, missing or out of range. The message
            says file, key, problem and what to do.
    """
    file = str(path)
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(file, "file", reason, "check the name of the file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "file", f"not TOML: {error}", "mend that line") from error
    _refuse_unknown(file, "", raw, model)
    try:
        return msgspec.convert(raw, model)
    except msgspec.ValidationError as error:
        raise _explained(file, error, page) from error


def _refuse_unknown(file: str, where: str, value: Any, model: Any) -> None:
    """Walk the tables along the model and refuse the first key that it does not have."""
    if isinstance(value, list):
        for k, item in enumerate(value):
            _refuse_unknown(file, f"{where}[{k}]", item, model)
    if not isinstance(value, dict) or model is None:
        return
    known = {field.name: field.type for field in msgspec.structs.fields(model)}
    for key, item in value.items():
        name = f"{where}.{key}" if where else key
        if key not in known:
            raise ConfigError(file, name, "unknown key", f"known keys: {sorted(known)}")
        _refuse_unknown(file, name, item, _struct_in(known[key]))


def _struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """Return the struct that a type hint holds, itself or in a list; None for plain values."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    inner = (_struct_in(part) for part in typing.get_args(hint))
    return next((struct for struct in inner if struct is not None), None)


def _explained(file: str, error: msgspec.ValidationError, page: str) -> ConfigError:
    """Take msgspec's sentence, ``Expected `int` >= 1 - at `$.limits.max_orders```, apart."""
    problem, _, place = str(error).rpartition(" - at `")
    key = (place or "$").rstrip("`").removeprefix("$").removeprefix(".") or "file"
    problem = (problem or str(error)).replace("`", "")
    return ConfigError(file, key, problem[0].lower() + problem[1:], f"see {page}")
