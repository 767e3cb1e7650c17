"""Who is asking, and whether they may."""

from bordergate.auth.caller import SEES_ALL, SEES_OWN, Caller, Role, Scope
from bordergate.auth.keys import KeySetFile, SigningKey, key_set, read_key_set
from bordergate.auth.permissions import Decision, Permission, Reason, Resource, decide
from bordergate.auth.ring import KeyRing
from bordergate.auth.statements import MalformedStatement, NotGenuine, UnknownKey, read_statement, state
from bordergate.auth.tokens import LIFETIME, BadToken, Verifier, is_fresh, sign

__all__ = [
    "LIFETIME",
    "SEES_ALL",
    "SEES_OWN",
    "BadToken",
    "Caller",
    "Decision",
    "KeyRing",
    "KeySetFile",
    "MalformedStatement",
    "NotGenuine",
    "Permission",
    "Reason",
    "Resource",
    "Role",
    "Scope",
    "SigningKey",
    "UnknownKey",
    "Verifier",
    "decide",
    "is_fresh",
    "key_set",
    "read_key_set",
    "read_statement",
    "sign",
    "state",
]
