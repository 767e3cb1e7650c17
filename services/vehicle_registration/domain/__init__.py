"""The heart: crossings and their transition table, the rules, the fleet. Pure."""
