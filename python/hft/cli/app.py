"""The `hft` command and how its errors end."""

from __future__ import annotations

from collections.abc import Sequence

import click

import hft
from hft.cli import EXIT_DONE, EXIT_FAULT, EXIT_STOPPED, EXIT_USAGE
from hft.cli.capture_command import capture
from hft.cli.exchange_command import exchange
from hft.cli.replay_command import replay
from hft.cli.ring_command import ring
from hft.cli.risk_command import risk
from hft.cli.synth_command import synth
from hft.errors import HftError, UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(hft.__version__, "--version", prog_name="hft", message="%(prog)s %(version)s")
def hft_command() -> None:
    """Market-data captures in, order-by-order books out.

    Begin with `hft synth session.pcap` and `hft replay session.pcap --report report.html`.
    """


for command in (replay, capture, synth, ring, exchange, risk):
    hft_command.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code.

    click itself ends quietly with 1 where whoever read the output has gone, as `head` does.
    """
    try:
        code = hft_command.main(arguments, prog_name="hft", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except UsageError as error:
        click.echo(f"hft: {error}", err=True)
        return EXIT_USAGE
    except HftError as error:
        click.echo(f"hft: {error}", err=True)
        return EXIT_FAULT
    except (KeyboardInterrupt, click.Abort):
        click.echo("hft: stopped", err=True)
        return EXIT_STOPPED
    return code if isinstance(code, int) else EXIT_DONE
