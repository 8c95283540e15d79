"""Contracts: one test over every member of a family."""
