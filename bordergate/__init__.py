"""How any border service is built; knows no event and no service."""
