"""One suite per promise; every implementation of the promise runs through all of it."""
