"""A replay told to people: the HTML report and the terminal's text.

Imported by the commands only, so that `import hft` stays light.
"""

from hft.report.page import render_page
from hft.report.text import render_text
from hft.report.touch_series import TouchCollector

__all__ = ["TouchCollector", "render_page", "render_text"]
