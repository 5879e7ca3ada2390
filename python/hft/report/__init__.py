"""A replay told to people: the terminal's text and the HTML page.

Each is imported where it is used: only the page needs jinja2.
"""
