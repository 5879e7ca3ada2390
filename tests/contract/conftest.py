"""How hypothesis runs here: the same streams on every machine, so that a failure repeats.

`pytest --hypothesis-profile=explore` looks for new ones and makes what it finds small, which may
take minutes a failure: nothing for a run that everyone waits for.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=SLOW_IS_FINE,
)
settings.register_profile("explore", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile("repeatable")
