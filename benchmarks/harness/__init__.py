"""What the measurements share: databases, clocks, comparators, results."""
