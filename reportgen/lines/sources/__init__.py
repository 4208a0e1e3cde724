"""Opens a source: from files of any kind to typed order lines with our names."""
