"""How: what a case, a council and a meeting are; our records; the doors; the pages."""
