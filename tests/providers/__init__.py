"""Every provider that a reminder can go through, on this machine: one server, its own authority.

It speaks as FCM, APNs and a browser's push service do, over real TLS and HTTP/2, checks every
signature, opens every sealed text, and writes down what came. How it answers is chosen by the
beginning of a token; `answers.py` has the list. `up` runs it for development, tests and benches
run their own (`running.py`).
"""
