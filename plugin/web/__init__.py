"""The web door: carriers' callbacks, the member's answer page, the screen, the desk."""
