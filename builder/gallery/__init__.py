"""Ready-made apps: found, shown, installed in one click, cleared of their sample data, removed."""
