"""The parts of the Python runtime; bootstrap.py has their map."""
