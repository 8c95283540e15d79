"""Workflows: when something happens, do the right thing."""
