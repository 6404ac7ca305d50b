"""Read heartbeat's own files and crm_mon's output. No opinion on the values here."""
