"""The published language: what services tell one another, frozen data only."""
