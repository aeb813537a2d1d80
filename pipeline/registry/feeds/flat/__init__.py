"""What the feeds that are tables share: a record as a row of values, its dates as days, what is left out and why."""
