"""Lessons, one idea each, in reading order. Those that train on digits are also presets of the command line."""
