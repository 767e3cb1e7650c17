"""The queue: routes, their hours and capacity, and which truck is called next, by a promised number.

A *ticket* is a crossing's place; a *promise* is the latest call number it will be called by; a *numbered call* moves
the count N of its queue (one direction of one route), an *extraordinary* one does not. A *line* is a list of waiting
trucks that share an order; a ticket is *passed* when its number is called over while it could not come.
"""
