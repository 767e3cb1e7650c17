"""A virtual gate that calls its trucks by the very dispatch code the service runs: what an order of calls would do.

A *site* is the gate that is imagined, a *visit* what one truck does there, an *order* who is called next, a *witness*
anybody who reads the public log. Time is in hours since the midnight (Hà Nội) with which the first day begins.
"""
