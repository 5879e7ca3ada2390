"""The commands of `hftd`. Data goes to stdout, what an operator should know at once to stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

import hft
from hft.cli import EXIT_DONE, EXIT_FAULT, EXIT_STOPPED, EXIT_USAGE
from hft.errors import HftError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(
    hft.__version__, "--version", prog_name="hftd", message="%(prog)s %(version)s"
)
def hftd_command() -> None:
    """The trading daemon: live feed in, orders out, a risk gate between.

    It trades against `hft exchange run` in this version; docs/daemon.md says what is still missing
    for a real venue.
    """


@hftd_command.command("run", short_help="trade as a configuration file says, until it is stopped")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--duration", type=click.FloatRange(min=0.1), help="Seconds; without: until stopped.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write it as an HTML page.")
@click.option("--force", is_flag=True, help="Replace the report if it exists.")
def run_command(
    config: Path, duration: float | None, as_json: bool, report: Path | None, force: bool
) -> int:
    """Trade as CONFIG says.

    Ctrl-C or SIGTERM stops: open orders are cancelled, the session is closed, and what was done is
    told. SIGUSR1 pulls the kill switch, SIGUSR2 lets orders go again. Exit code 1: the end was not
    clean (orders may be open at the venue, or nothing could be traded).
    """
    # Loaded here: `hftd --version` should not wait for numpy.
    from hft.daemon.config import load_daemon_config
    from hft.daemon.lifecycle import Daemon, require_all_symbols
    from hft.daemon.session_summary import summarize
    from hft.report.trading_text import render_trading_text

    if report is not None and report.exists() and not force:
        raise UsageError(f"{report}: it exists; give another name, or --force")
    loaded = load_daemon_config(config)
    daemon = Daemon(loaded, _notice)
    began = time.monotonic()
    daemon.run(duration)
    summary = summarize(daemon, loaded, time.monotonic() - began)
    if as_json:
        json.dump(summary, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(render_trading_text(summary))
    if report is not None:
        from hft.report.trading_page import render_trading_page

        report.write_text(render_trading_page(summary, daemon.midnight_ns), encoding="utf-8")
        _notice(f"report: {report}")
    require_all_symbols(daemon, loaded)
    return EXIT_DONE if summary["counts"]["ended_flat"] else EXIT_FAULT


def _notice(line: str) -> None:
    click.echo(f"hftd: {line}", err=True)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code."""
    try:
        code = hftd_command.main(arguments, prog_name="hftd", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except UsageError as error:
        _notice(str(error))
        return EXIT_USAGE
    except HftError as error:
        _notice(str(error))
        return EXIT_FAULT
    except (KeyboardInterrupt, click.Abort):
        _notice("stopped")
        return EXIT_STOPPED
    return code if isinstance(code, int) else EXIT_DONE
