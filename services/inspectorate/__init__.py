"""The inspectorate: signs of places sold, hidden or given as favours, each a case with its evidence.

It listens, keeps traces of what was stated, and looks for patterns; a case is for a person to dismiss or confirm, with
a reason. Nothing follows from one by itself.
"""
