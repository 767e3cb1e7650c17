"""A log that anybody can check and nobody can rewrite unseen: RFC 6962's Merkle tree, kept in tiles (pure).

A *leaf* is any bytes. A *tree head* is the signed statement of a log's size and root. An *inclusion proof* shows that a
leaf is in a tree, a *consistency proof* that a later tree only added to an earlier one. A *receipt* is the promise that
a leaf will be in the log.
"""

from bordergate.ledger.canonical import NotCanonical, canonical, read_canonical
from bordergate.ledger.hashing import EMPTY, NONCE, commitment, leaf_hash, node_hash, root_of
from bordergate.ledger.proofs import Consistency, Inclusion, UnprovenClaim
from bordergate.ledger.statements import Receipt, TreeHead
from bordergate.ledger.tiles import WIDTH, FullTile, Tail, Tile, Tree, tiles_for
from bordergate.ledger.tree import Span, consistency_spans, inclusion_spans, proves_consistency, proves_inclusion

__all__ = [
    "EMPTY",
    "NONCE",
    "WIDTH",
    "Consistency",
    "FullTile",
    "Inclusion",
    "NotCanonical",
    "Receipt",
    "Span",
    "Tail",
    "Tile",
    "Tree",
    "TreeHead",
    "UnprovenClaim",
    "canonical",
    "commitment",
    "consistency_spans",
    "inclusion_spans",
    "leaf_hash",
    "node_hash",
    "proves_consistency",
    "proves_inclusion",
    "read_canonical",
    "root_of",
    "tiles_for",
]
