"""The review page: what `oncocase serve` shows of the registry, and how people decide in it.

    guard.py      every request first: is the host ours, is the body small; every answer last: the headers that keep it
    sessions.py   who is signed in; `password.py` checks what they say
    listing.py, case_view.py, marked.py, figures.py     what a page shows, as plain values
    pages.py, deciding.py, signing.py                   request to answer
    app.py, server.py                                   all of it together, and on a port

Pages are made on the server; the one script adds keys and lights, and nothing needs it.
"""
