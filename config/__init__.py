"""Where and who: this place's rules, councils and settings."""
