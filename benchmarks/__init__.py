"""The benchmark: chatd, and the servers it is measured against, under the same load in the same run.

``python -m benchmarks --help`` tells how to run it. The load is made in C, so that it is not what is measured; all that
starts programs, counts their processor time and draws is Python's standard library. Nothing here is part of chatd, and
no test asserts a time.
"""
