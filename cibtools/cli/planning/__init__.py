"""What `runbook` needs of other rooms, in the form that plans take it: wishes, findings, migration, scheduler.

No plan is made here.
"""
