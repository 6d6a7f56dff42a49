"""Kinds of listener: sockets to sessions, and nothing else."""
