"""Analytics: how the gate does, counted from events alone.

It owns no fact. Every number is a sum of contributions, one row a crossing and measure; a late or corrected statement
takes a contribution out of its old cell and puts it into the new one. `bordergate replay analytics` makes it all anew.
"""
