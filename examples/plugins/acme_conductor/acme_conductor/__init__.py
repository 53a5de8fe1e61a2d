"""How Acme talks to its Conductor server: auth, an audit trail and workers, each behind an entry point."""
