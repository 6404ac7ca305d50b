"""How heartbeat 2.1 read a CIB: values, scores, dates, rules, stickiness, attribute sets. No rewriting here."""
