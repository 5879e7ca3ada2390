"""`dev.py demo`: the main job on a session made here, from nothing to a report in the browser.

The session has two lines with loss, reordering and duplicates, so that line arbitration, a gap and
the suspect mark are all seen at work.
"""

from __future__ import annotations

import time

from devtools import needs, setup
from devtools.shell import OUT, VENV, run, say

HFT = VENV / "bin" / "hft"
FOLDER = OUT / "demo"

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
    for path in (capture, report):
        path.unlink(missing_ok=True)
    say()
    run([HFT, "synth", capture, *SESSION], live=True)
    run([HFT, "replay", capture, "--report", report], live=True)
    say()
    say(CLOSING.format(report=report))
    say()
    say(needs.report(needs.missing([*needs.OPTIONAL, *needs.OUTSIDE])))
    say(f"The demo took {time.monotonic() - start:.0f} s.")
    return 0


# A session small enough for a laptop: some seconds to make and to replay.
SESSION = ["--seed", "1", "--messages", "1000000", "--instruments", "500"]
