"""What can start a workflow, one small file each."""
