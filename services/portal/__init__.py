"""The pages: what each person at the gate sees, rendered from one projection, the crossing file.

Owns no state of the gate. It listens to the crossings and the routes, keeps each crossing's story and the file
folded from it, and renders pages; what another service computes, the browser asks of that service.
"""
