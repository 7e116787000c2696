"""The Notifier: outbox, targets, and that it never slows or stops the sync."""
