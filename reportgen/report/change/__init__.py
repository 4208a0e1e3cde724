"""What has changed since the previous report."""
