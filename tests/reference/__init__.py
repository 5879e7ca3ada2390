"""The slow, obvious witnesses: written from the specifications' text, sharing no code with cpp/."""
