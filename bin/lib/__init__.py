"""What the commands in bin/ are made of. No product logic: that is in addons/."""
