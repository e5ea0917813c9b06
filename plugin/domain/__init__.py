"""What a case, a council, a meeting are; pure, no third party."""
