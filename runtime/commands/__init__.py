"""The only writer: every form, import, API call and job goes through here."""
