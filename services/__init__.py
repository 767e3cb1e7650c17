"""The services of the gate; each stands alone and listens to the others."""
