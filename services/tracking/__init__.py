"""Where trucks are: positions in, areas entered and left, and nothing kept longer than the law allows.

A *position* is personal data: it is taken only from an enrolled device of a vehicle with an active crossing, inside
the *corridor* (the province's boundary). The *feed* of positions is kept for 24 hours; only what a position means, that
a truck entered or left an *area* (waiting area, gate, yard), is an event.
"""
