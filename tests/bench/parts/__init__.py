"""What measurements are made of: programs of their own, the load on them, and what the gate is compared with."""
