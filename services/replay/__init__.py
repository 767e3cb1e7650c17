"""A simulated day: plain generic trucks, driven through the public APIs and the devices' port like anybody's.

It has no tables, hears no events and knows no service: what it does, any trader, carrier, authority and device could.
"""
