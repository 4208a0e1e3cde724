"""Order lines: opened and typed (`sources`), summed up (`transform`), on an engine that computes (`engine`)."""
