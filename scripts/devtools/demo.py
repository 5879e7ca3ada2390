"""`dev.py demo`: the main job on a session made here, from nothing to a report in the browser.

The session has two lines with loss, reordering and duplicates, so that line arbitration, a gap and
the suspect mark are all seen at work. Then the closed loop (closed_loop.py).
"""

from __future__ import annotations

import time

from devtools import needs, setup
from devtools.closed_loop import run_closed_loop
from devtools.shell import OUT, VENV, DevError, run, say

HFT = VENV / "bin" / "hft"
FOLDER = OUT / "demo"

# Small enough for a laptop: some seconds to make and to replay.
SESSION = ["--seed", "1", "--messages", "2000000", "--instruments", "500"]
FAULTS = ["--loss", "0.002,0.005", "--duplicate", "0.001", "--reorder", "0.002", "--gap", "0.0001"]

CLOSING = """\
That was a made-up Nasdaq session: two copies of every packet (lines A and B), some of them lost,
late or doubled on purpose, as on a real network. hft put the lines together again, decoded every
message and rebuilt the book of every instrument, order by order. Above:
  gaps         messages lost on both lines at once; the books they touch are marked suspect
  latency      what each stage costs per message, from packet to touch, up to the slowest one
  digest       a fingerprint of the final books: the same on every machine that replays this file
Now look at the report, one file that works offline: {report}
Next, the same with a capture of your own: .venv/bin/hft replay FILE --report report.html"""


def command_demo() -> int:
    start = time.monotonic()
    setup.prepare_build()
    FOLDER.mkdir(parents=True, exist_ok=True)
    capture, report = FOLDER / "session.pcap", FOLDER / "report.html"
    say()
    run([HFT, "synth", capture, *SESSION, *FAULTS, "--force"], live=True)
    # It exits with 1: there are gaps, and a script must not take such books for whole.
    done = run([HFT, "replay", capture, "--report", report, "--force"], live=True, check=False)
    if done.returncode not in (0, 1) or not report.is_file():
        raise DevError(f"the replay failed with exit code {done.returncode}")
    say()
    say(CLOSING.format(report=report))
    say()
    run_closed_loop(FOLDER)
    say()
    say(needs.report(needs.missing([*needs.OPTIONAL, *needs.OUTSIDE])))
    say(f"The demo took {time.monotonic() - start:.0f} s.")
    return 0
