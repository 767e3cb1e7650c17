"""What the gate owes: its own targets, how each crossing fared by them, and what is credited (DOMAIN §6.13)."""
