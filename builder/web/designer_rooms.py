"""The rooms of a form beside the drawing board, and the ways a form comes in and goes out, for the server to open."""

from builder.web import (
    carrying,
    form_json,
    form_logic,
    form_problems,
    formula,
    kept,
    pool_room,
    reach_rules,
    retired_room,
    sharing,
    translate,
    trying,
)

ROOMS = (form_logic.bp, sharing.bp, pool_room.bp, formula.bp, translate.bp, form_problems.bp, form_json.bp, carrying.bp, kept.bp, reach_rules.bp, retired_room.bp, trying.bp)
