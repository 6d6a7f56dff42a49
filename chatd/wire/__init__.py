"""Bytes to values and back: lines, codes, text for people and JSON for programs.

Pure functions and small parsers that are fed bytes. They hold no socket, and know of the chat only its values.
"""
