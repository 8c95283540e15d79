"""The engine: serves published definitions and keeps records, groups, tags and codes right."""
