"""The rooms of a form beside the drawing board, and the ways a form comes in and goes out, for the server to open."""

from builder.web import form_json, form_problems, translate

ROOMS = (translate.bp, form_problems.bp, form_json.bp)
