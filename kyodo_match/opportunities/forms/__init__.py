"""What people send: texts and days, and what they look for."""
