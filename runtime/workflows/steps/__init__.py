"""The kinds of step a workflow can have, one small file each."""
