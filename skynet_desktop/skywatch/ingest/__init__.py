"""Where machines report: ``POST /api/ingest`` with a machine's token. Bounded, checked, and
written through the notifier schema's own statements."""
