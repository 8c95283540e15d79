"""Pools over the API: claim records and give them back, by the same rules as on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.commands import bulk, claim
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import told
from runtime.web.api.room import FORM, ID, TEXT, Room, listed, thing
from runtime.words import Words

room = Room(Words("公海", "Pools"))
CLAIM = thing({"ids": listed(ID, bulk.AT_ONCE, 1)})
GIVE = thing({"ids": listed(ID, bulk.AT_ONCE, 1), "why": {**TEXT, "minLength": 1, "maxLength": claim.LONGEST}})
MOVED = thing({"ids": listed(ID), "refused": listed(thing({"id": ID, "errors": listed(shapes.PROBLEM)}))})


@room.post(f"{FORM}/pool/claim", Words("从公海领取；已经有人的列在 refused 里", "Claim from the pool; what somebody has already stands under refused"),
           {200: MOVED}, body=CLAIM, wrong=(409, 422))
def claim_records(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, claim.CLAIMED) as act:
        return moved(claim.claim(act, form, body["ids"]))


@room.post(f"{FORM}/pool/give-back", Words("退回公海，写一句为什么", "Give back to the pool, with a reason"), {200: MOVED}, body=GIVE, wrong=(409, 422))
def give_back_records(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, claim.GIVEN) as act:
        return moved(claim.give_back(act, form, body["ids"], body["why"]))


def moved(done: claim.Done) -> dict[str, Any]:
    """Which changed hands, and why the others did not."""
    return {"ids": done.ids, "refused": [{"id": one, "errors": told([problem], here.actor().lang)} for one, problem in done.refused.items()]}
