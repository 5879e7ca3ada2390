"""Facts of this machine that a measurement must carry, for anyone who compares it with theirs."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from devtools.shell import ask


def read(path: str) -> str | None:
    """First line of a file of /proc or /sys, or None where this machine has none."""
    try:
        return Path(path).read_text().splitlines()[0].strip()
    except (OSError, IndexError):
        return None


def cpu_info(key: str) -> str | None:
    """A value of the first processor in /proc/cpuinfo."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return None
    match = re.search(rf"^{key}\s*:\s*(.*)$", text, re.MULTILINE)
    return match.group(1).strip() if match else None


def chosen(path: str) -> str | None:
    """The choice in brackets of a /sys file such as `always [madvise] never`."""
    text = read(path) or ""
    match = re.search(r"\[(\w+)\]", text)
    return match.group(1) if match else None


def facts() -> dict[str, object]:
    """CPU, clocks, memory, kernel and compilers; None is a fact that this machine does not tell."""
    flags = (cpu_info("flags") or "").split()
    compiler = ask(["g++", "--version"])
    memory = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text())
    return {
        "cpu": cpu_info("model name"),
        "cores": os.cpu_count(),
        "cores_allowed": len(os.sched_getaffinity(0)),
        "isolated_cores": read("/sys/devices/system/cpu/isolated"),
        "governor": read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "clock_mhz_now": cpu_info("cpu MHz"),
        "last_level_cache": read("/sys/devices/system/cpu/cpu0/cache/index3/size"),
        "virtual_machine": "hypervisor" in flags,
        "avx2": "avx2" in flags,
        "avx512": "avx512f" in flags,
        "memory_gb": round(int(memory.group(1)) / 2**20, 1) if memory else None,
        "huge_pages": chosen("/sys/kernel/mm/transparent_hugepage/enabled"),
        "clock_source": read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        "load_average": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "compiler": compiler.splitlines()[0] if compiler else None,
        "python": platform.python_version(),
    }
