"""What happens here, told to a hosted database; it never slows or stops the sync."""
