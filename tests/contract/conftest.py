"""How hypothesis runs here: the same streams on every machine, so that a failure repeats.

`pytest --hypothesis-profile=explore` looks for new ones, longer.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    phases=PHASES,
    suppress_health_check=SLOW_IS_FINE,
)
settings.register_profile(
    "explore", deadline=None, phases=PHASES, suppress_health_check=SLOW_IS_FINE
)
settings.load_profile("repeatable")
