"""Where order lines are held and computed: what any engine promises, and the embedded one that keeps it."""
