"""The reference in a driver's hand: signed, as codes a scanner reads, and on paper."""
