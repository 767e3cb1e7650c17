"""XML that means harm: each is at most as long as anything that may be sent."""

from __future__ import annotations

from services.customs_declarations.formats.wco import NAMESPACE

LAUGHS = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 12))
BOMBS = {
    "billion laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l11;</d>',
    "quadratic": '<!DOCTYPE d [<!ENTITY a "' + "a" * 50_000 + '">]><d>' + "&a;" * 50_000 + "</d>",
    "a file": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "the network": '<!DOCTYPE d SYSTEM "http://localhost:9/d.dtd"><d/>',
    "parameters": '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://localhost:9/p"> %p;]><d/>',
    "a file by XInclude": (
        f'<Declaration xmlns="{NAMESPACE}" xmlns:xi="http://www.w3.org/2001/XInclude">'
        '<xi:include parse="text" href="file:///etc/passwd"/></Declaration>'
    ),
    "deep": "<a>" * 200_000 + "</a>" * 200_000,
    "deep but closed": "<a>" * 100 + "</a>" * 100,
    "many": f'<Declaration xmlns="{NAMESPACE}">' + "<ID>1</ID>" * 90_000 + "</Declaration>",
    "wide": "<a " + " ".join(f'a{n}="1"' for n in range(60_000)) + "/>",
    "named at length": f"<{'a' * 900_000}/>",
    "namespaces": "<a " + " ".join(f'xmlns:n{n}="u:{n}"' for n in range(20_000)) + "/>",
}
