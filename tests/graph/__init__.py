"""Tests of `tinygrad_edu.graph`."""
